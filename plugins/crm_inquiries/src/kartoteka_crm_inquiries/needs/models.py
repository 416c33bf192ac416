"""Tables of needs and interests of clients, and of their appeals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, SortText, Stateful, directory_entry, utc_now
from kartoteka.api.db import client_id as to_client

TEXT_LENGTH = 2_000
NUMBER_LENGTH = 60
SUBJECT_LENGTH = 200


class Need(Record, Stateful, Model):
    """What a client needs or is interested in: a group of products and a text (IN-07).

    ``sort`` is interest for a client who was potential when it was noted, need for an existing one. ``inquiry_id`` is
    the inquiry it was told with.
    """

    __tablename__ = "crm_inquiries_need"

    client_id: Mapped[int] = to_client(index=False)
    inquiry_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"), index=True
    )
    sort: Mapped[str] = mapped_column(String(10), default="need")
    group_id: Mapped[int | None] = directory_entry("crm_inquiries.product_groups")
    text: Mapped[str] = mapped_column(Text, default="")
    noted_on: Mapped[date]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)

    __table_args__ = (
        Index("ix_crm_inquiries_need_by_client", "client_id", "state", "noted_on", "id"),
        Index("ix_crm_inquiries_need_by_day", "state", "noted_on", "id"),
    )


class Appeal(Record, Stateful, Model):
    """That a client turned to the company: by which channel, what about, who answers for it, what came of it (IN-07).

    ``status`` is new, started or done; ``done_at`` is when it was done, with its result. ``source_id`` is where the
    client heard of us (IN-48). ``inquiry_id`` is the inquiry that came of it.
    """

    __tablename__ = "crm_inquiries_appeal"

    client_id: Mapped[int] = to_client(index=False)
    number: Mapped[str] = mapped_column(SortText(NUMBER_LENGTH), index=True)
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    channel_id: Mapped[int | None] = directory_entry("crm_inquiries.channels")
    subject_id: Mapped[int | None] = directory_entry("crm_inquiries.appeal_subjects")
    source_id: Mapped[int | None] = directory_entry("crm_inquiries.sources")
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(10), default="new")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    result_id: Mapped[int | None] = directory_entry("crm_inquiries.appeal_results")
    result: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
    inquiry_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"), index=True
    )

    __table_args__ = (
        Index("ix_crm_inquiries_appeal_by_client", "client_id", "state", "received_at", "id"),
        Index("ix_crm_inquiries_appeal_by_day", "state", "received_at", "id"),
    )
