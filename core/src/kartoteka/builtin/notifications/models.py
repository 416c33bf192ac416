"""The table of notifications: what a user is told, kept so that it reads in the language he has by then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.types import JsonDict, UTCDateTime, record_ref
from kartoteka.vocabulary.record import RecordRef

UNREAD = text("read_at IS NULL")


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return Notification.user_id == actor.user_id


class Notification(Model):
    """Something that one user is told.

    ``message`` is kept as `kartoteka.vocabulary.stored` writes it, never as a finished sentence. ``dedup`` says what it
    is about: the same user is told the same thing once, however many processes tell him.
    """

    __tablename__ = "core_notification"
    __row_scope__ = staticmethod(_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(63))
    type: Mapped[str] = mapped_column(String(130))
    message: Mapped[dict[str, Any]] = mapped_column(JsonDict)
    about: Mapped[RecordRef | None] = record_ref("about")
    dedup: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("user_id", "dedup", name="uq_core_notification_dedup"),
        Index("ix_core_notification_user", "user_id", "id"),
        # The bell counts with every page: only unread ones, of which there are few, are in this index.
        Index("ix_core_notification_unread", "user_id", "module", sqlite_where=UNREAD, postgresql_where=UNREAD),
        {"sqlite_autoincrement": True},
    )
