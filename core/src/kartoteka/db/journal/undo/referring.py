"""Who refers to a record: by foreign key, by kind and id, or by a reference that a module told of before it went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import (
    CompoundSelect,
    Integer,
    MetaData,
    Select,
    Table,
    bindparam,
    cast,
    inspect,
    literal_column,
    null,
    select,
    union_all,
)

from kartoteka.db.among import among
from kartoteka.db.base import Model
from kartoteka.db.chunks import chunks
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.references import KnownClientReference
from kartoteka.db.session import Session

CLIENTS = "core_client"
_LETS_GO = {"CASCADE", "SET NULL"}
_OWN = ("core_journal", "core_audit", "core_operation", "core_search_text", "kartoteka_")
"""Bookkeeping about records never keeps one from going."""
_AT_ONCE = 100
"""Columns that one statement looks into; SQLite takes 500 SELECTs in one."""

_kept: WeakKeyDictionary[Any, tuple[frozenset[str], list[Reference], list[Reference]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Reference:
    """A column that points to records: of one table, or of any kind that stands in ``kind_column``."""

    table: str
    column: str
    target: str | None = None
    kind_column: str | None = None


@dataclass(frozen=True)
class Referrer:
    """A row that points to a record; ``id`` is None for rows that no number tells apart."""

    target_id: int
    table: str
    column: str
    id: int | None


Question: TypeAlias = tuple[list[Reference], CompoundSelect[Any]]


class References:
    """All columns of a database that keep a record from being deleted."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connection = raw_connection(session)
        self.tables: dict[str, Table] = {}
        self.questions: dict[tuple[str, str], list[Question]] = {}
        self.present = frozenset(inspect(self.connection).get_table_names())
        self.every_key, standing = self._standing()
        self.known = list(dict.fromkeys([*standing, *self._remembered()]))

    def to(self, table: str, kind: str) -> list[Reference]:
        """Return the columns that may point to records of this table and kind."""
        return [one for one in self.known if one.target == table or one.kind_column is not None]

    def from_table(self, table: str) -> dict[str, str]:
        """Return the columns of a table that are foreign keys, each with the table it points to."""
        found = {one.column: one.target for one in self.every_key if one.table == table}
        return {column: target for column, target in found.items() if target}

    def referrers(self, table: str, kind: str, ids: Iterable[int]) -> Iterator[Referrer]:
        """Yield the rows that point to these records; one statement asks all columns about many records."""
        for part in chunks(ids):
            asked = {"ids": part, "kind": kind, "most": 10 * len(part)}
            for references, statement in self._questions(table, kind):
                for row in self.connection.execute(statement, asked):
                    found = references[row.place]
                    yield Referrer(row[0], found.table, found.column, row.own)

    def _questions(self, table: str, kind: str) -> list[Question]:
        """Return the statements that find referrers to a table, each with the columns that it looks into."""
        if (table, kind) not in self.questions:
            parts = chunks(self.to(table, kind), _AT_ONCE)
            self.questions[table, kind] = [(part, union_all(*map(self._find, count(), part))) for part in parts]
        return self.questions[table, kind]

    def _find(self, place: int, reference: Reference) -> Select[Any]:
        table = self._table(reference.table)
        column, number = table.c[reference.column], table.c.get("id")
        is_number = number is not None and isinstance(number.type, Integer)
        own = number if is_number else cast(null(), Integer)
        found = select(column, literal_column(str(place), Integer).label("place"), own.label("own"))
        found = found.where(among(column))
        if reference.kind_column is not None:
            found = found.where(table.c[reference.kind_column] == bindparam("kind"))
        return select(found.limit(bindparam("most", type_=Integer)).subquery())

    def _table(self, name: str) -> Table:
        known = Model.metadata.tables.get(name)
        if known is not None:
            return known
        if name not in self.tables:
            self.tables[name] = Table(name, MetaData(), autoload_with=self.connection, resolve_fks=False)
        return self.tables[name]

    def _standing(self) -> tuple[list[Reference], list[Reference]]:
        """Return all foreign keys, and the references that keep records; read again when there are other tables."""
        kept = _kept.get(self.session.database)
        if kept is None or kept[0] != self.present:
            keys, blocking = self._foreign_keys()
            kept = _kept[self.session.database] = (self.present, keys, [*blocking, *self._by_kind()])
        return kept[1], kept[2]

    def _foreign_keys(self) -> tuple[list[Reference], list[Reference]]:
        every: list[Reference] = []
        blocking = []
        for (_schema, table), keys in inspect(self.connection).get_multi_foreign_keys().items():
            for key in keys:
                if len(key["constrained_columns"]) != 1:
                    continue
                reference = Reference(table, key["constrained_columns"][0], key["referred_table"])
                every.append(reference)
                lets_go = (key.get("options") or {}).get("ondelete", "").upper() in _LETS_GO
                lets_go = lets_go and self._is_bookkeeping(table) and not _holds(reference)
                if not lets_go and not table.startswith(_OWN):
                    blocking.append(reference)
        return every, blocking

    def _is_bookkeeping(self, table: str) -> bool:
        """Tell whether a table's code is here and tracks nothing of it."""
        return table in Model.metadata.tables and self.session.database.journal.of_table(table) is None

    def _remembered(self) -> Iterator[Reference]:
        known: Any = KnownClientReference.__table__
        if known.name not in self.present:
            return
        for row in self.connection.execute(select(known.c.table_name, known.c.column_name)):
            if row.table_name in self.present:
                yield Reference(row.table_name, row.column_name, CLIENTS)

    def _by_kind(self) -> Iterator[Reference]:
        for name in self.present:
            if name.startswith(_OWN) or self._is_bookkeeping(name):
                continue
            table = self._table(name)
            for column in table.columns:
                kind_column = f"{column.name.removesuffix('_id')}_kind"
                if column.name.endswith("_id") and kind_column in table.c:
                    yield Reference(name, column.name, None, kind_column)


def _holds(reference: Reference) -> bool:
    """Tell whether a column of code that is here says that an undo must not take away what it refers to."""
    table = Model.metadata.tables.get(reference.table)
    column = None if table is None else table.c.get(reference.column)
    return column is not None and bool(column.info.get("holds"))
