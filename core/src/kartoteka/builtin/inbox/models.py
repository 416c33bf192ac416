"""Tables of mailboxes that are fetched, of the mail that came in, and of the threads it forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.blobs import blob_digest
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import SECRET, JsonList, StoredText, UTCDateTime, client_id, record_ref
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef

MAIL = "inbox.mail"
VIEW, SORT, MANAGE = "inbox.view", "inbox.sort", "inbox.manage"
NAME_LENGTH = 200
ADDRESS_LENGTH = 320
ID_LENGTH = 250
SUBJECT_LENGTH = 500


def _managed(actor: Actor) -> ColumnElement[bool] | None:
    if actor.can(MANAGE):
        return None
    return or_(InboxAccount.owner_id.is_(None), InboxAccount.owner_id == actor.user_id)


class InboxAccount(Record, Model):
    """A mailbox on an IMAP server that mail is fetched from; nothing is changed there.

    With ``owner_id`` it is the mailbox of one user, else the company's. ``security`` is tls, starttls or none.
    ``uid_validity`` and ``last_uid`` (RFC 3501, 2.3.1.1) say how far it has been read. ``next_try_at`` lies in the
    future while the server can't be reached.
    """

    __tablename__ = "core_inbox_account"
    __row_scope__ = staticmethod(_managed)

    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), index=True)
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(default=993)
    security: Mapped[str] = mapped_column(String(10), default="tls")
    username: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    password: Mapped[str | None] = mapped_column(Text, info=SECRET)
    folder: Mapped[str] = mapped_column(String(NAME_LENGTH), default="INBOX")
    active: Mapped[bool] = mapped_column(default=True)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[Translatable | None] = mapped_column(StoredText)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MailThread(Model):
    """Mails that answer each other."""

    __tablename__ = "core_mail_thread"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = ({"sqlite_autoincrement": True},)


class ThreadMember(Model):
    """A Message-ID that belongs to a thread, also that of a mail that nobody here has got."""

    __tablename__ = "core_mail_thread_member"
    __row_scope__ = SYSTEM_ONLY

    message_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("core_mail_thread.id", ondelete="CASCADE"), index=True)


class InboxMail(Record, Stateful, Model):
    """A mail that came in, read into columns; ``blob`` holds its bytes as they came.

    ``recipients`` are mappings with role (to, cc, reply_to), name and address; ``attachments`` and ``bounced`` those of
    the dataclasses in `kartoteka.vocabulary.incoming`. ``about`` is the record that a module has made of it.
    ``is_copy`` says that the same mail came to another mailbox before, ``has_remote`` that its HTML wants pictures from
    strangers' servers, which learn by that who reads it and when.
    """

    __tablename__ = "core_inbox_mail"

    account_id: Mapped[int | None] = mapped_column(ForeignKey("core_inbox_account.id", ondelete="RESTRICT"))
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    blob: Mapped[str | None] = blob_digest(nullable=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    kind: Mapped[str] = mapped_column(String(12))
    automatic: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str] = mapped_column(String(ID_LENGTH), default="", index=True)
    reference_ids: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    thread_id: Mapped[int] = mapped_column(ForeignKey("core_mail_thread.id", ondelete="RESTRICT"), index=True)
    sender: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    sender_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    recipients: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    has_html: Mapped[bool] = mapped_column(default=False)
    has_remote: Mapped[bool] = mapped_column(default=False)
    attachments: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    bounced: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    bounced_message_id: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    problems: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    client_id: Mapped[int | None] = client_id(nullable=True)
    about: Mapped[RecordRef | None] = record_ref("about")
    is_copy: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("account_id", "uid_validity", "uid"),
        Index("ix_core_inbox_mail_by_day", "state", "received_at", "id"),
        Index("ix_core_inbox_mail_of_client", "client_id", "received_at", "id"),
    )


def unsorted_mail(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for mails beside those of the actor's clients: of his own mailbox, and of the company's if he sorts it."""
    own = select(InboxAccount.__table__.c.id).where(InboxAccount.__table__.c.owner_id == actor.user_id)
    of_own: ColumnElement[bool] = InboxMail.account_id.in_(own)
    if not actor.can(SORT):
        return of_own
    companys = select(InboxAccount.__table__.c.id).where(InboxAccount.__table__.c.owner_id.is_(None))
    nobodys = InboxMail.client_id.is_(None)
    return or_(of_own, nobodys & (InboxMail.account_id.is_(None) | InboxMail.account_id.in_(companys)))
