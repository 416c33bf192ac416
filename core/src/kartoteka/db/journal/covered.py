"""The digest of what a transaction writes into the journal, kept up while it writes; the audit chain takes it over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import event, orm

from kartoteka.db.journal.models import CHANGED, DELETED
from kartoteka.db.session import LastWork, Session, workplace

_COVERED = "journal_covered"
_DOUBTFUL = "journal_covered_doubtful"
BIN = "deleted"
"""The state of records in the bin (RecordState.DELETED)."""


class Covered:
    """A running digest of journal entries, their number, and the records among them that were deleted."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.count = 0
        self.deleted: dict[str, list[int]] = {}
        self.kinds: set[str] = set()

    def add_line(self, line: bytes) -> None:
        """Take one entry in."""
        self.digest.update(line)
        self.count += 1

    def note_deletion(self, kind: str, record_id: int, action: str, changes: Mapping[str, Any] | None) -> None:
        """Remember a record that was deleted or put into the bin."""
        is_binned = action == CHANGED and changes is not None and changes.get("state", [None])[-1] == BIN
        if is_binned or action == DELETED:
            self.deleted.setdefault(kind, []).append(record_id)


def line_of(entry: Mapping[str, Any]) -> bytes:
    """Return what of a journal entry the chain covers, everything but the values themselves."""
    at = entry["at"].astimezone(UTC).isoformat()
    return (
        f"{entry['operation_id']}|{entry['kind']}|{entry['table_name']}|{entry['record_id']}|{entry['client_id']}|"
        f"{entry['action']}|{entry['record_version']}|{at}|{entry['digest']}\n"
    ).encode()


def cover(session: orm.Session, operation_id: int, entries: Iterable[Mapping[str, Any]]) -> Covered:
    """Take entries that are being written into the digest of this transaction."""
    covered: Covered = session.info.setdefault(_COVERED, {}).setdefault(operation_id, Covered())
    written = list(entries)
    lines = [line_of(entry) for entry in written]
    covered.kinds.update(entry["kind"] for entry in written)
    covered.digest.update(b"".join(lines))
    covered.count += len(lines)
    return covered


def covered_by(session: orm.Session) -> dict[int, Covered]:
    """Return what this transaction wrote so far, by operation."""
    return session.info.get(_COVERED, {})  # type: ignore[no-any-return]


def is_doubtful(session: orm.Session) -> bool:
    """Tell whether something of it may have been rolled back."""
    return bool(session.info.get(_DOUBTFUL))


@event.listens_for(Session, "after_soft_rollback")
def _doubt(session: Session, ended: orm.SessionTransaction) -> None:
    session.info[_DOUBTFUL] = True


@event.listens_for(Session, "after_commit")
def _tell_workplace(session: Session) -> None:
    """Let whoever works here know which operation it was."""
    place = workplace.get(None)
    if session.get_nested_transaction() is not None or place is None or place.actor is not session.actor:
        return
    for operation_id, covered in covered_by(session).items():
        place.last_work = LastWork(operation_id, frozenset(covered.kinds), covered.count)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_COVERED, None)
        session.info.pop(_DOUBTFUL, None)
