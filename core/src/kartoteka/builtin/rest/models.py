"""Tables of the API: keys, requests that were done once already, webhooks and what was sent to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.builtin.rest.rights import MANAGE
from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import SECRET, JsonDict, JsonList, StoredText, UTCDateTime, record_ref
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef

WAITING, SENT, FAILED = "waiting", "sent", "failed"


def _own_keys(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can(MANAGE) else ApiKey.user_id == actor.user_id


class ApiKey(Record, Model):
    """What a program shows to be let in; it works with the rights of its user, narrowed by ``scopes``.

    Only a hash of the key is kept; ``mark`` is its beginning, by which people recognise it.
    """

    __tablename__ = "core_api_key"
    __row_scope__ = staticmethod(_own_keys)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    mark: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    scopes: Mapped[list[str]] = mapped_column(JsonList, default=list)
    expires_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None]


class ApiRequest(Model):
    """A request that made a record: when it comes again under the same idempotency key, nothing is made."""

    __tablename__ = "core_api_request"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("core_api_key.id", ondelete="CASCADE"))
    idempotency_key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    made: Mapped[RecordRef | None] = record_ref("made")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)

    __table_args__ = (UniqueConstraint("key_id", "idempotency_key"),)


class ApiUse(Model):
    """How often a key or a user has asked in the running span of time, summed over all processes."""

    __tablename__ = "core_api_use"
    __row_scope__ = SYSTEM_ONLY

    who: Mapped[str] = mapped_column(String(40), primary_key=True)
    span: Mapped[int] = mapped_column(BigInteger)
    requests: Mapped[int]


def _managers(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can(MANAGE) else SYSTEM_ONLY(actor)


class Webhook(Record, Model):
    """An address of another program that is told when records of some kinds are added, changed or deleted.

    ``secret`` is sealed. ``seen_entry`` is the last entry of the audit chain whose changes were looked at.
    """

    __tablename__ = "core_webhook"
    __row_scope__ = staticmethod(_managers)

    title: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[str]] = mapped_column(JsonList, default=list)
    secret: Mapped[str] = mapped_column(Text, info=SECRET)
    enabled: Mapped[bool] = mapped_column(default=True)
    seen_entry: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)


class WebhookDelivery(Model):
    """One message to a webhook and how it went; ``payload`` holds numbers of records and never their contents."""

    __tablename__ = "core_webhook_delivery"
    __row_scope__ = staticmethod(_managers)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("core_webhook.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(130))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonDict)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    status: Mapped[int | None]
    error: Mapped[Translatable | None] = mapped_column(StoredText)

    __table_args__ = (
        Index("ix_core_webhook_delivery_webhook", "webhook_id", "id"),
        Index("ix_core_webhook_delivery_due", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )
