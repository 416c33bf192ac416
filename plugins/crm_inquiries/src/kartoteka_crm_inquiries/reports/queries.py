"""Reads of the reports of work: what was done, for whom, how long it took and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, distinct, func, literal, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.directories import known_entries
from kartoteka.api.records import Period, RecordState
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.users import user_names
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.moments import within

_ = Texts("crm_inquiries")

NOBODY, NOT_SET = _("Nobody"), _("Not set")
LATEST = 100
_MONTHS_AT_ONCE = 240
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_ACTIVE = Activity.state == RecordState.ACTIVE
_NUMBER = func.count().label("number")
_MINUTES = func.coalesce(func.sum(Activity.actual), 0).label("minutes")
_SERVICES = func.coalesce(func.sum(Activity.service_price), 0)
_COSTS = (
    _NUMBER,
    func.coalesce(func.sum(Activity.kilometres), 0).label("kilometres"),
    _MINUTES,
    (func.sum(Activity.cost) - _SERVICES).label("resources"),
    _SERVICES.label("services"),
    func.sum(Activity.cost).label("total"),
)
_TASKS = (
    select(
        Activity.id,
        Activity.name,
        Activity.kind_id,
        Activity.performer_id,
        Activity.client_id,
        Activity.due_at,
        Activity.done_at,
        Activity.percent,
        Activity.estimate,
        Activity.actual,
        Activity.outcome_id,
        Activity.outcome,
        Client.name.label("client"),
        Inquiry.number.label("inquiry"),
    )
    .select_from(Activity)
    .outerjoin(Client, Client.id == Activity.client_id)
    .outerjoin(Inquiry, Inquiry.id == Activity.inquiry_id)
)


@dataclass(frozen=True)
class Work:
    """Which activities a report is about: of a period on the clock of a zone, of an employee, of a kind."""

    period: Period | None = None
    performer_id: int | None = None
    kind_id: int | None = None
    zone: tzinfo = UTC

    def conditions(self, moment: Any) -> list[ColumnElement[bool]]:
        """Return the conditions on activities, the period by the day of ``moment``."""
        found: list[ColumnElement[bool]] = [_ACTIVE]
        if self.period is not None:
            found += within(moment, self.period, self.zone)
        if self.performer_id:
            found.append(Activity.performer_id == self.performer_id)
        if self.kind_id:
            found.append(Activity.kind_id == self.kind_id)
        return found

    def finished(self) -> list[ColumnElement[bool]]:
        """Return the conditions on activities that were finished in the period."""
        return [Activity.status == DONE, Activity.done_at.is_not(None), *self.conditions(Activity.done_at)]


def finished_tasks(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return the activities that were finished in the period, by employee and moment."""
    found = _TASKS.where(*work.finished())
    return session.execute(found.order_by(Activity.performer_id, Activity.done_at, Activity.id)).all()


