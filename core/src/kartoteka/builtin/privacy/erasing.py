"""Erasing the rows of a client, and what the journal and the audit log remember of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, and_, select, update

from kartoteka.builtin.notifications.service import forget_about
from kartoteka.builtin.privacy.holdings import CLIENTS, Holdings, Part
from kartoteka.builtin.privacy.texts import contain
from kartoteka.db.audit.models import AuditEntry
from kartoteka.db.blobs import is_blob_column, put_bytes
from kartoteka.db.chunks import chunks
from kartoteka.db.journal import update_rows
from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.search_feed import remove_search_texts
from kartoteka.db.session import Session

_journal: Any = JournalEntry.__table__
_audit: Any = AuditEntry.__table__


@dataclass
class Erased:
    """What was done: records by table, and the contents of files that nobody may need any more."""

    counts: Counter[str] = field(default_factory=Counter)
    records: dict[str, list[int]] = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)


def replace_rows(session: Session, holdings: Holdings) -> Erased:
    """Put the declared values in place of personal ones, in every row that the law does not keep."""
    done = Erased()
    for part in holdings.parts:
        if part.personal is None or "id" not in part.table.c:
            continue
        rows = [row for row in part.rows if (part.table.name, row["id"]) not in holdings.kept]
        _replace(session, part.table, rows, part.personal.replacements, done)
    for personal, table, ids in holdings.loose(holdings.words):
        found = holdings.connection.execute(select(*table.columns).where(table.c.id.in_(ids))).mappings()
        _replace(session, table, [dict(row) for row in found], personal.replacements, done)
    _forget_search_texts(session, holdings, done)
    return done


def _replace(
    session: Session, table: Table, rows: Iterable[Mapping[str, Any]], replacements: Mapping[str, Any], done: Erased
) -> None:
    listed = list(rows)
    if not listed:
        return
    blobs = [column.name for column in table.columns if is_blob_column(column.name)]
    values = {name: value for name, value in replacements.items() if name in table.c}
    for name in blobs:
        if values.get(name) is None:
            values[name] = None if table.c[name].nullable else put_bytes(session.database.blobs, b"").digest
        done.contents |= {row[name] for row in listed if row[name]}
    ids = [row["id"] for row in listed]
    for part in chunks(ids):
        update_rows(session, table.name, dict.fromkeys(part, values))
    done.records.setdefault(table.name, []).extend(ids)
    done.counts[table.name] += len(ids)


def _forget_search_texts(session: Session, holdings: Holdings, done: Erased) -> None:
    """Remove what the search knows of records whose code is gone: nobody else writes their texts anew."""
    kinds = {kind.table: kind.kind for kind in holdings.registry.record_kinds}
    for table, ids in done.records.items():
        if table not in kinds:
            for kind in _kinds_of(session, table):
                remove_search_texts(session, kind, ids)


def forget_notifications(session: Session, holdings: Holdings, done: Erased) -> None:
    """Remove what users are told or reminded of about the records that are erased."""
    kinds = {kind.table: [kind.kind] for kind in holdings.registry.record_kinds}
    for table, ids in done.records.items():
        for part in chunks(ids):
            forget_about(session, kinds.get(table) or _kinds_of(session, table), part)


def _kinds_of(session: Session, table: str) -> list[str]:
    return list(
        raw_connection(session).scalars(select(_journal.c.kind).where(_journal.c.table_name == table).distinct())
    )


def blank_journal(session: Session, holdings: Holdings, done: Erased) -> int:
    """Erase the old and new values of everything that happened to the client; return how many entries had some."""
    session.flush()
    conditions = holdings.own_changes()
    for part in _journaled(holdings.parts, done):
        conditions.append(and_(_journal.c.table_name == part[0], _journal.c.record_id.in_(part[1])))
    for told in contain([_journal.c.changes], holdings.words.patterns()):
        conditions.append(and_(holdings.may_mention(), told))
    for told in contain([_journal.c.changes], holdings.words.surname_patterns()):
        conditions.append(and_(_journal.c.client_id.is_(None), told))
    blanked = 0
    for condition in conditions:
        statement = update(_journal).where(condition, _journal.c.changes.is_not(None))
        blanked += raw_connection(session).execute(statement.values(changes=None, salt=None)).rowcount
    return blanked


def _journaled(parts: Iterable[Part], done: Erased) -> Iterable[tuple[str, list[int]]]:
    for part in parts:
        if part.table.name != CLIENTS:
            ids = [row["id"] for row in part.rows if "id" in row]
            yield from ((part.table.name, some) for some in chunks(ids))
    for table, ids in done.records.items():
        yield from ((table, some) for some in chunks(ids))


def blank_audit(session: Session, holdings: Holdings, kind: str, ids: Collection[int]) -> int:
    """Erase the names in what the audit log says about these records; the chain holds without them."""
    about = and_(_audit.c.about_kind == kind, _audit.c.about_id.in_(ids))
    told = contain([_audit.c.personal], [*holdings.words.patterns(), *holdings.words.surname_patterns()])
    blanked = 0
    for condition in (about, *told):
        statement = update(_audit).where(condition, _audit.c.personal.is_not(None))
        blanked += raw_connection(session).execute(statement.values(personal=None, salt=None)).rowcount
    return blanked
