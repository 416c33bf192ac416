"""Tables of the journal: operations (who did what, when) and one entry per changed record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.coding import canonical, parsed
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import StoredText, UTCDateTime
from kartoteka.vocabulary.message import Translatable

CREATED, CHANGED, DELETED = "created", "changed", "deleted"


class CanonicalJson(TypeDecorator[Mapping[str, Any]]):
    """A mapping kept as the very text that its digest was made of: JSONB would reorder and round it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | str | None, dialect: Dialect) -> str | None:
        return value if value is None or isinstance(value, str) else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any] | None:
        return None if value is None else parsed(value)


class Operation(Model):
    """What one person (or the system) did in one go: the unit that the log shows and undo takes back.

    ``title`` is its name in the language of whoever did it, for searching; ``message`` is the same for every reader.
    """

    __tablename__ = "core_operation"
    __table_args__ = {"sqlite_autoincrement": True}
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    user_name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    message: Mapped[Translatable | None] = mapped_column(StoredText)
    kind: Mapped[str] = mapped_column(String(50), default="")
    undo_of_id: Mapped[int | None] = mapped_column(ForeignKey("core_operation.id", ondelete="RESTRICT"), index=True)


class JournalEntry(Model):
    """What one operation did to one record.

    ``changes`` is ``{field: [old, new]}`` for a change, the whole row for a deletion, and NULL for a creation
    or once the values have been erased; ``digest`` is SHA-256 over ``salt`` and the text of ``changes``, and stays
    when they are erased. Values are coded by ``coding.encode``.
    """

    __tablename__ = "core_journal"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("core_operation.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(String(100))
    table_name: Mapped[str] = mapped_column(String(63))
    record_id: Mapped[int]
    client_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(10))
    record_version: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    changes: Mapped[Mapping[str, Any] | None] = mapped_column(CanonicalJson)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_core_journal_record", "kind", "record_id", "id"),
        Index("ix_core_journal_client", "client_id", "id"),
        {"sqlite_autoincrement": True},
    )
