"""Writes journal entries: the only place that does."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import orm

from kartoteka.db.chunks import chunks, insert_many
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.coding import canonical, digest_of
from kartoteka.db.journal.covered import cover
from kartoteka.db.journal.models import CREATED, JournalEntry
from kartoteka.db.journal.operations import operation_of, raw_connection

_SALT_BYTES = 16


@dataclass(slots=True)
class Change:
    """What happened to one record; ``changes`` holds encoded values as ``JournalEntry`` describes."""

    kind: str
    table: str
    record_id: int
    client_id: int | None
    action: str
    version: int | None
    changes: Mapping[str, Any] | None = None


def write_changes(session: orm.Session, changes: Sequence[Change]) -> None:
    """Add one entry per change to the operation of this transaction."""
    if not changes:
        return
    shared: dict[str, Any] = {"operation_id": operation_of(session), "at": utc_now()}
    connection = raw_connection(session)
    for part in chunks(changes):
        salts = _salts(len(part))
        rows = [_entry(change, salt, shared) for change, salt in zip(part, salts, strict=True)]
        insert_many(connection, _entries, rows)
        covered = cover(session, shared["operation_id"], rows)
        for change in part:
            if change.action != CREATED:
                covered.note_deletion(change.kind, change.record_id, change.action, change.changes)


_entries: Any = JournalEntry.__table__


def _salts(count: int) -> list[str]:
    drawn = os.urandom(_SALT_BYTES * count).hex()
    width = 2 * _SALT_BYTES
    return [drawn[start : start + width] for start in range(0, len(drawn), width)]


def _entry(change: Change, salt: str, shared: Mapping[str, Any]) -> dict[str, Any]:
    text = None if change.changes is None else canonical(change.changes)
    return {
        **shared,
        "kind": change.kind,
        "table_name": change.table,
        "record_id": change.record_id,
        "client_id": change.client_id,
        "action": change.action,
        "record_version": change.version,
        "changes": text,
        "salt": None if text is None else salt,
        "digest": None if text is None else digest_of(salt, text),
    }
