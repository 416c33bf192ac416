"""Tables of streams: notes, what is pinned, and who follows what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import JsonList, UTCDateTime, client_id, record_ref
from kartoteka.vocabulary.record import RecordRef

KEY_LENGTH = 130


class Note(Record, Model):
    """What somebody wrote about a record; plain text.

    ``client_id`` is the client that the record belongs to. ``needs`` is the right that the record's own kind asks for:
    who lacks it does not read the note either. ``mentions`` are the ids of the users it was addressed to.
    """

    __tablename__ = "core_note"

    about: Mapped[RecordRef] = record_ref("about", nullable=False)
    client_id: Mapped[int | None] = client_id(nullable=True, index=False)
    needs: Mapped[str] = mapped_column(String(KEY_LENGTH), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    mentions: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_core_note_client", "client_id", "created_at", "id"),)


class Pin(Model):
    """An entry kept at the top of a record's stream, for everybody who sees it."""

    __tablename__ = "core_pin"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[RecordRef] = record_ref("about", nullable=False)
    source: Mapped[str] = mapped_column(String(KEY_LENGTH))
    entry_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("about_kind", "about_id", "source", "entry_id", name="uq_core_pin_entry"),
        {"sqlite_autoincrement": True},
    )


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return Follower.user_id == actor.user_id


class Follower(Model):
    """Somebody who is told what others write about a record."""

    __tablename__ = "core_follower"
    __row_scope__ = staticmethod(_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[RecordRef] = record_ref("about", nullable=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("about_kind", "about_id", "user_id", name="uq_core_follower_user"),
        {"sqlite_autoincrement": True},
    )
