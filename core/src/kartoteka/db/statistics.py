"""What a database's planner is told about tables that grow large.

SQLite knows nothing until somebody runs ANALYZE, which reads every index and stops all writers meanwhile. So a model
whose queries depend on it says what to expect, and plans stay the ones that were measured.

PostgreSQL counts by itself, but once a minute: what fills a table says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Index, Table, text

from kartoteka.db.base import Model

STATISTICS = "sqlite_statistics"
"""Key of ``Table.info``: for each index its line of ``sqlite_stat1``: all rows, then those alike in its columns."""

_ROWS, _ALIKE_BY_STATE, _ALIKE_BY_MORE = 100_000, 1_000, 10
"""The state of a record narrows a search, but far less than whose record it is, which SQLite can't guess."""

_FEW, _MANY_TIMES = 500, 10
_KNOWN = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:table)")
_grown: WeakKeyDictionary[Engine, dict[str, tuple[int, int]]] = WeakKeyDictionary()
"""For each table that this process fills: the rows added since the last look, and with how many to look again."""


def note_growth(connection: Connection, table: Table, added: int) -> None:
    """Let PostgreSQL look at a table that has become many times larger than its planner knows; else do nothing.

    Until then it takes a table that was just filled for an empty one: an import looked for duplicates among all
    clients one by one, 25 ms for 125 rows where 0.1 are enough. Nobody is waited for: who looks already, will do.
    """
    if connection.dialect.name != "postgresql":
        return
    grown = _grown.setdefault(connection.engine, {})
    rows, enough = grown.get(table.name, (0, _FEW))
    rows += added
    if rows >= enough:
        quoted = connection.dialect.identifier_preparer.format_table(table)
        known = max(0, int(connection.execute(_KNOWN, {"table": quoted}).scalar() or 0))
        if rows >= known * (_MANY_TIMES - 1):
            connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {quoted}")
            known += rows
        rows, enough = 0, max(_FEW, known * (_MANY_TIMES - 1))
    grown[table.name] = rows, enough


def write_statistics(connection: Connection) -> None:
    """Tell SQLite what the models say; a rebuilt table has lost it, so that every upgrade says it again."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table that the planner reads
    indexes = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for table in Model.metadata.sorted_tables:
        expected = _expected(table)
        for index in expected.keys() & indexes:
            named = (table.name, index)
            connection.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE tbl = ? AND idx = ?", named)
            connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (*named, expected[index]))


def _expected(table: Table) -> Mapping[str, str]:
    by_state = {str(index.name): _led_by_state(index) for index in table.indexes if index.columns.keys()[0] == "state"}
    return {**by_state, **table.info.get(STATISTICS, {})}


def _led_by_state(index: Index) -> str:
    """Return the line of an index that begins with the state: not one for finding the records of a client."""
    more = [1 if name == "id" else _ALIKE_BY_MORE for name in index.columns.keys()[1:]]
    return " ".join(map(str, [_ROWS, _ALIKE_BY_STATE, *more]))
