"""What the journal tells of the past: what was changed after a moment, the newest first, and what was there before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import orm, select, union

from kartoteka.db.among import among
from kartoteka.db.journal.models import CHANGED, DELETED, JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.reading import ChangeEntry, as_change

_entries: Any = JournalEntry.__table__


def changes_after(
    session: orm.Session,
    client_id: int,
    kinds: Collection[str],
    moment: datetime,
    limit: int,
    also: Mapping[str, Collection[int]] | None = None,
) -> list[ChangeEntry]:
    """Return the changes, from ``moment`` on, of all records that ever belonged to a client, the newest first.

    ``also`` names further records by kind. Records that went to another client afterwards, as in a merge that was
    undone, are among them. Row rights do not apply: the caller has found the client by a restricted SELECT. One
    statement, by the indexes on client and record.
    """
    chosen = sorted(kinds)
    pairs = select(_entries.c.kind, _entries.c.record_id)
    own = pairs.where(_entries.c.client_id == client_id, _entries.c.kind.in_(chosen)).distinct()
    others = [
        pairs.where(_entries.c.kind == kind, _entries.c.record_id.in_(sorted(ids)))
        for kind, ids in (also or {}).items()
        if ids
    ]
    ever = (union(own, *others) if others else own).subquery()
    statement = (
        select(_entries)
        .join(ever, (_entries.c.kind == ever.c.kind) & (_entries.c.record_id == ever.c.record_id))
        .where(_entries.c.at >= moment)
        .order_by(_entries.c.id.desc())
        .limit(limit)
    )
    return [as_change(row) for row in raw_connection(session).execute(statement)]


def values_before(session: orm.Session, kind: str, ids: Collection[int], moment: datetime) -> dict[int, dict[str, Any]]:
    """Return what the fields of records held before their changes from ``moment`` on, by record and field.

    Only fields that have changed since are named; values that were erased are not. Row rights do not apply: the
    caller has found the records by a restricted SELECT. One statement, by the index on records.
    """
    since = select(_entries).where(_entries.c.kind == kind, among(_entries.c.record_id), _entries.c.at >= moment)
    before: dict[int, dict[str, Any]] = {}
    found = raw_connection(session).execute(since.order_by(_entries.c.id.desc()), {"ids": list(ids)}) if ids else ()
    for change in map(as_change, found):
        values = before.setdefault(change.ref.id, {})
        if change.action == DELETED:
            values.update(change.changes or {})
        elif change.action == CHANGED:
            values.update({name: old for name, (old, _new) in (change.changes or {}).items()})
    return before
