"""The declarative base of every table, and the columns that every record has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from kartoteka.db.blobs.columns import is_blob_column
from kartoteka.db.clock import utc_now
from kartoteka.db.types import UTCDateTime
from kartoteka.vocabulary.record import RecordState

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names for constraints: SQLite can change a table only by rebuilding it, and finds what to keep by name."""


class Model(DeclarativeBase):
    """Base of all mapped classes, the core's and the modules'.

    A class that has no record kind says who may see its rows by ``__row_scope__`` (see ``kartoteka.db.rights``).
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime()}

    derives_from: ClassVar[frozenset[str] | None] = None
    """All columns that ``derive`` looks at, so that changes of others need not call it; None: any of them."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if isinstance(table, Table):
            _index_record_refs(table)
            _check_blob_names(table)
            if issubclass(cls, Record):
                # Journal and references know records by id: SQLite must not give a deleted record's id to a new one.
                table.dialect_options["sqlite"]["autoincrement"] = True

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns that are computed from a row's ``values``; a pure function, no database.

        Every writer calls it with all the values the row will have, before writing; changes of many rows leave it out
        when none of ``derives_from`` is among the columns that are written.
        """
        return {}


class Record:
    """Mixin for tables whose rows are records: an id, a version for optimistic locking, the moment of creation."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-100)
    version: Mapped[int] = mapped_column(default=1, sort_order=900)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, sort_order=901)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a directive receives the class
        return {"version_id_col": cls.version}


class Stateful:
    """Mixin for records that can be archived, deleted to the bin or merged."""

    state: Mapped[str] = mapped_column(String(10), default=RecordState.ACTIVE, index=True, sort_order=899)


def _index_record_refs(table: Table) -> None:
    pairs: dict[str, list[Any]] = {}
    for column in table.columns:
        if name := column.info.get("record_ref"):
            pairs.setdefault(name, []).append(column)
    for columns in pairs.values():
        Index(None, *columns)


def _check_blob_names(table: Table) -> None:
    for column in table.columns:
        if column.info.get("blob") and not is_blob_column(column.name):
            raise ValueError(f"{table.name}.{column.name} names a blob: call it blob, or let its name end with _blob.")
