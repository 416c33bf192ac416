"""Tables of calendars for other programs: what they have seen, and addresses to subscribe to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.types import SECRET, JsonDict, UTCDateTime

NAME_LENGTH = 100


def _own_snapshot(actor: Actor) -> ColumnElement[bool] | None:
    return DavSnapshot.user_id == actor.user_id


def _own_feed(actor: Actor) -> ColumnElement[bool] | None:
    return CalendarFeed.user_id == actor.user_id


class DavSnapshot(Model):
    """What lay in a collection when a program of a user asked: ``items`` are etags by name, ``token`` their digest."""

    __tablename__ = "core_dav_snapshot"
    __row_scope__ = staticmethod(_own_snapshot)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    collection: Mapped[str] = mapped_column(String(130))
    token: Mapped[str] = mapped_column(String(64))
    items: Mapped[dict[str, Any]] = mapped_column(JsonDict)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    __table_args__ = (UniqueConstraint("user_id", "collection", "token"),)


class CalendarFeed(Model):
    """A secret address under which calendars of a user can be read; only a digest of its secret part is kept.

    With ``titles`` off it says when the user is busy, and not with what.
    """

    __tablename__ = "core_calendar_feed"
    __row_scope__ = staticmethod(_own_feed)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    collection: Mapped[str] = mapped_column(String(130), default="")
    titles: Mapped[bool] = mapped_column(default=True)
    alarms: Mapped[bool] = mapped_column(default=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
