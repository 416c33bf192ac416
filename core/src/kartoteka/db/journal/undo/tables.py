"""Tables as undo sees them: with the code that made them, or read from the database when that is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import NoSuchTableError

from kartoteka.db.chunks import chunks
from kartoteka.db.journal.coding import decode
from kartoteka.db.journal.plans import model_of
from kartoteka.db.journal.rules import is_hidden
from kartoteka.db.journal.undo.plan import CannotUndo
from kartoteka.db.members import has_members, is_member, value_in
from kartoteka.vocabulary.message import text as _

Row = Mapping[str, Any]


class TouchedTable:
    """One table that an operation changed; with ``locks`` nobody else writes what was read of it until the end."""

    def __init__(self, connection: Connection, name: str, *, locks: bool = False) -> None:
        self.connection = connection
        self.name = name
        self.locks = locks
        self.model = model_of(name)
        self.table = self._find()

    def _find(self) -> Table:
        if self.model is not None:
            return self.model.__table__  # type: ignore[no-any-return]
        try:
            return Table(self.name, MetaData(), autoload_with=self.connection)
        except NoSuchTableError:
            raise CannotUndo(_("This can't be undone: the table %(table)s is gone.", table=self.name)) from None

    def rows(self, ids: Iterable[int]) -> dict[int, Row]:
        """Return the rows with these ids as they are now."""
        found: dict[int, Row] = {}
        for part in chunks(ids):
            statement = select(self.table).where(self.table.c.id.in_(part)).order_by(self.table.c.id)
            statement = statement.with_for_update() if self.locks else statement
            found.update((row["id"], row) for row in self.connection.execute(statement).mappings())
        return found

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return journaled values as the columns take them.

        Raises CannotUndo when a migration has taken a column away or made another thing of it.
        """
        return {name: self._read_value(name, value) for name, value in values.items()}

    def _read_value(self, name: str, value: Any) -> Any:
        if is_member(name) and has_members(self.table):
            return value
        column = self.table.c.get(name)
        place = {"table": self.name, "column": name}
        if column is None:
            raise CannotUndo(
                _("This can't be undone: an update of the program removed %(column)s from %(table)s.", **place)
            )
        try:
            return decode(value, column.type)
        except (ValueError, TypeError, ArithmeticError):
            raise CannotUndo(
                _("This can't be undone: an update of the program changed %(column)s in %(table)s.", **place)
            ) from None

    def differing(self, row: Row, wanted: Mapping[str, Any]) -> list[str]:
        """Return the columns in which a row has another value than this."""
        return [name for name, value in self.read(wanted).items() if not is_same(value_in(row, name), value)]

    def missing(self, image: Mapping[str, Any]) -> bool:
        """Tell whether a deleted row lacks a value that it cannot be without: a derived or secret one without code."""
        for column in self.table.columns:
            has_default = column.default is not None or column.server_default is not None
            computed = self.model is not None and is_hidden(column) and not column.info.get("secret")
            if column.name not in image and not (column.nullable or has_default or computed):
                return True
        return False


def is_same(one: Any, other: Any) -> bool:
    """Compare values; a moment read without its zone, as SQLite's are without code, is in UTC."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return _in_utc(one) == _in_utc(other)
    return bool(one == other)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
