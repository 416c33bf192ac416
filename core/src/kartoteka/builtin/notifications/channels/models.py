"""Tables of what is on its way by a channel, of reminders, and of browsers that take push messages."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import SECRET, JsonDict, UTCDateTime, record_ref
from kartoteka.vocabulary.record import RecordRef

UNSENT = text("state IN ('waiting', 'sending')")
UNTOLD = text("told_at IS NULL")


class DeliveryState(StrEnum):
    """What has become of a notification on its way."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


class Delivery(Model):
    """A notification that goes to its user by a channel as well."""

    __tablename__ = "core_delivery"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("core_notification.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(130))
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(36))
    error: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("notification_id", "channel", name="uq_core_delivery_channel"),
        Index("ix_core_delivery_due", "due_at", sqlite_where=UNSENT, postgresql_where=UNSENT),
        {"sqlite_autoincrement": True},
    )


class Reminder(Model):
    """Something that a user will be told at a moment; ``key`` names what it is about, so that it can be moved."""

    __tablename__ = "core_reminder"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(130))
    message: Mapped[dict[str, Any]] = mapped_column(JsonDict)
    about: Mapped[RecordRef | None] = record_ref("about")
    key: Mapped[str] = mapped_column(String(160))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("user_id", "key", name="uq_core_reminder_key"),
        Index("ix_core_reminder_due", "due_at", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        {"sqlite_autoincrement": True},
    )


class PushSubscription(Model):
    """A browser that takes push messages for a user; ``keys`` is what they are encrypted for (RFC 8291)."""

    __tablename__ = "core_push_subscription"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(Text, info=SECRET)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    p256dh: Mapped[str] = mapped_column(String(200), info=SECRET)
    auth: Mapped[str] = mapped_column(String(100), info=SECRET)
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
