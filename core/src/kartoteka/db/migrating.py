"""The ground that migrations run on: one locked connection, and SQLite's table rebuilds made harmless."""

from __future__ import annotations

import re
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from sqlalchemy import JSON, Connection, Table, event, inspect, text
from sqlalchemy.types import TypeDecorator

from kartoteka.db.base import Model
from kartoteka.db.engine import Database
from kartoteka.db.lineages import MigrationProblem

# On SQLite Alembic says of PostgreSQL's own indexes that it can't compare them, before it is told to leave them out.
warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index", UserWarning)

_LOCK = 0x4B415254  # "KART": any number will do, as long as every process takes the same
_WAIT_MS = 600_000
_one_at_a_time = threading.Lock()  # Alembic keeps what it is doing in variables of its modules
_TEMPORARY = "_alembic_tmp_"
_REBUILT = re.compile(rf'^\s*ALTER TABLE "?{_TEMPORARY}(\w+)"? RENAME TO', re.IGNORECASE)
_VIRTUAL = re.compile(r"^\s*CREATE VIRTUAL TABLE", re.IGNORECASE)


@contextmanager
def migration_connection(database: Database) -> Iterator[Connection]:
    """Open a connection on which only one process at a time migrates; it is closed for good afterwards.

    SQLite: foreign keys are off, because rebuilding a table would delete the rows that cascade from it; every
    transaction takes the write lock at once. PostgreSQL: an advisory lock is held.
    """
    with _one_at_a_time, database.engine.connect() as connection:
        connection.detach()
        if database.is_sqlite:
            raw: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
            raw.execute("PRAGMA foreign_keys=OFF").close()
            raw.execute(f"PRAGMA busy_timeout={_WAIT_MS}").close()
            with _keeping_what_rebuilding_loses(connection):
                yield connection
        else:
            connection.execute(text(f"SET lock_timeout = {_WAIT_MS}"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            yield connection


@contextmanager
def checked_foreign_keys(connection: Connection) -> Iterator[None]:
    """Roll a SQLite migration back when it leaves rows that point nowhere; raises MigrationProblem."""
    before = _dangling(connection)
    yield
    if lost := _dangling(connection) - before:
        tables = ", ".join(sorted({f"{table} -> {parent}" for table, _, parent, _ in lost}))
        raise MigrationProblem(f"The migration would leave {len(lost)} rows that point nowhere: {tables}.")


def _dangling(connection: Connection) -> set[Any]:
    if connection.dialect.name != "sqlite":
        return set()
    return {tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


def migration_options(connection: Connection, prefix: str, version_table: str) -> dict[str, Any]:
    """Return how Alembic compares and writes the tables that begin with ``prefix``."""
    includes = _name_filter(connection, prefix)
    dialect = connection.dialect.name

    def include_object(item: Any, name: str | None, type_: str, reflected: bool, other: Any) -> bool:
        return includes(name) if type_ == "table" else _is_meant_for(item, dialect)

    return {
        "target_metadata": Model.metadata,
        "version_table": version_table,
        "include_name": lambda name, type_, parents: type_ != "table" or includes(name),
        "include_object": include_object,
        "render_as_batch": dialect == "sqlite",
        "render_item": _render_item,
        "transactional_ddl": True,
        "compare_type": True,
        "compare_server_default": True,
        "user_module_prefix": "",
    }


def tables_of(connection: Connection, prefix: str) -> list[str]:
    """Return the names of the tables in the database that begin with ``prefix``, virtual ones left out."""
    includes = _name_filter(connection, prefix)
    return sorted(name for name in inspect(connection).get_table_names() if includes(name))


def _name_filter(connection: Connection, prefix: str) -> Callable[[str | None], bool]:
    virtual = _virtual_tables(connection)

    def includes(name: str | None) -> bool:
        if name is None or not name.startswith(prefix):
            return False
        # The full-text engine keeps its data in tables named after the virtual one.
        return not any(name == table or name.startswith(f"{table}_") for table in virtual)

    return includes


def _is_meant_for(item: Any, dialect: str) -> bool:
    """Tell whether an index or constraint is made on this kind of database (``ddl_if``)."""
    condition = getattr(item, "_ddl_if", None)
    return condition is None or condition.dialect in {None, dialect}


def _virtual_tables(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    return [name for name, sql in rows if sql and _VIRTUAL.match(sql)]


def _render_item(type_: str, item: Any, context: AutogenContext) -> str | bool:
    """Write our own column types as plain ones: a migration must mean the same when our classes have changed."""
    if type_ == "type" and isinstance(item, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if type_ != "type" or not isinstance(item, TypeDecorator):
        return False
    written: str = getattr(item, "migration_type", "") or _repr_type(item.impl_instance, context)
    return written


@contextmanager
def _keeping_what_rebuilding_loses(connection: Connection) -> Iterator[None]:
    """Give a table that Alembic rebuilds on SQLite its AUTOINCREMENT, last given id and triggers back."""
    kept: dict[str, tuple[list[str], int | None]] = {}

    def before_create(table: Table, conn: Connection, **options: Any) -> None:
        name = table.name.removeprefix(_TEMPORARY)
        if name != table.name and conn is connection:
            kept[name] = (_triggers_of(conn, name), _last_id(conn, name))
            table.dialect_options["sqlite"]["autoincrement"] = _has_autoincrement(conn, name)

    def after_execute(conn: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        renamed = _REBUILT.match(statement)
        if renamed and renamed[1] in kept:
            _give_back(conn, renamed[1], *kept.pop(renamed[1]))

    event.listen(Table, "before_create", before_create)
    event.listen(connection, "after_cursor_execute", after_execute)
    try:
        yield
    finally:
        event.remove(Table, "before_create", before_create)


def _triggers_of(connection: Connection, table: str) -> list[str]:
    statement = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return list(connection.exec_driver_sql(statement, (table,)).scalars())


def _has_autoincrement(connection: Connection, table: str) -> bool:
    statement = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    return "AUTOINCREMENT" in (connection.exec_driver_sql(statement, (table,)).scalar() or "").upper()


def _last_id(connection: Connection, table: str) -> int | None:
    if not _has_autoincrement(connection, table):
        return None
    found: int | None = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()
    return found


def _give_back(connection: Connection, table: str, triggers: list[str], last_id: int | None) -> None:
    for trigger in triggers:
        connection.exec_driver_sql(trigger)
    if last_id is None:
        return
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    connection.exec_driver_sql("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", (table, last_id))
