"""What the page of the bin shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from kartoteka.builtin.clients.bin.service import KEPT_DAYS
from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.record import RecordState

PAGE = 50


@dataclass(frozen=True)
class Binned:
    """A client in the bin: who deleted it, when, and when it goes for good."""

    id: int
    name: str
    number: str
    deleted_at: datetime | None
    deleted_by: str

    @property
    def goes_at(self) -> datetime | None:
        """The moment after which it is deleted for good."""
        return self.deleted_at + timedelta(days=KEPT_DAYS) if self.deleted_at else None


def read_bin(session: Session, before: int | None = None) -> tuple[list[Binned], int | None]:
    """Return a page of the clients in the bin that the user sees, the last deleted first, and where it continues.

    ``before`` is the last client of the page before. Three statements at most.
    """
    binned = select(Client.id, Client.name, Client.number, Client.deleted_at).where(Client.state == RecordState.DELETED)
    if before is not None:
        moment = session.scalar(select(Client.deleted_at).where(Client.id == before))
        earlier = and_(Client.deleted_at == moment, Client.id < before)
        binned = binned.where(or_(Client.deleted_at < moment, earlier))
    rows = session.execute(binned.order_by(Client.deleted_at.desc(), Client.id.desc()).limit(PAGE + 1)).all()
    names = _deleted_by(session, [row.id for row in rows[:PAGE]])
    page = [Binned(row.id, row.name, row.number, row.deleted_at, names.get(row.id, "")) for row in rows[:PAGE]]
    return page, page[-1].id if len(rows) > PAGE else None


def _deleted_by(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return who changed these clients last, nobody for the program: nothing but deletion happens in the bin."""
    if not ids:
        return {}
    latest = (
        select(func.max(JournalEntry.id))
        .where(JournalEntry.kind == CLIENT_KIND, JournalEntry.record_id.in_(ids))
        .group_by(JournalEntry.record_id)
    )
    who = (
        select(JournalEntry.record_id, Operation.user_id, Operation.user_name)
        .join(Operation, Operation.id == JournalEntry.operation_id)
        .where(JournalEntry.id.in_(latest))
    )
    with as_system(session, reason="who put clients into the bin"):
        return {row.record_id: row.user_name for row in session.execute(who) if row.user_id is not None}
