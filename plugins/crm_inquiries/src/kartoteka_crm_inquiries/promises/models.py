"""The table of promises."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, Stateful, record_ref
from kartoteka.api.db import client_id as to_client
from kartoteka.api.records import RecordRef

TEXT_LENGTH = 500


class Promise(Record, Stateful, Model):
    """What we promised a client, or a client promised us, until a day (CL-27, M-10).

    ``side`` is ours or theirs. ``user_id`` is who of us promised it, or who takes care that the client keeps it;
    ``person`` is whom of the client it was promised to, or by whom. ``minutes`` is how long its keeping takes. It is
    open until it is full, part or broken; the first two have the day in ``fulfilled_on``.
    """

    __tablename__ = "crm_inquiries_promise"

    client_id: Mapped[int] = to_client(index=False)
    inquiry_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"), index=True
    )
    side: Mapped[str] = mapped_column(String(6), default="ours")
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    person: Mapped[RecordRef | None] = record_ref("person")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    due_on: Mapped[date]
    minutes: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(6), default="open")
    fulfilled_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(status IN ('full', 'part')) = (fulfilled_on IS NOT NULL)", name="fulfilled_has_day"),
        Index("ix_crm_inquiries_promise_by_client", "client_id", "status", "due_on"),
        Index("ix_crm_inquiries_promise_by_user", "user_id", "status", "due_on"),
        Index("ix_crm_inquiries_promise_by_day", "state", "due_on", "id"),
    )
