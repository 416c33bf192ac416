"""Whose clock counts where nobody's page is being made."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from kartoteka.api.company import company_place
from kartoteka.api.db import Session, actor_of
from kartoteka.api.users import user_zones


def actor_zone(session: Session) -> ZoneInfo:
    """Return the time zone of who is at work, the company's where that is the program."""
    return zone_of_user(session, actor_of(session).user_id)


def zone_of_user(session: Session, user_id: int | None) -> ZoneInfo:
    """Return the time zone that a user lives by, the company's for nobody."""
    zone = user_zones(session, [user_id]).get(user_id) if user_id is not None else None
    return zone or ZoneInfo(company_place(session)[1])
