"""Reads about operations, as far as the actor may look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

from sqlalchemy import Select, select

from kartoteka.builtin.operations.checking import kinds_of
from kartoteka.builtin.operations.rules import SEE_ALL, UNDO_ANY
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.db.journal.undo import OperationHead, head_of, undone_by
from kartoteka.db.paging import Count, Page, SortKey, count_up_to, paginate
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import day_begins

KINDS: Mapping[str, Message] = {
    "import": _("Imports"),
    "merge": _("Merges"),
    "delete": _("Move to the bin"),
    "purge": _("Deleted permanently"),
    "undo": _("Undone work"),
}
PAGE = 50
ENTRIES = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the operations is asked for; None means everything."""

    user_id: int | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC

    def as_filters(self) -> dict[str, Any]:
        """Return the same as cursors are bound to it."""
        return {"user": self.user_id, "kind": self.kind, "since": str(self.since), "until": str(self.until)}


@dataclass(frozen=True, kw_only=True)
class OperationRow(OperationHead):
    """An operation as the list shows it; ``kinds`` are the numbers of records by kind."""

    undone_by: int | None
    kinds: Mapping[str, int]


def sees_everybody(session: Session) -> bool:
    """Tell whether the actor may look at everybody's operations."""
    actor = actor_of(session)
    return actor.can(SEE_ALL) or actor.can(UNDO_ANY)


def list_operations(
    session: Session, wanted: Wanted, cursor: str | None, *, secret: str
) -> tuple[list[OperationRow], Page, Count]:
    """Return a page of operations, the newest first, and how many there are."""
    statement = _matching(session, wanted)
    with as_system(session, reason="list of operations"):
        page = paginate(
            session,
            statement,
            list_name="operations",
            keys=[SortKey("id", Operation.id)],
            descending=True,
            filters={**wanted.as_filters(), "for": actor_of(session).user_id},
            cursor=cursor,
            size=PAGE,
            secret=secret,
        )
        count = count_up_to(session, statement)
        ids = [row.id for row in page.rows]
        kinds, undone = kinds_of(session, ids), undone_by(session, ids)
    rows = [OperationRow(**head_of(r), kinds=kinds.get(r.id, {}), undone_by=undone.get(r.id)) for r in page.rows]
    return rows, page, count


def _matching(session: Session, wanted: Wanted) -> Select[Any]:
    columns = (Operation.id, Operation.at, Operation.user_id, Operation.user_name, Operation.title)
    statement = select(*columns, Operation.message, Operation.kind, Operation.undo_of_id)
    if not sees_everybody(session):
        statement = statement.where(Operation.user_id == (actor_of(session).user_id or 0))
    if wanted.user_id is not None:
        statement = statement.where(Operation.user_id == wanted.user_id)
    if wanted.kind:
        statement = statement.where(Operation.kind == wanted.kind)
    if wanted.since is not None:
        statement = statement.where(Operation.at >= day_begins(wanted.since, wanted.zone))
    if wanted.until is not None:
        statement = statement.where(Operation.at < day_begins(wanted.until + timedelta(days=1), wanted.zone))
    return statement


def read_entries(session: Session, operation_id: int, after: int | None) -> tuple[list[JournalEntry], int | None]:
    """Return the next entries of an operation, whoever may see them, and the one to go on after."""
    statement = select(JournalEntry).where(JournalEntry.operation_id == operation_id, JournalEntry.id > (after or 0))
    with as_system(session, reason="entries of an operation"):
        found = list(session.scalars(statement.order_by(JournalEntry.id).limit(ENTRIES + 1)))
    return found[:ENTRIES], found[ENTRIES - 1].id if len(found) > ENTRIES else None
