"""Checksums of all tables, to prove that work and its undo leave what was there before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, inspect, select

if TYPE_CHECKING:
    from kartoteka.db.engine import Database

LEFT_OUT = frozenset(
    {
        "core_journal",
        "core_operation",
        "core_audit",
        "core_audit_head",
        "core_job",
        "core_schedule",
        "core_sign_in",
        "core_sign_in_attempt",
        "core_number_series",
        "core_state",
    }
)
"""What every piece of work leaves behind: journal, audit chain, jobs; and numbers, which are never given back."""
_IGNORED = {"*": {"version"}, "core_search_text": {"id"}}
_INDEX = "core_search_index"


def table_checksums(database: Database, *, without: Iterable[str] = ()) -> dict[str, str]:
    """Return a checksum for each table of a database but LEFT_OUT and ``without``, whether its code is loaded or not.

    Versions of records are left out: an undo raises them, or a form opened before it would be saved unseen.
    """
    left_out = LEFT_OUT | set(without)
    with database.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if _counts(name, left_out)]
        metadata = MetaData()
        metadata.reflect(connection, only=names, resolve_fks=False)
        return {name: _checksum(connection, metadata.tables[name]) for name in sorted(names)}


def differing_tables(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the tables whose checksums differ, for a message that helps."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _counts(name: str, left_out: set[str] | frozenset[str]) -> bool:
    return name not in left_out and not name.startswith((_INDEX, "kartoteka_revision_", "sqlite_"))


def _checksum(connection: Any, table: Any) -> str:
    ignored = _IGNORED["*"] | _IGNORED.get(table.name, set())
    columns = [column for column in table.columns if column.name not in ignored]
    rows = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
