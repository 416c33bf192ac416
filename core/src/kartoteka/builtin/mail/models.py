"""Tables of mail accounts, of the outbox and of what the company has made of the mail templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.blobs import blob_digest
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import PUBLIC, SYSTEM_ONLY
from kartoteka.db.types import SECRET, JsonDict, JsonList, StoredText, UTCDateTime, client_id, record_ref
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef

MAIL_KIND = "mail.mail"
VIEW, SEND, OWN_ACCOUNT, MANAGE = "mail.view", "mail.send", "mail.own_account", "mail.manage"
SUBJECT_LENGTH = 300
NAME_LENGTH = 200
ADDRESS_LENGTH = 254
ID_LENGTH = 250


class MailStage(StrEnum):
    """How far a mail is.

    UNSURE: the sending process died while the server was taking the mail, so only people can find out.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


UNDELIVERED = (MailStage.FAILED, MailStage.BOUNCED, MailStage.UNSURE)
"""Stages that end a mail otherwise than its sender wanted."""


def _companys_or_own(actor: Actor) -> ColumnElement[bool]:
    return or_(MailAccount.user_id.is_(None), MailAccount.user_id == actor.user_id)


class MailAccount(Record, Model):
    """An address that mail leaves from, of the company or of one user (``user_id``), and the server that takes it.

    A user's account has no server of its own: it signs in, with its own name and password, to that of the company's
    account ``server_id``, so that nobody can let the program call at machines of his choice. ``security`` is tls,
    starttls or none. ``next_try_at`` lies in the future while the server can't be reached.
    """

    __tablename__ = "core_mail_account"
    __row_scope__ = staticmethod(_companys_or_own)

    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), index=True)
    server_id: Mapped[int | None] = mapped_column(ForeignKey("core_mail_account.id", ondelete="RESTRICT"), index=True)
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    sender_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    host: Mapped[str] = mapped_column(String(255), default="")
    port: Mapped[int] = mapped_column(default=587)
    security: Mapped[str] = mapped_column(String(10), default="starttls")
    username: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    password: Mapped[str | None] = mapped_column(Text, info=SECRET)
    signature: Mapped[str] = mapped_column(Text, default="")
    dkim_domain: Mapped[str] = mapped_column(String(255), default="")
    dkim_selector: Mapped[str] = mapped_column(String(63), default="")
    dkim_key: Mapped[str | None] = mapped_column(Text, info=SECRET)
    dkim_public: Mapped[str] = mapped_column(Text, default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[Translatable | None] = mapped_column(StoredText)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Mail(Model):
    """A mail in the outbox, from the moment somebody wants it sent.

    ``recipients`` are mappings with ``role`` (to, cc, bcc), ``name`` and ``address``; ``recipient_line`` names the
    first ones for lists. ``due_at`` is when to try (again), and while it is being sent the end of the sender's lease;
    ``handing_at`` is set just before a server is given the mail and taken back when it has answered.
    """

    __tablename__ = "core_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("core_mail_account.id", ondelete="RESTRICT"), index=True)
    client_id: Mapped[int | None] = client_id(nullable=True)
    about: Mapped[RecordRef | None] = record_ref("about")
    template: Mapped[str | None] = mapped_column(String(127))
    message_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)
    dedup: Mapped[str | None] = mapped_column(String(200), unique=True)
    recipients: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    recipient_line: Mapped[str] = mapped_column(String(300), default="")
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[Mapping[str, Any]] = mapped_column(JsonDict, default=dict)
    stage: Mapped[str] = mapped_column(String(10), default=MailStage.WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    token: Mapped[str | None] = mapped_column(String(36))
    handing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[Translatable | None] = mapped_column(StoredText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_core_mail_due", "stage", "due_at", "id"),
        Index("ix_core_mail_stage", "stage", "id"),
        Index("ix_core_mail_user_id_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )


class MailFile(Model):
    """A file that goes along with a mail; whoever sees the mail sees it."""

    __tablename__ = "core_mail_file"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("core_mail.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int | None] = client_id(nullable=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    mime: Mapped[str] = mapped_column(String(100))
    blob: Mapped[str | None] = blob_digest(nullable=True)
    size: Mapped[int] = mapped_column(default=0)
    content_id: Mapped[str | None] = mapped_column(String(NAME_LENGTH))


class MailText(Record, Model):
    """What the company writes in one language instead of a template's own words."""

    __tablename__ = "core_mail_text"
    __row_scope__ = PUBLIC

    template: Mapped[str] = mapped_column(String(127))
    language: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """What a text of the company's own is called; empty for one that takes the place of a module's words."""
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    is_html: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("template", "language"),)


class MailSignature(Model):
    """What a user writes below his mails."""

    __tablename__ = "core_mail_signature"
    __row_scope__ = PUBLIC

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(Text)
