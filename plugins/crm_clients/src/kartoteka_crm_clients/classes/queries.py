"""Reads of classes and turnover: the newest run, the matrix, one client, pages of lists, dormant clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, or_, select, true

from kartoteka.api.clients import Client, turnover_sources
from kartoteka.api.db import Session, among, read_once
from kartoteka.api.declare import TurnoverSource
from kartoteka.api.lists import asking_session
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka.api.values import write_value
from kartoteka_crm_clients.classes.fields import NONE, TURNOVER, TURNOVER_FIELDS
from kartoteka_crm_clients.classes.models import ClassRun, ClientClass, Setting, Turnover
from kartoteka_crm_clients.classes.rules import USUAL_LIMITS, read_dormancy, read_sum

_ = Texts("crm_clients")

LIMITS = "limits"
_AT_ONCE = 1_000
LATEST = select(func.max(ClassRun.id)).scalar_subquery()
_IN_LIST = select(ClientClass.client_id, ClientClass.abc, ClientClass.xyz).where(
    ClientClass.run_id == LATEST, among(ClientClass.client_id)
)


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: how many clients that the reader sees, and what they bring in."""

    clients: int = 0
    turnover: float = 0.0
    share: float = 0.0


def turnover_rows() -> Select[Any]:
    """Return what was imported into the module's own table, for the turnover source."""
    return select(Turnover.client_id, Turnover.day, Turnover.amount)


def setting_of(session: Session, name: str) -> dict[str, Any]:
    """Return a choice of the company by its name, empty where nobody has made one."""
    return dict(session.scalar(select(Setting.value).where(Setting.name == name)) or {})


def limits_of(session: Session) -> dict[str, Any]:
    """Return the company's limits of classes in per cent, and under ``source`` the chosen source of turnover."""
    return {**USUAL_LIMITS, "source": "", **setting_of(session, LIMITS)}


def chosen_source(session: Session) -> TurnoverSource | None:
    """Return the source of turnover that the company chose, the first one until it has; None without any."""
    offered = turnover_sources(session)
    chosen = limits_of(session)["source"]
    return next((one for one in offered if one.key == chosen), offered[0] if offered else None)


def latest_run(session: Session) -> ClassRun | None:
    """Return the newest classification."""
    return session.scalars(select(ClassRun).order_by(ClassRun.id.desc()).limit(1)).first()


def matrix_of(session: Session, run_id: int) -> dict[tuple[str, str], Cell]:
    """Return clients and turnover by ABC and XYZ class, of those clients that the reader sees; one statement."""
    rows = session.execute(
        select(
            ClientClass.abc,
            ClientClass.xyz,
            func.count(),
            func.sum(ClientClass.turnover),
            func.sum(ClientClass.share),
        )
        .where(ClientClass.run_id == run_id)
        .group_by(ClientClass.abc, ClientClass.xyz)
    )
    return {(abc, xyz or NONE): Cell(number, float(sum_ or 0), share or 0.0) for abc, xyz, number, sum_, share in rows}


def runs_with_counts(session: Session, most: int) -> list[tuple[ClassRun, Mapping[str, int]]]:
    """Return the newest runs with the number of clients in each class; two statements."""
    runs = session.scalars(select(ClassRun).order_by(ClassRun.id.desc()).limit(most)).all()
    found: dict[int, dict[str, int]] = {one.id: {} for one in runs}
    counted = (
        select(ClientClass.run_id, ClientClass.abc, ClientClass.xyz, func.count())
        .where(ClientClass.run_id.in_(found))
        .group_by(ClientClass.run_id, ClientClass.abc, ClientClass.xyz)
    )
    for run_id, abc, xyz, number in session.execute(counted):
        for name in (abc, xyz or NONE):
            found[run_id][name] = found[run_id].get(name, 0) + number
    return [(one, found[one.id]) for one in runs]


def history_of(session: Session, client_id: int, most: int) -> Sequence[Row[Any]]:
    """Return a client's classes in the newest runs with the runs themselves; one statement."""
    runs = select(ClassRun.id).order_by(ClassRun.id.desc()).limit(most).subquery()
    statement = (
        select(ClassRun, ClientClass)
        .join(runs, runs.c.id == ClassRun.id)
        .outerjoin(ClientClass, and_(ClientClass.run_id == ClassRun.id, ClientClass.client_id == client_id))
        .order_by(ClassRun.id.desc())
    )
    return session.execute(statement).all()


