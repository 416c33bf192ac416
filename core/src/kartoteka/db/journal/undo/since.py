"""What happened to records after an operation: whether they are still as it left them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kartoteka.db.chunks import chunks
from kartoteka.db.journal.models import CHANGED, DELETED, JournalEntry, Operation
from kartoteka.db.journal.undo.plan import UndoConflict, UndoReason
from kartoteka.db.journal.undo.tables import Row, TouchedTable

_entries: Any = JournalEntry.__table__
_operations: Any = Operation.__table__


def find_changed(table: TouchedTable, entries: Sequence[Mapping[str, Any]]) -> dict[int, UndoConflict]:
    """Return a conflict for each record that is not as its last entry of the operation left it.

    ``entries`` are the last ones of different records of one table. A version that was raised and changes that
    were taken back since do not count.
    """
    rows = table.rows(entry["record_id"] for entry in entries)
    doubtful = [entry for entry in entries if not _is_as_left(table, entry, rows.get(entry["record_id"]))]
    later = _later_entries(table.connection, doubtful)
    found: dict[int, UndoConflict] = {}
    for entry in doubtful:
        key = entry["record_id"]
        conflict = _compare(table, entry, rows.get(key), later.get(key, []))
        if conflict is not None:
            found[key] = conflict
    return found


def conflict_of(entry: Mapping[str, Any], reason: UndoReason, **facts: Any) -> UndoConflict:
    """Return the conflict of an entry's record."""
    return UndoConflict(
        kind=entry["kind"],
        table=entry["table_name"],
        record_id=entry["record_id"],
        client_id=entry["client_id"],
        reason=reason,
        **facts,
    )


def _is_as_left(table: TouchedTable, entry: Mapping[str, Any], row: Row | None) -> bool:
    if entry["action"] == DELETED or row is None:
        return entry["action"] == DELETED and row is None
    version = row.get("version")
    if version is None or version != entry["record_version"]:
        return False
    return not _differing(table, entry, row)


def _differing(table: TouchedTable, entry: Mapping[str, Any], row: Row) -> list[str]:
    """Return the columns that the operation wrote and that hold something else now."""
    if entry["action"] != CHANGED or not entry["changes"]:
        return []
    return table.differing(row, {name: pair[1] for name, pair in entry["changes"].items()})


def _compare(
    table: TouchedTable, entry: Mapping[str, Any], row: Row | None, later: list[Mapping[str, Any]]
) -> UndoConflict | None:
    last = later[-1] if later else None
    who = {"user_name": last["user_name"] if last["user_id"] else "", "at": last["at"]} if last else {}
    if entry["action"] == DELETED:
        return conflict_of(entry, UndoReason.THERE, **who)
    if row is None:
        return conflict_of(entry, UndoReason.GONE, **who)
    differing = _differing(table, entry, row)
    net = _fold(later)
    if net.is_unknown or net.changed:
        return conflict_of(entry, UndoReason.CHANGED, columns=tuple(net.changed), **who)
    if differing:
        return conflict_of(entry, UndoReason.OUTSIDE, columns=tuple(differing), **who)
    return None


@dataclass
class _Net:
    """What a row of changes comes to: the columns that are different in the end."""

    changed: list[str]
    is_unknown: bool = False


def _fold(later: Sequence[Mapping[str, Any]]) -> _Net:
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    unknown = False
    for entry in later:
        if entry["action"] != CHANGED:
            continue  # deleted and put back: an undo puts back what there was
        unknown = unknown or entry["changes"] is None
        for name, (old, new) in (entry["changes"] or {}).items():
            first.setdefault(name, old)
            last[name] = new
    return _Net([name for name in last if first[name] != last[name]], unknown)


def _later_entries(connection: Connection, entries: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """Return the entries of these records that are newer than theirs, in their order."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    after = {entry["record_id"]: entry["id"] for entry in entries}
    for part in chunks(entries):
        of_record = (
            _entries.c.kind.in_({entry["kind"] for entry in part}),
            _entries.c.record_id.in_([entry["record_id"] for entry in part]),
            _entries.c.table_name == part[0]["table_name"],
            _entries.c.id > min(entry["id"] for entry in part),
        )
        statement = select(_entries, _operations.c.user_id, _operations.c.user_name).join(_operations).where(*of_record)
        for row in connection.execute(statement.order_by(_entries.c.id)).mappings():
            if row["id"] > after[row["record_id"]]:
                found[row["record_id"]].append(row)
    return found