def planned_and_actual(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return planned and actual minutes by client, kind and employee: of what starts in the period (IN-41)."""
    is_done = Activity.status == DONE
    return session.execute(
        select(
            Client.name.label("client"),
            Activity.client_id,
            Activity.kind_id,
            Activity.performer_id,
            _NUMBER,
            func.sum(case((is_done, 1), else_=0)).label("done"),
            func.coalesce(func.sum(Activity.estimate), 0).label("planned"),
            func.coalesce(func.sum(case((is_done, Activity.actual), else_=0)), 0).label("actual"),
        )
        .select_from(Activity)
        .outerjoin(Client, Client.id == Activity.client_id)
        .where(Activity.status != CANCELLED, *work.conditions(Activity.starts_at))
        .group_by(Client.name, Activity.client_id, Activity.kind_id, Activity.performer_id)
        .order_by(Client.name, Activity.kind_id, Activity.performer_id)
    ).all()


def contacts_by_employee(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return finished activities for clients by employee, kind and result: how many, how long, for how many clients."""
    keys = (Activity.performer_id, Activity.kind_id, Activity.outcome_id)
    return session.execute(
        select(*keys, _NUMBER, _MINUTES, func.count(distinct(Activity.client_id)).label("clients"))
        .where(Activity.client_id.is_not(None), *work.finished())
        .group_by(*keys)
    ).all()


def work_by_month(session: Session, work: Work) -> list[tuple[Period, Row[Any]]]:
    """Return the number of finished activities and their minutes by month on the clock and employee.

    Two statements, and one more for each further twenty years.
    """
    found: list[tuple[Period, Row[Any]]] = []
    months, finished = _months(session, work), work.finished()
    for start in range(0, len(months), _MONTHS_AT_ONCE):
        some = months[start : start + _MONTHS_AT_ONCE]
        # Each month is read, and counted, where the index has it: all of them at once would be sorted first.
        parts = [_of_month(finished, place, month, work.zone) for place, month in enumerate(some)]
        rows = session.execute(parts[0].union_all(*parts[1:])).all()
        found += [(some[row.place], row) for row in sorted(rows, key=lambda row: (row.place, row.performer_id or 0))]
    return found


def _of_month(finished: list[ColumnElement[bool]], place: int, month: Period, zone: tzinfo) -> Select[Any]:
    """Return the statement for what was finished in a month; ``place`` comes back with its rows."""
    return (
        select(literal(place).label("place"), Activity.performer_id, _NUMBER, _MINUTES)
        .where(*finished, *within(Activity.done_at, month, zone))
        .group_by(Activity.performer_id)
    )


def _months(session: Session, work: Work) -> list[Period]:
    """Return the months from the first finished activity to the last, which an index finds at its ends."""
    # A moment, and not merely one that is there: only so does SQLite look into the index of moments.
    done = select(Activity.done_at).where(*work.finished(), Activity.done_at > _EARLIEST).limit(1)
    ends = (done.order_by(Activity.done_at), done.order_by(Activity.done_at.desc()))
    first, last = session.execute(select(*(end.scalar_subquery() for end in ends))).one()
    if first is None:
        return []
    day, end = (moment.astimezone(work.zone).date() for moment in (first, last))
    found: list[Period] = []
    while day <= end:
        found.append(Period.month(day.year, day.month))
        day = found[-1].last + timedelta(days=1)
    return found


def work_with_clients(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return what each employee did for each client in the period, and when the last time was (IN-15)."""
    return session.execute(
        select(
            Activity.performer_id,
            Activity.client_id,
            Client.name.label("client"),
            _NUMBER,
            _MINUTES,
            func.max(Activity.done_at).label("last"),
        )
        .select_from(Activity)
        .join(Client, Client.id == Activity.client_id)
        .where(*work.finished())
        .group_by(Activity.performer_id, Activity.client_id, Client.name)
        .order_by(Activity.performer_id, Client.name)
    ).all()


def talks(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return what was done for clients in the period with their names and inquiries, the newest first (IN-18)."""
    return session.execute(
        select(Activity, Client.name.label("client"), Inquiry.number.label("inquiry"))
        .select_from(Activity)
        .join(Client, Client.id == Activity.client_id)
        .outerjoin(Inquiry, Inquiry.id == Activity.inquiry_id)
        .where(*work.finished())
        .order_by(Activity.done_at.desc(), Activity.id.desc())
    ).all()


def costs_by_client(session: Session, work: Work) -> Sequence[Row[Any]]:
    """Return what the finished activities of the period cost by client and currency: resources, services, all of it."""
    return session.execute(
        select(Client.id.label("client_id"), Client.name.label("client"), Activity.currency, *_COSTS)
        .join(Client, Client.id == Activity.client_id)
        .where(Activity.cost > 0, *work.finished())
        .group_by(Client.id, Client.name, Activity.currency)
        .order_by(func.sum(Activity.cost).desc(), Client.id)
    ).all()


def costs_of(session: Session, client_id: int) -> tuple[Sequence[Row[Any]], Sequence[Activity]]:
    """Return the sums of a client by currency, and the latest activities that cost something."""
    mine = (Activity.client_id == client_id, Activity.status == DONE, Activity.cost > 0, _ACTIVE)
    sums = session.execute(
        select(Activity.currency, *_COSTS).where(*mine).group_by(Activity.currency).order_by(Activity.currency)
    ).all()
    latest = session.scalars(
        select(Activity).where(*mine).order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(LATEST)
    ).all()
    return sums, latest


class Names:
    """What ids of people and of entries of directories stand for; each directory is read once."""

    def __init__(self, session: Session, people: Sequence[int | None]) -> None:
        self._session = session
        self._people = user_names(session, sorted({one for one in people if one is not None}))
        self._entries: dict[str, dict[str, Translatable]] = {}

    def person(self, id: int | None) -> Translatable:
        """Return the name of a user."""
        return self._people.get(id, NOBODY) if id is not None else NOBODY

    def entry(self, directory: str, id: int | None) -> Translatable:
        """Return the title of an entry of a directory."""
        if directory not in self._entries:
            known = known_entries(directory)(self._session)
            self._entries[directory] = {one.value: one.title for one in known}
        return self._entries[directory].get(str(id), NOT_SET)
