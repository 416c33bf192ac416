"""Tables of what calendar programs keep with an activity, and of who is invited to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, Text, UniqueConstraint, exists, or_
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import HOLDS, Actor, JsonDict, Model, Record
from kartoteka.api.db import client_id as to_client
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.series.models import Series

ADDRESS_LENGTH, PERSON_LENGTH = 254, 200
NEEDS_ACTION, ACCEPTED, DECLINED, TENTATIVE = "needs-action", "accepted", "declined", "tentative"
ANSWERS = (NEEDS_ACTION, ACCEPTED, DECLINED, TENTATIVE)
GUEST, ORGANIZER = "guest", "organizer"


def _of_own(actor: Actor) -> ColumnElement[bool] | None:
    return CalendarObject.user_id == actor.user_id


def _of_seen(actor: Actor) -> ColumnElement[bool] | None:
    return or_(exists().where(Activity.id == Attendee.activity_id), exists().where(Series.id == Attendee.series_id))


class CalendarObject(Record, Model):
    """What a calendar program calls an activity or a series, and what it said that we have no place for.

    ``kept`` holds properties of RFC 5545 as they came, in a component of their own; ``component`` is VEVENT or VTODO.
    """

    __tablename__ = "crm_inquiries_calendar_object"
    __row_scope__ = staticmethod(_of_own)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_activity.id", ondelete="CASCADE"), unique=True
    )
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_series.id", ondelete="CASCADE"), unique=True
    )
    component: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(255))
    kept: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (UniqueConstraint("user_id", "component", "name"),)


class Attendee(Record, Model):
    """Who is invited to an activity or a whole series, or who invited us to it, and what was answered (RFC 5546).

    ``role`` is guest or organizer; what has an organizer was made by somebody else's invitation. ``user_id`` is the
    colleague, where it is one. ``sequence`` is that which the last invitation told, ``stamp`` the moment that the last
    answer carries. ``told`` is what a guest of a series knows of it, and what he answered for single occurrences: see
    `kartoteka_crm_inquiries.sync.telling`. What somebody is invited to is not undone away: he would never know.
    """

    __tablename__ = "crm_inquiries_attendee"
    __row_scope__ = staticmethod(_of_seen)

    activity_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_activity.id", ondelete="CASCADE"), info=HOLDS
    )
    series_id: Mapped[int | None] = mapped_column(ForeignKey("crm_inquiries_series.id", ondelete="CASCADE"), info=HOLDS)
    client_id: Mapped[int | None] = to_client(nullable=True)
    role: Mapped[str] = mapped_column(String(10), default=GUEST)
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), index=True)
    name: Mapped[str] = mapped_column(String(PERSON_LENGTH), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    answer: Mapped[str] = mapped_column(String(15), default=NEEDS_ACTION)
    answered_at: Mapped[datetime | None]
    stamp: Mapped[datetime | None]
    sequence: Mapped[int | None]
    told: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict, server_default="{}")

    __table_args__ = (
        UniqueConstraint("activity_id", "role", "address"),
        UniqueConstraint("series_id", "role", "address"),
        CheckConstraint("(activity_id IS NULL) <> (series_id IS NULL)", name="of_one"),
    )