def classes_in_list(session: Session, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Return the classes of clients; one statement for both columns of a page."""

    def read(asked: Sequence[int]) -> dict[int, Row[Any]]:
        return {row.client_id: row for row in session.execute(_IN_LIST, {"ids": asked})}

    return read_once(session, "crm_clients_classes", ids, read)


def class_values(name: str) -> Callable[[Session, Sequence[int]], Mapping[int, str]]:
    """Return the function that reads one class for a page of a list."""

    def value(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
        found = classes_in_list(session, ids)
        return {client: getattr(row, name) for client, row in found.items() if getattr(row, name)}

    return value


def has_class(name: str) -> Callable[[ColumnElement[int], Any], ColumnElement[bool]]:
    """Return the condition for clients of a class in the newest run; ``none`` for those without one."""
    column = getattr(ClientClass, name)

    def condition(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
        newest = ClientClass.run_id == LATEST
        if value == NONE:
            return ~exists().where(ClientClass.client_id == record_id, newest, column != "")
        return record_id.in_(select(ClientClass.client_id).where(newest, column == str(value)[:1]))

    return condition


def classified(session: Session, run_id: int) -> Iterator[Row[Any]]:
    """Yield the clients of a run that the reader sees, the largest first, with their names and managers."""
    statement = (
        select(ClientClass, Client.name, Client.manager_id)
        .join(Client, Client.id == ClientClass.client_id)
        .where(ClientClass.run_id == run_id)
        .order_by(ClientClass.place)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(statement)


def dormant_select(source: TurnoverSource, days: int, percent: int | None, today: date) -> Select[Any]:
    """Return a select of clients that fell dormant (CL-57), with their last purchase and turnover of both periods.

    They bought before, and either nothing within the last ``days`` days, or, when ``percent`` is given, at least so
    much less than in as many days before those. Columns: client_id, last_on, now, before.
    """
    rows = source.rows().subquery()
    since, start = today - timedelta(days=days), today - timedelta(days=2 * days)
    last_on = func.max(case((rows.c.amount > 0, rows.c.day)))
    now = func.sum(case((rows.c.day > since, rows.c.amount), else_=0))
    before = func.sum(case((and_(rows.c.day > start, rows.c.day <= since), rows.c.amount), else_=0))
    fallen: list[ColumnElement[bool]] = [last_on < since]
    if percent is not None:
        fallen.append(and_(before > 0, now * 100 <= before * (100 - percent)))
    return (
        select(rows.c.client_id, last_on.label("last_on"), now.label("now"), before.label("before"))
        .where(rows.c.day <= today)
        .group_by(rows.c.client_id)
        .having(last_on.is_not(None), or_(*fallen))
    )


def is_dormant(record_id: ColumnElement[int], value: Any, today: date) -> ColumnElement[bool]:
    """Return the condition for clients dormant today: "90" or "90/30", as `read_dormancy` reads it."""
    session, asked = asking_session(), read_dormancy(str(value))
    source = None if session is None or asked is None else chosen_source(session)
    if source is None or asked is None:
        return false()
    found = dormant_select(source, *asked, today).subquery()
    return record_id.in_(select(found.c.client_id))


def has_bought_for(record_id: ColumnElement[int], value: Any, today: date) -> ColumnElement[bool]:
    """Return the condition for clients by the sum of their purchases (CL-45): "1000-5000/90", as `read_sum` reads it.

    Who has bought nothing has bought for 0.
    """
    session, asked = asking_session(), read_sum(str(value))
    source = None if session is None or asked is None else chosen_source(session)
    if source is None or asked is None:
        return false()
    least, most, days = asked
    rows = source.rows().subquery()
    since = today - timedelta(days=days)
    buyers = select(rows.c.client_id).where(rows.c.day > since, rows.c.day <= today, rows.c.client_id.is_not(None))
    total, buyers = func.sum(rows.c.amount), buyers.group_by(rows.c.client_id)
    if least is None or least <= 0:
        return record_id.not_in(buyers.having(total > most)) if most is not None else true()
    fitting = buyers.having(total >= least)
    return record_id.in_(fitting if most is None else fitting.having(total <= most))


def dormant_clients(
    session: Session, days: int, percent: int | None, today: date, among_ids: Select[tuple[int]] | None
) -> Iterator[Row[Any]]:
    """Yield the dormant clients in use that the reader sees, who bought last longest ago first."""
    source = chosen_source(session)
    if source is None:
        return
    found = dormant_select(source, days, percent, today).subquery()
    statement = (
        select(Client.id, Client.name, Client.manager_id, found.c.last_on, found.c.now, found.c.before)
        .join(found, found.c.client_id == Client.id)
        .where(Client.state == RecordState.ACTIVE)
        .order_by(found.c.last_on, Client.name_sort, Client.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    if among_ids is not None:
        statement = statement.where(Client.id.in_(among_ids))
    yield from session.execute(statement)


def summarise_turnover(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return day and amount of each row of turnover that the user sees; one statement."""
    rows = session.execute(select(Turnover.id, Turnover.day, Turnover.amount).where(Turnover.id.in_(ids)))
    day, amount = TURNOVER_FIELDS
    return {
        row.id: RecordSummary(
            RecordRef(TURNOVER, row.id),
            title=str(_("Turnover until %(day)s", day=write_value(day, row.day))),
            subtitle=str(write_value(amount, row.amount)),
            url=turnover_url(row.id),
        )
        for row in rows
    }


def turnover_url(id: int) -> str:
    """Return the address that leads from turnover to its client."""
    return f"/crm_clients/turnover/{id}"
