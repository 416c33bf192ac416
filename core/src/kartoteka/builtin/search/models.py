"""Tables of saved views and of records opened lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.clock import utc_now
from kartoteka.db.types import JsonList, UTCDateTime

TITLE_LENGTH = 60
QUERY_LENGTH = 2000


def _own_or_shared(actor: Actor) -> ColumnElement[bool]:
    return or_(SavedView.user_id == actor.user_id, SavedView.shared.is_(True))


def _own(actor: Actor) -> ColumnElement[bool]:
    return OpenedRecord.user_id == actor.user_id


class SavedView(Record, Model):
    """A list's filters, order and columns under a name (X-10).

    ``query`` is the list's address behind the question mark, which names no rows: whoever opens a shared view sees
    what his own row rights let him see. ``columns`` is empty where the reader's own columns apply. Each user
    arranges the views for himself; ``pinned`` is what counts until he does.
    """

    __tablename__ = "core_saved_view"
    __row_scope__ = staticmethod(_own_or_shared)

    list_name: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=True)
    query: Mapped[str] = mapped_column(String(QUERY_LENGTH), default="")
    columns: Mapped[list[str]] = mapped_column(JsonList, default=list)


class OpenedRecord(Model):
    """That a user opened a record, and when he did so last."""

    __tablename__ = "core_opened_record"
    __row_scope__ = staticmethod(_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(100))
    record_id: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        UniqueConstraint("user_id", "kind", "record_id"),
        Index("ix_core_opened_record_lately", "user_id", "opened_at"),
    )
