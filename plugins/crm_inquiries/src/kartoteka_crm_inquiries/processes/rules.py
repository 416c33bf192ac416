"""What a stage asks of an inquiry before it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from kartoteka.api.db import Session

REQUIRABLE = (
    "value",
    "expected_on",
    "deadline",
    "description",
    "client_number",
    "goods",
    "source_id",
    "manager_id",
    "published_on",
    "link",
)
"""Fields of inquiries that a stage may ask for."""

OUTCOMES = ("", "won", "lost")
SORTS = ("inquiry", "order", "tender")


class AskingStage(Protocol):
    """What a stage says about who may enter it."""

    outcome: Any
    required: Any


def entering(session: Session, inquiry: Any, stage: AskingStage, values: Mapping[str, Any] | None = None) -> list[str]:
    """Return the names of the fields that must still be filled before an inquiry enters a stage (CORE-25).

    ``values`` are those typed along with the move, by attribute; they count before what the inquiry has. No inquiry
    is lost without a reason (X-09), whatever the stage asks for: a reason of the directory or one in own words.
    """
    typed = dict(values or {})

    def is_empty(name: str) -> bool:
        value = typed.get(name, getattr(inquiry, name, None))
        return value is None or (isinstance(value, str) and not value.strip())

    missing = [name for name in stage.required if is_empty(name)]
    if stage.outcome == "lost" and is_empty("reason_id") and is_empty("reason_text"):
        missing.append("reason_id")
    return missing
