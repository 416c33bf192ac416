"""When a promise is kept, and what share of promises is: plain rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OURS, THEIRS = "ours", "theirs"
OPEN, FULL, PART, BROKEN = "open", "full", "part", "broken"
ENDS = (FULL, PART, BROKEN)


def is_overdue(status: str, due_on: date, today: date) -> bool:
    """Tell whether an open promise should have been kept by now."""
    return status == OPEN and due_on < today


def is_kept(status: str, due_on: date, fulfilled_on: date | None) -> bool:
    """Tell whether a promise was kept in full and in time (CL-27)."""
    return status == FULL and fulfilled_on is not None and fulfilled_on <= due_on


@dataclass(frozen=True)
class Record:
    """How many promises came due and how many of them were kept in full and in time."""

    due: int
    kept: int

    @property
    def percent(self) -> int | None:
        """The share that was kept; None where none has come due."""
        return round(100 * self.kept / self.due) if self.due else None
