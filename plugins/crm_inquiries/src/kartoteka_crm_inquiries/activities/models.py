"""Tables of activities and tasks, and of what is used for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import DERIVED, STATISTICS, Model, Record, SortText, Stateful, directory_entry, record_ref
from kartoteka.api.db import client_id as to_client
from kartoteka.api.records import RecordRef

NUMBER_LENGTH = 60
NAME_LENGTH = 200
TEXT_LENGTH = 20_000
PLACE_LENGTH = 200
LONG = timedelta(days=7)
"""What lasts longer is found by its end: the calendar looks for everything else among what began in the last days."""

_EXPECTED = {
    "ix_crm_inquiries_activity_by_client": "300000 4 1 1",
    "ix_crm_inquiries_activity_by_inquiry": "300000 5 3 1",
    "ix_crm_inquiries_activity_by_due": "300000 290000 45000 10 1",
    "ix_crm_inquiries_activity_by_importance": "300000 290000 70000 1",
    "ix_crm_inquiries_activity_by_status": "300000 290000 45000 1",
    "ix_crm_inquiries_activity_in_time": "300000 290000 10 1",
    "ix_crm_inquiries_activity_by_performer": "300000 15000 2500 2 1",
    "ix_crm_inquiries_activity_by_creator": "300000 15000 2500 2 1",
    "ix_crm_inquiries_activity_of_day": "300000 15000 2 1",
    "ix_crm_inquiries_activity_state": "300000 290000",
}
"""What SQLite's planner is told: what is about a client is found by the client, and not by what is open or due."""


class Resource(Record, Stateful, Model):
    """What an activity can use: a car, a room, a device. An ``exclusive`` one is never booked twice at a time.

    ``km_rate`` is the cost of a kilometre, ``hour_price`` that of an hour; a resource of sort ``car`` asks for
    kilometres.
    """

    __tablename__ = "crm_inquiries_resource"

    name: Mapped[str] = mapped_column(String(100))
    sort: Mapped[str] = mapped_column(String(10), default="other")
    exclusive: Mapped[bool] = mapped_column(default=True)
    km_rate: Mapped[Decimal] = mapped_column(Numeric(10, 4), default=Decimal(0))
    hour_price: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")


class ExtraService(Record, Stateful, Model):
    """A service that may be bought for an activity, such as a crane or an interpreter, and its usual price."""

    __tablename__ = "crm_inquiries_extra_service"

    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")


class Activity(Record, Stateful, Model):
    """Something that was or will be done: a call, a meeting, a task, with or without a client (IN-20, IN-30).

    ``status`` is planned, started, done or cancelled; open are the first two. ``importance`` is 1 low, 2 normal, 3
    high or 4 critical. ``starts_at`` to ``ends_at`` is when it happens, whole days of the performer when ``all_day``;
    what has no duration ends when it starts. ``due_at`` is until when it must be done; who plans nothing else plans it
    for its end. ``estimate`` and ``actual`` are minutes. ``remind`` is the lead time of the reminder in minutes, None
    for none. ``kilometres`` must be given for a car. ``cost`` is what it cost in ``currency``: kilometres, time of the
    resource and the service bought, reckoned when it is done. ``outcome`` says how it ended, ``next_step`` what was
    agreed. ``direction`` is in, out or empty. An activity of a series has its ``series_id`` and in ``occurrence_at``
    the moment that the rule of the series gives it; ``detached`` ones were changed on their own. ``uid`` and
    ``sequence`` are those of RFC 5545. ``is_long`` ones last longer than LONG.
    """

    __tablename__ = "crm_inquiries_activity"
    derives_from: ClassVar = frozenset({"starts_at", "ends_at"})

    number: Mapped[str] = mapped_column(SortText(NUMBER_LENGTH), index=True)
    client_id: Mapped[int | None] = to_client(nullable=True, index=False)
    inquiry_id: Mapped[int | None] = mapped_column(ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"))
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_project.id", ondelete="SET NULL"), index=True
    )
    kind_id: Mapped[int | None] = directory_entry("crm_inquiries.activity_kinds")
    category_id: Mapped[int | None] = directory_entry("crm_inquiries.categories")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    importance: Mapped[int] = mapped_column(default=2)
    status: Mapped[str] = mapped_column(SortText(10), default="planned")
    percent: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool] = mapped_column(default=False)
    is_long: Mapped[bool] = mapped_column(default=False, server_default=false(), info=DERIVED)
    due_at: Mapped[datetime]
    estimate: Mapped[int | None]
    actual: Mapped[int | None]
    remind: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="")
    person: Mapped[RecordRef | None] = record_ref("person")
    performer_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    direction: Mapped[str] = mapped_column(String(3), default="")
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("crm_inquiries_resource.id", ondelete="RESTRICT"))
    kilometres: Mapped[Decimal | None] = mapped_column(Numeric(10, 1))
    service_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_extra_service.id", ondelete="RESTRICT"), index=True
    )
    service_price: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    cost: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    outcome_id: Mapped[int | None] = directory_entry("crm_inquiries.outcomes")
    outcome: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("crm_inquiries_series.id", ondelete="SET NULL"))
    occurrence_at: Mapped[datetime | None]
    detached: Mapped[bool] = mapped_column(default=False)
    uid: Mapped[str] = mapped_column(String(255), index=True)
    sequence: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_has_moment"),
        Index("ix_crm_inquiries_activity_by_client", "client_id", "starts_at", "id"),
        Index("ix_crm_inquiries_activity_by_inquiry", "inquiry_id", "status", "due_at"),
        Index("ix_crm_inquiries_activity_by_due", "state", "status", "due_at", "id"),
        Index("ix_crm_inquiries_activity_by_importance", "state", "importance", "id"),
        Index("ix_crm_inquiries_activity_by_status", "state", "status", "id"),
        Index("ix_crm_inquiries_activity_in_time", "state", "due_at", "id"),
        Index("ix_crm_inquiries_activity_by_performer", "performer_id", "status", "due_at", "id"),
        Index("ix_crm_inquiries_activity_by_creator", "creator_id", "status", "due_at", "id"),
        Index("ix_crm_inquiries_activity_of_day", "performer_id", "starts_at", "ends_at"),
        Index("ix_crm_inquiries_activity_long", "is_long", "ends_at"),
        Index("ix_crm_inquiries_activity_by_start", "starts_at", "id"),
        Index("ix_crm_inquiries_activity_by_end", "ends_at"),
        # With all that a report of finished work counts, so that it need not look at the rows.
        Index("ix_crm_inquiries_activity_done", "done_at", "performer_id", "status", "state", "actual", "client_id"),
        Index("ix_crm_inquiries_activity_done_by", "done_by_id", "done_at"),
        Index("ix_crm_inquiries_activity_by_resource", "resource_id", "starts_at"),
        Index("ix_crm_inquiries_activity_by_series", "series_id", "occurrence_at"),
        {"info": {STATISTICS: _EXPECTED}},
    )

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the column by which the calendar finds what lasts long."""
        starts, ends = values.get("starts_at"), values.get("ends_at")
        return {} if starts is None or ends is None else {"is_long": ends - starts > LONG}


@cache
def inquiry_class() -> type[Any]:
    """Return the class of inquiries, which this room does not know, by the key that activities have to its table."""
    table = next(iter(Activity.__table__.c.inquiry_id.foreign_keys)).column.table
    return next(one.class_ for one in Model.registry.mappers if one.local_table is table)
