"""What all our form fields share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from wtforms import validators

from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

REQUIRED = _("Fill this in.")


class KartotekaField:
    """A help text, warnings that do not block, and what somebody else saved meanwhile.

    ``kind`` tells the macro ``field`` how to show it; ``full_width`` fields get a line of their own.
    """

    warnings: Sequence[Translatable] = ()
    theirs: Any = None
    has_theirs = False
    kind = "line"
    full_width = False


def rules(required: bool) -> list[Any]:
    """Return the validators of a field that must or need not be filled in."""
    return [validators.DataRequired(REQUIRED)] if required else [validators.Optional()]  # type: ignore[arg-type]


def number_rules(required: bool) -> list[Any]:
    """Return the validators of a number that must or need not be filled in; 0 is something filled in."""
    return [_demand_number] if required else [validators.Optional()]


def _demand_number(form: Any, field: Any) -> None:
    if field.data is None and not "".join(map(str, field.raw_data or ())).strip():
        field.errors[:] = []
        raise validators.StopValidation(REQUIRED)  # type: ignore[arg-type]


def refusal(message: Message) -> wtforms.ValidationError:
    """Return the error that stands beside a field; its message is translated when shown."""
    return wtforms.ValidationError(message)  # type: ignore[arg-type]
