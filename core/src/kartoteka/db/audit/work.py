"""What the chain says about the journal: one link for all entries that a transaction wrote, and what was deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from kartoteka.db.audit.models import AuditEntry
from kartoteka.db.journal.coding import canonical
from kartoteka.db.journal.covered import Covered, covered_by, is_doubtful, line_of
from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session

WORK = "operation.written"
DELETED = "records.deleted"
NAMED = 20
"""Deleted records that are named by id; the others are only counted."""
_links: Any = AuditEntry.__table__
_journal: Any = JournalEntry.__table__


def entries_of_work(session: Session) -> Iterator[dict[str, Any]]:
    """Return the entries to be added for what this transaction wrote into the journal."""
    for operation_id, covered in covered_by(session).items():
        if is_doubtful(session):
            covered = _read_again(session, operation_id, covered)
        if not covered.count:
            continue
        facts = {"entries": covered.count, "digest": covered.digest.hexdigest()}
        yield {"event": WORK, "operation_id": operation_id, "facts": canonical(facts)}
        for kind, ids in sorted(covered.deleted.items()):
            gone = {"kind": kind, "count": len(ids), "ids": ids[:NAMED]}
            yield {"event": DELETED, "operation_id": operation_id, "facts": canonical(gone)}


def _read_again(session: Session, operation_id: int, noted: Covered) -> Covered:
    """Return what is really there: a savepoint that was rolled back has taken entries along."""
    connection = raw_connection(session)
    before = select(_links.c.facts).where(_links.c.operation_id == operation_id, _links.c.event == WORK)
    known = sum(facts["entries"] for facts in connection.execute(before).scalars())
    statement = select(_journal).where(_journal.c.operation_id == operation_id).order_by(_journal.c.id)
    rows = connection.execute(statement.offset(known)).mappings()
    covered = Covered()
    for row in rows:
        covered.add_line(line_of(row))
        covered.note_deletion(row["kind"], row["record_id"], row["action"], row["changes"])
    return covered


def digest_of_entries(rows: Iterable[Any]) -> tuple[str, int]:
    """Return the digest of these rows of the journal, and how many there are."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(line_of(row))
        count += 1
    return digest.hexdigest(), count
