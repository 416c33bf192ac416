"""What is true of positions and relations without any database."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

MIRRORED = {
    "subsidiary": "parent",
    "parent": "subsidiary",
    "branch": "head_office",
    "head_office": "branch",
    "partner": "partner",
    "other": "other",
}
"""What the other side of a relation is called, by the code that the directory's first entries have (CL-15)."""


class Validity(StrEnum):
    """Whether a position is held today."""

    COMING = "coming"
    HELD = "held"
    ENDED = "ended"


def validity(since: date | None, until: date | None, today: date) -> Validity:
    """Return whether something with a first and a last day is valid today; both days count."""
    if until is not None and until < today:
        return Validity.ENDED
    if since is not None and since > today:
        return Validity.COMING
    return Validity.HELD
