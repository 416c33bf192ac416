"""What is true of boards without any database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.inquiries.rules import days_still

_ = Texts("crm_inquiries")

MOST_CARDS = 30
"""Cards that a column shows at once; the others come when somebody asks for more."""

MINE, NOBODY = "mine", "nobody"


@dataclass(frozen=True)
class Dot:
    """When the next action of an inquiry is due: a named colour, an icon and a word."""

    colour: str
    icon: str
    word: Message


OVERDUE = Dot("overdue", "alert-triangle", _("Overdue"))
TODAY = Dot("today", "clock", _("Today"))
LATER = Dot("planned", "calendar", _("Planned"))
NOTHING = Dot("none", "ban", _("Nothing planned"))


def dot_of(next_at: datetime | None, now: datetime, zone: Any) -> Dot:
    """Return the mark of the next action; today is the reader's."""
    if next_at is None:
        return NOTHING
    if next_at < now:
        return OVERDUE
    return TODAY if next_at.astimezone(zone).date() == now.astimezone(zone).date() else LATER


def is_rotting(moved_at: datetime, rot_days: int | None, now: datetime) -> bool:
    """Tell whether nothing was done about an inquiry for as long as its stage allows."""
    return rot_days is not None and days_still(moved_at, now) >= rot_days
