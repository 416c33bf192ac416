"""Column types and column makers that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import Composite, MappedColumn, composite, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.stored import from_plain, to_plain

DERIVED = {"derived": True}
"""``mapped_column(..., info=DERIVED)``: computed from other columns by ``derive``; never journaled."""

HOLDS = {"holds": True}
"""``mapped_column(ForeignKey(..., ondelete="CASCADE"), info=HOLDS)``: an undo does not take away what this refers to.

Otherwise rows that are in no journal, and would go along or let go, keep no record from going."""

SECRET = {"secret": True}
"""``mapped_column(..., info=SECRET)``: a password or token hash; never journaled, exported or shown."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware on the Python side, UTC in the database.

    Raises ValueError for a naive value, because its zone would have to be guessed.
    """

    impl = DateTime
    cache_ok = True
    migration_type = "sa.DateTime(timezone=True)"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored; make it aware first.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SortText(TypeDecorator[str]):
    """Folded text that lists sort by: compared byte by byte, so that both databases agree on the order."""

    impl = String
    cache_ok = True

    def __init__(self, length: int = 200) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.length, collation=collation))

    def __repr__(self) -> str:
        return f"SortText(length={self.length})"

    @property
    def migration_type(self) -> str:
        """How a migration writes this type, which must not change along with this class."""
        plain = f"sa.String(length={self.length}"
        return f'{plain}).with_variant({plain}, collation="C"), "postgresql")'


class StoredText(TypeDecorator[Translatable]):
    """A text that the program said, kept with its values, so that each reader gets it in his own language."""

    impl = Text
    cache_ok = True
    migration_type = "sa.Text()"

    def process_bind_param(self, value: Translatable | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(to_plain(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Translatable | None:
        return None if value is None else from_plain(json.loads(value))


# Unless told otherwise SQLAlchemy stores None as the JSON word null, which NOT NULL lets through.
_JSON = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

JsonDict = MutableDict.as_mutable(_JSON)
"""A mapping kept as JSON (JSONB on PostgreSQL); changes inside it are noticed."""

JsonList = MutableList.as_mutable(JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"))
"""A list kept as JSON (JSONB on PostgreSQL); changes inside it are noticed."""


def client_id(*, nullable: bool = False, index: bool = True, **options: Any) -> MappedColumn[Any]:
    """Return a foreign key to the client card; RESTRICT, because clients go by merge and the bin only."""
    return mapped_column(
        Integer, ForeignKey("core_client.id", ondelete="RESTRICT"), nullable=nullable, index=index, **options
    )


def directory_entry(directory: str, *, nullable: bool = True, index: bool = True, **options: Any) -> MappedColumn[Any]:
    """Return a foreign key to an entry of a directory, named by its key; RESTRICT: entries in use are only closed."""
    return mapped_column(
        Integer,
        ForeignKey("core_directory_entry.id", ondelete="RESTRICT"),
        nullable=nullable,
        index=index,
        info={"directory": directory},
        **options,
    )


def directory_code(directory: str, length: int = 40, **options: Any) -> MappedColumn[Any]:
    """Return a column that names an entry of a directory by its code, or by its id where the entry has no code.

    For what modules and other programs write by words that stay the same wherever the program runs: ``contract``.
    """
    return mapped_column(String(length), info={"directory_code": directory}, **options)


def record_ref(name: str, *, nullable: bool = True) -> Composite[Any]:
    """Return a reference to a record of any kind, kept in the columns ``<name>_kind`` and ``<name>_id``.

    Write it as ``origin: Mapped[RecordRef | None] = record_ref("origin")``. The attribute is None when both
    columns are. There is no foreign key, so that the reference outlives the module it points into; the pair
    is indexed by ``Model`` and both columns carry ``info={"record_ref": name}``, so that merge can move it.
    """
    info = {"record_ref": name}
    return composite(
        RecordRef,
        mapped_column(f"{name}_kind", String(80), nullable=nullable, info=info),
        mapped_column(f"{name}_id", Integer, nullable=nullable, info=info),
        return_none_on=_is_empty,
    )


def _is_empty(kind: str | None, id: int | None) -> bool:
    return kind is None or id is None
