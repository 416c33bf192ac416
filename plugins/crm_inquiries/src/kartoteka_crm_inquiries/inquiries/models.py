"""Tables of inquiries, orders as intent, and tenders, with their lines."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Numeric, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kartoteka.api.db import (
    STATISTICS,
    Actor,
    Model,
    Reach,
    Record,
    SortText,
    Stateful,
    directory_entry,
    record_ref,
    utc_now,
)
from kartoteka.api.db import client_id as to_client
from kartoteka.api.declare import OwnedByClientOr
from kartoteka.api.records import RecordRef, RecordState
from kartoteka_crm_inquiries.activities.models import Activity

NUMBER_LENGTH = 60
SUBJECT_LENGTH = 200
DESCRIPTION_LENGTH = 20_000
LINK_LENGTH = 500

_EXPECTED = {
    "ix_crm_inquiries_inquiry_by_client": "60000 2 2 1 1",
    "ix_crm_inquiries_inquiry_by_day": "60000 58000 2 1",
    "ix_crm_inquiries_inquiry_open": "60000 58000 2000 2 1",
    "ix_crm_inquiries_inquiry_by_stage": "60000 6000 6000 2 1",
    "ix_crm_inquiries_inquiry_by_manager": "60000 3000 100 100 1",
    "ix_crm_inquiries_inquiry_by_move": "60000 58000 2 1",
    "ix_crm_inquiries_inquiry_state": "60000 58000",
}
"""What SQLite's planner is told of the usual company: few of its inquiries are open."""


class Inquiry(Record, Stateful, Model):
    """What a client wants of us: an inquiry, an order or a tender, which ``sort`` says (IN-01, IN-03, IN-04).

    It is open until ``closed_at``; ``outcome`` is then won or lost. While it is open it has a next action, and
    ``next_at`` is when the earliest one is due (M-09): the database refuses it otherwise. ``moved_at`` is when anything
    was last done about it. ``client_number`` is the client's own number of it, ``goods`` is goods or services or empty.
    ``answer_by`` is until when to answer the client, ``answered_at`` when that was done and ``executed_at`` when
    what was ordered was done (CORE-32, X-29).
    ``deadline`` is the day and time until which a tender takes offers, or an order is to be delivered. ``parent_id`` is
    what it was made of: the inquiry of an order. ``origin`` is the mail, web form or newsletter that it came by.
    """

    __tablename__ = "crm_inquiries_inquiry"

    client_id: Mapped[int] = to_client(index=False)
    sort: Mapped[str] = mapped_column(String(10), default="inquiry")
    number: Mapped[str] = mapped_column(SortText(NUMBER_LENGTH), index=True)
    client_number: Mapped[str] = mapped_column(String(NUMBER_LENGTH), default="")
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    goods: Mapped[str] = mapped_column(String(10), default="")
    person: Mapped[RecordRef | None] = record_ref("person")
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    process_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_process.id", ondelete="RESTRICT"), index=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_stage.id", ondelete="RESTRICT"))
    stage_since: Mapped[datetime] = mapped_column(default=utc_now)
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    source_id: Mapped[int | None] = directory_entry("crm_inquiries.sources")
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_project.id", ondelete="SET NULL"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"), index=True
    )
    origin: Mapped[RecordRef | None] = record_ref("origin")
    to_production: Mapped[bool] = mapped_column(default=False)
    published_on: Mapped[date | None]
    link: Mapped[str] = mapped_column(String(LINK_LENGTH), default="")
    deadline: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    executed_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    moved_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(4), default="")
    reason_id: Mapped[int | None] = directory_entry("crm_inquiries.reasons")
    reason_text: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")

    __table_args__ = (
        CheckConstraint(
            "closed_at IS NOT NULL OR next_at IS NOT NULL OR state <> 'active'", name="open_has_next_action"
        ),
        CheckConstraint("(outcome = '') = (closed_at IS NULL)", name="closed_has_outcome"),
        Index("ix_crm_inquiries_inquiry_by_client", "client_id", "state", "received_at", "id"),
        Index("ix_crm_inquiries_inquiry_by_day", "state", "received_at", "id"),
        Index("ix_crm_inquiries_inquiry_open", "state", "outcome", "next_at", "id"),
        Index("ix_crm_inquiries_inquiry_by_stage", "stage_id", "state", "moved_at", "id"),
        Index("ix_crm_inquiries_inquiry_by_manager", "manager_id", "outcome", "state", "next_at"),
        Index("ix_crm_inquiries_inquiry_by_close", "closed_at", "outcome"),
        Index("ix_crm_inquiries_inquiry_by_move", "state", "moved_at", "id"),
        {"info": {STATISTICS: _EXPECTED}},
    )


def sales_of(model: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that an inquiry, or an alias of it, is a sale: an order that was not lost."""
    return [model.sort == "order", model.outcome != "lost", model.state == RecordState.ACTIVE]


def _of_seen_inquiries(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for lines beside those of the actor's clients: of inquiries that are his own."""
    if actor.reach is Reach.ALL:
        return None
    return InquiryLine.inquiry_id.in_(select(Inquiry.__table__.c.id).where(Inquiry.manager_id == actor.user_id))


class InquiryLine(Record, Model):
    """A line of an inquiry: what is wanted and how much; ``item`` is from a catalogue, when a module has one."""

    __tablename__ = "crm_inquiries_line"
    __row_scope__ = OwnedByClientOr(others=_of_seen_inquiries)

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_inquiry.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = to_client()
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3), default=Decimal(1))
    unit: Mapped[str] = mapped_column(String(20), default="")
    item: Mapped[RecordRef | None] = record_ref("item")
    inquiry: Mapped[Inquiry] = relationship(lambda: Inquiry, lazy="raise")


# Here and not with the class: activities may be loaded before inquiries are known.
Activity.inquiry = relationship(Inquiry, lazy="raise")  # type: ignore[attr-defined]
