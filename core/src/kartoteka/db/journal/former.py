"""What the journal tells of the past of a client: everything that was changed after a moment, the newest first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import orm, select

from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.reading import ChangeEntry, as_change

_entries: Any = JournalEntry.__table__


def changes_after(
    session: orm.Session, client_id: int, kinds: Collection[str], moment: datetime, limit: int
) -> list[ChangeEntry]:
    """Return the changes, from ``moment`` on, of all records that ever belonged to a client, the newest first.

    Records that went to another client afterwards, as in a merge that was undone, are among them. Row rights do not
    apply: the caller has found the client by a restricted SELECT. One statement, by the indexes on client and record.
    """
    chosen = sorted(kinds)
    ever = (
        select(_entries.c.kind, _entries.c.record_id)
        .where(_entries.c.client_id == client_id, _entries.c.kind.in_(chosen))
        .distinct()
        .subquery()
    )
    statement = (
        select(_entries)
        .join(ever, (_entries.c.kind == ever.c.kind) & (_entries.c.record_id == ever.c.record_id))
        .where(_entries.c.at >= moment)
        .order_by(_entries.c.id.desc())
        .limit(limit)
    )
    return [as_change(row) for row in raw_connection(session).execute(statement)]
