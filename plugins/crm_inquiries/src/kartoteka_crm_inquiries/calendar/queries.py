"""Reads of the calendar: events that the reader may see, the time that others are busy, hours, resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.company import company_place
from kartoteka.api.db import Session, actor_of, as_system, utc_now
from kartoteka.api.directories import known_entries
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import LONG, Activity, Resource
from kartoteka_crm_inquiries.activities.rules import CANCELLED, OPEN
from kartoteka_crm_inquiries.calendar.models import WorkingHours
from kartoteka_crm_inquiries.calendar.rules import Event
from kartoteka_crm_inquiries.calendar.working_time import USUAL_HOURS, Hours, WorkingTime
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, SEE_CALENDARS

ASIDE = 12
"""How much the list beside the calendar offers to plan."""

_COLUMNS = (
    Activity.id,
    Activity.version,
    Activity.name,
    Activity.number,
    Activity.client_id,
    Activity.kind_id,
    Activity.category_id,
    Activity.importance,
    Activity.status,
    Activity.starts_at,
    Activity.ends_at,
    Activity.all_day,
    Activity.performer_id,
    Activity.creator_id,
    Activity.resource_id,
    Activity.place,
    Client.name.label("client"),
)


def _happening(whose: Callable[[], ColumnElement[bool]], since: datetime, until: datetime) -> ColumnElement[bool]:
    """Return the condition that an activity happens between two moments.

    What is not long must have begun within LONG before, so that the index gives only what is near; what is long is
    found by its end.
    """
    near = and_(whose(), Activity.starts_at >= since - LONG, Activity.starts_at < until, Activity.ends_at >= since)
    long = and_(whose(), Activity.is_long.is_(True), Activity.ends_at >= since, Activity.starts_at < since - LONG)
    return and_(or_(near, long), Activity.state == RecordState.ACTIVE, Activity.status != CANCELLED)


def events_of_people(session: Session, people: Sequence[int], since: datetime, until: datetime) -> list[Event]:
    """Return what people have between two moments: with its words where the reader may see it, else as busy time.

    Whoever lacks the right to see calendars sees words only of what is done by or was given by the reader (IN-38).
    """
    seen = _seen(session, lambda: Activity.performer_id.in_(people), since, until)
    others = [one for one in people if one != actor_of(session).user_id]
    known = {event.id for event in seen}
    return seen + [event for taken_by, event in _busy(session, others, (), since, until) if taken_by not in known]


def events_of_resources(session: Session, resources: Sequence[int], since: datetime, until: datetime) -> list[Event]:
    """Return what resources are booked for between two moments."""
    if not resources:
        return []
    seen = _seen(session, lambda: Activity.resource_id.in_(resources), since, until)
    known = {event.id for event in seen}
    return seen + [event for taken_by, event in _busy(session, (), resources, since, until) if taken_by not in known]


def _seen(session: Session, whose: Callable[[], ColumnElement[bool]], since: datetime, until: datetime) -> list[Event]:
    actor = actor_of(session)
    statement = (
        select(*_COLUMNS)
        .outerjoin(Client, Client.id == Activity.client_id)
        .where(_happening(whose, since, until))
        .order_by(Activity.starts_at, Activity.id)
    )
    if not actor.can(SEE_CALENDARS):
        statement = statement.where(or_(Activity.performer_id == actor.user_id, Activity.creator_id == actor.user_id))
    kinds, categories = _entries(session, ACTIVITY_KINDS), _entries(session, CATEGORIES)
    return [_event(row, kinds, categories, actor.user_id) for row in session.execute(statement)]


def _entries(session: Session, directory: str) -> Mapping[int, Any]:
    return {int(one.value): one for one in known_entries(directory)(session)}


def _event(row: Row[Any], kinds: Mapping[int, Any], categories: Mapping[int, Any], reader: int | None) -> Event:
    kind, category = kinds.get(row.kind_id), categories.get(row.category_id)
    return Event(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        all_day=row.all_day,
        who=row.performer_id,
        resource=row.resource_id,
        id=row.id,
        version=row.version,
        name=row.name,
        number=row.number,
        client_id=row.client_id,
        client=row.client or "",
        kind="" if kind is None else str(kind.title),
        category="" if category is None else str(category.title),
        tint=(category.colour or "") if category is not None else "",
        importance=row.importance,
        status=row.status,
        is_mine=reader in (row.performer_id, row.creator_id),
        place=row.place,
    )


def _busy(
    session: Session,
    people: Sequence[int],
    resources: Sequence[int],
    since: datetime,
    until: datetime,
) -> list[tuple[int, Event]]:
    """Return the time that people and resources are taken, with ids of what takes it and without a word about it."""
    column, wanted = (Activity.performer_id, people) if people else (Activity.resource_id, resources)
    if not wanted:
        return []
    statement = select(
        Activity.id, Activity.starts_at, Activity.ends_at, Activity.all_day, column.label("whose")
    ).where(_happening(lambda: column.in_(wanted), since, until))
    if not people:
        statement = statement.where(Activity.status.in_(OPEN))
    with as_system(session, reason="busy time without its reasons"):
        rows = session.execute(statement).all()
    whose = "who" if people else "resource"
    return [(row.id, Event(row.starts_at, row.ends_at, row.all_day, **{whose: row.whose})) for row in rows]


def busy_times(
    session: Session, people: Sequence[int], since: datetime, until: datetime
) -> list[tuple[int, datetime, datetime, bool]]:
    """Return ``(user id, start, end, all day)`` of all that people have between two moments, in one statement."""
    if not people:
        return []
    with as_system(session, reason="busy time without its reasons"):
        return [tuple(row) for row in session.execute(busy_statement(people, since, until))]  # type: ignore[misc]


def busy_statement(people: Sequence[int], since: datetime, until: datetime) -> Select[Any]:
    """Return the statement of `busy_times`."""
    return select(Activity.performer_id, Activity.starts_at, Activity.ends_at, Activity.all_day).where(
        _happening(lambda: Activity.performer_id.in_(people), since, until)
    )


def hours_of(session: Session, people: Iterable[int]) -> dict[int | None, Hours]:
    """Return the working hours of people, and under None those of the company; one statement."""
    wanted = list(people)
    rows = session.execute(
        select(WorkingHours.user_id, WorkingHours.days).where(
            or_(WorkingHours.user_id.is_(None), WorkingHours.user_id.in_(wanted))
        )
    )
    kept = {row.user_id: to_hours(row.days) for row in rows}
    company = kept.get(None, USUAL_HOURS)
    return {None: company, **{one: kept.get(one, company) for one in wanted}}


def working_time(session: Session, user_id: int | None = None) -> WorkingTime:
    """Return the working time of a user, or the company's, on the company's clock; two statements."""
    country, zone = company_place(session)
    return WorkingTime(country, zone, hours_of(session, [] if user_id is None else [user_id])[user_id])


def to_hours(days: Sequence[Sequence[Sequence[int]]]) -> Hours:
    """Return stored hours as the rules take them."""
    return Hours(tuple(tuple((one[0], one[1]) for one in day) for day in days))


def resources_in_use(session: Session) -> list[Row[Any]]:
    """Return id, name, sort and exclusive of resources that can be used, by name."""
    statement = select(Resource.id, Resource.name, Resource.sort, Resource.exclusive).where(
        Resource.state == RecordState.ACTIVE
    )
    return list(session.execute(statement.order_by(Resource.name, Resource.id)))


def resource_choices(session: Session) -> list[tuple[int, str]]:
    """Return the resources to choose from."""
    return [(one.id, one.name) for one in resources_in_use(session)]


def overdue_of(session: Session, user_id: int) -> list[Row[Any]]:
    """Return what a user should have done by now, the longest overdue first."""
    statement = select(Activity.id, Activity.name, Activity.due_at, Activity.version, Activity.importance).where(
        Activity.performer_id == user_id,
        Activity.status.in_(OPEN),
        Activity.due_at < utc_now(),
        Activity.state == RecordState.ACTIVE,
    )
    # In the order of the index by performer: ordered by the moment alone, the past of everybody would be read.
    return list(session.execute(statement.order_by(Activity.status, Activity.due_at, Activity.id).limit(ASIDE)))


def inquiries_of(session: Session, user_id: int) -> list[Row[Any]]:
    """Return open inquiries that a user answers for, those first whose next action comes first."""
    statement = select(Inquiry.id, Inquiry.number, Inquiry.subject, Inquiry.next_at, Inquiry.client_id).where(
        Inquiry.manager_id == user_id, Inquiry.outcome == "", Inquiry.state == RecordState.ACTIVE
    )
    return list(session.execute(statement.order_by(Inquiry.next_at, Inquiry.id).limit(ASIDE)))
