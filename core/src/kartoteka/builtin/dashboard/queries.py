"""Reads for the front page: notices, birthdays, the latest changes, one's own clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, distinct, extract, func, or_, select

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.dashboard.models import Notice
from kartoteka.builtin.users.queries import Department, User
from kartoteka.db.actor import Actor
from kartoteka.db.journal.models import JournalEntry, Operation
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.period import Period, anniversary_in, yearly_ranges
from kartoteka.vocabulary.record import RecordState

PERSON = "person"
MOST_NOTICES = 20
PAGE = 50
_LOOKED_THROUGH = 20_000

# --- Notices ---------------------------------------------------------------------------------------------------------


def notices_on(session: Session, day: date, actor: Actor) -> Sequence[Notice]:
    """Return the notices that a user should know on a day, important ones first (CORE-09); one statement."""
    return session.scalars(
        select(Notice)
        .where(
            Notice.state == RecordState.ACTIVE,
            Notice.valid_from <= day,
            or_(Notice.valid_until.is_(None), Notice.valid_until >= day),
            or_(Notice.department_id.is_(None), Notice.department_id == actor.department_id),
        )
        .order_by(Notice.important.desc(), Notice.valid_from.desc(), Notice.id.desc())
        .limit(MOST_NOTICES)
    ).all()


def list_notices(session: Session, *, archived: bool, before: int | None = None) -> Sequence[Row[Any]]:
    """Return a page of notices with their department, the newest first; one more where there are others."""
    statement = (
        select(Notice, Department.name.label("department"))
        .outerjoin(Department, Department.id == Notice.department_id)
        .where(Notice.state == (RecordState.ARCHIVED if archived else RecordState.ACTIVE))
        .order_by(Notice.id.desc())
        .limit(PAGE + 1)
    )
    return session.execute(statement if before is None else statement.where(Notice.id < before)).all()


# --- Birthdays -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Birthday:
    """A birthday to come; ``client_id`` is None for a colleague, whose year of birth is nobody's business."""

    day: date
    name: str
    client_id: int | None = None
    manager_id: int | None = None
    turns: int | None = None


def client_birthdays(session: Session, period: Period, *, managed: bool = False) -> list[Birthday]:
    """Return the birthdays of clients who are natural persons, by day and name; ``managed``: of somebody's clients."""
    born = extract("month", Client.birth_date) * 100 + extract("day", Client.birth_date)
    statement = select(Client.id, Client.name, Client.birth_date, Client.manager_id).where(
        Client.kind == PERSON,
        Client.birth_date.is_not(None),
        Client.state == RecordState.ACTIVE,
        or_(*(born.between(first, last) for first, last in yearly_ranges(period))),
    )
    rows = session.execute(statement.where(Client.manager_id.is_not(None)) if managed else statement)
    found = [
        Birthday(day, row.name, row.id, row.manager_id, day.year - row.birth_date.year)
        for row in rows
        if (day := anniversary_in(row.birth_date, period)) is not None
    ]
    return sorted(found, key=lambda one: (one.day, one.name, one.client_id))


def team_birthdays(session: Session, period: Period) -> list[Birthday]:
    """Return the birthdays of colleagues, by day and name."""
    rows = session.execute(select(User.name, User.birth_date).where(User.active, User.birth_date.is_not(None)))
    days = ((row.name, anniversary_in(row.birth_date, period)) for row in rows)
    return sorted((Birthday(day, name) for name, day in days if day), key=lambda one: (one.day, one.name))


# --- Clients ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What somebody did lately to clients: ``client`` is one of them, ``others`` the number of the other ones."""

    at: datetime
    user: str
    title: Any
    client_id: int
    client: str
    others: int


def latest_work(session: Session, limit: int) -> list[Work]:
    """Return what was done last to clients that the actor may see, by operation; two statements.

    Kinds of records that he may not read are left out, and so is what lies deeper in the journal than its newest
    20,000 entries.
    """
    with as_system(session, reason="latest changes"):
        done = session.execute(_latest_operations(session, limit)).all()
    names = _names_of(session, [row.client_id for row in done])
    return [
        Work(
            row.at,
            row.user_name if row.user_id else "",
            row.message or row.title,
            row.client_id,
            names[row.client_id],
            row.clients - 1,
        )
        for row in done
        if row.client_id in names
    ]


def _latest_operations(session: Session, limit: int) -> Select[Any]:
    newest = select(func.max(JournalEntry.id)).scalar_subquery()
    lately = [JournalEntry.id > newest - _LOOKED_THROUGH, JournalEntry.kind.in_(sorted(_kinds_of_clients(session)))]
    seen = session.database.rights.visible_ids(Client, actor_of(session))
    clients = JournalEntry.client_id.is_not(None) if seen is None else JournalEntry.client_id.in_(seen)
    by_operation = (
        select(
            JournalEntry.operation_id,
            func.max(JournalEntry.client_id).label("client_id"),
            func.count(distinct(JournalEntry.client_id)).label("clients"),
        )
        .where(*lately, clients)
        .group_by(JournalEntry.operation_id)
        .order_by(JournalEntry.operation_id.desc())
        .limit(limit)
        .subquery()
    )
    return (
        select(
            Operation.at,
            Operation.user_id,
            Operation.user_name,
            Operation.title,
            Operation.message,
            by_operation.c.client_id,
            by_operation.c.clients,
        )
        .join(by_operation, by_operation.c.operation_id == Operation.id)
        .order_by(Operation.id.desc())
    )


def _kinds_of_clients(session: Session) -> Iterable[str]:
    for kind in visible(session, extension_of(session).registry.record_kinds):
        if kind.model is Client or (kind.client_column and isinstance(kind.scope, OwnedByClient)):
            yield kind.kind


def _names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Client.id, Client.name).where(Client.id.in_(sorted(set(ids)))))
    return {row.id: row.name for row in rows}


def newest_clients_of(session: Session, user_id: int, limit: int) -> Sequence[Row[Any]]:
    """Return the newest clients that a user is responsible for: id, name, registered_on, and ``number`` of all."""
    own = _own_clients(user_id)
    number = select(func.count(Client.id)).where(own).scalar_subquery()
    return session.execute(
        select(Client.id, Client.name, Client.registered_on, number.label("number"))
        .where(own)
        .order_by(Client.registered_on.desc(), Client.id.desc())
        .limit(limit)
    ).all()


def _own_clients(user_id: int) -> ColumnElement[bool]:
    return and_(Client.manager_id == user_id, Client.state == RecordState.ACTIVE)


def how_far(session: Session) -> tuple[int, int]:
    """Return the number of users who can sign in and whether there is a client (1) or none yet (0); one statement."""
    users = select(func.count(User.id)).where(User.active).scalar_subquery()
    clients = select(func.count()).select_from(select(Client.id).limit(1).subquery()).scalar_subquery()
    row = session.execute(select(users, clients)).one()
    return int(row[0]), int(row[1])
