"""Tables of letters: whom a mail concerns besides its client, and the shared mailbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Actor, Model, Record, Stateful, UTCDateTime, record_ref, utc_now
from kartoteka.api.db import client_id as to_client
from kartoteka.api.declare import Public, SystemOnly
from kartoteka.api.records import RecordRef
from kartoteka_crm_inquiries.naming import SHARED_MAIL

SUBJECT_LENGTH = 500


class MailTie(Model):
    """A mail, sent or received, that belongs to the stream of one more record: a contact, a letter (X-12).

    Who sees the record and the mail sees it there; it holds nothing of either.
    """

    __tablename__ = "crm_inquiries_mail_tie"
    __row_scope__ = Public()

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("core_mail.id", ondelete="CASCADE"))
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("core_inbox_mail.id", ondelete="CASCADE"))
    record: Mapped[RecordRef] = record_ref("record", nullable=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        CheckConstraint("(mail_id IS NULL) <> (inbox_id IS NULL)", name="one_mail"),
        UniqueConstraint("mail_id", "record_kind", "record_id", name="uq_crm_inquiries_mail_tie_sent"),
        UniqueConstraint("inbox_id", "record_kind", "record_id", name="uq_crm_inquiries_mail_tie_received"),
        {"sqlite_autoincrement": True},
    )


def worked_on_together(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for letters: whoever answers shared mail sees all of them, others those given to them."""
    return None if actor.can(SHARED_MAIL) else SharedLetter.assignee_id == actor.user_id


class SharedLetter(Record, Stateful, Model):
    """A conversation in a mailbox of the company that several people work on (IN-45).

    ``status`` is new, work or answered; ``mail_id`` is the newest mail that came in, whose sender and subject stand
    here. ``assignee_id`` is who has taken it. One put away (archived) needs no answer.
    """

    __tablename__ = "crm_inquiries_letter"
    __row_scope__ = staticmethod(worked_on_together)

    account_id: Mapped[int | None] = mapped_column(ForeignKey("core_inbox_account.id", ondelete="SET NULL"), index=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("core_inbox_mail.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int | None] = to_client(nullable=True)
    inquiry_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_inquiry.id", ondelete="SET NULL"), index=True
    )
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    sender: Mapped[str] = mapped_column(String(320), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    mails: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(10), default="new")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_crm_inquiries_letter_by_day", "state", "received_at", "id"),
        Index("ix_crm_inquiries_letter_by_status", "state", "status", "received_at", "id"),
        Index("ix_crm_inquiries_letter_by_assignee", "assignee_id", "status", "received_at"),
    )


class LetterWriter(Model):
    """Somebody who is writing an answer to a letter at the moment; his page says so again and again."""

    __tablename__ = "crm_inquiries_letter_writer"
    __row_scope__ = SystemOnly()

    letter_id: Mapped[int] = mapped_column(
        ForeignKey("crm_inquiries_letter.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
