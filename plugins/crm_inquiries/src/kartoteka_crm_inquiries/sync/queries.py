"""Reads of what calendar programs see: one's own activities, each as an object with a mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.db import Session, actor_of, utc_now
from kartoteka.api.declare import DavItem, DavObject, DavSpan
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, OPEN
from kartoteka_crm_inquiries.clocks import actor_zone
from kartoteka_crm_inquiries.naming import CATEGORIES
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.sync import components
from kartoteka_crm_inquiries.sync.components import EVENT, TASK, Repeating
from kartoteka_crm_inquiries.sync.dressing import dressed
from kartoteka_crm_inquiries.sync.guests import guest_of, guests_of, guests_of_series
from kartoteka_crm_inquiries.sync.models import Attendee, CalendarObject

PAST = timedelta(days=366)
TASKS_AHEAD = timedelta(days=62)
"""Of tasks that repeat, so much of the future is shown: each occurrence is a task of its own."""
MOST = 5_000


@dataclass(frozen=True)
class Found:
    """An object of a collection: an activity, or a series."""

    name: str
    activity_id: int | None
    series_id: int | None
    etag: str


CALENDAR_OF = "crm_inquiries.calendar_of"
"""In ``session.info`` of a command, which works as the system: the user whose calendar it works on."""


def my_id(session: Session) -> int:
    """Return who asks; 0, whose nothing is, for the system."""
    actor = actor_of(session)
    return (int(session.info.get(CALENDAR_OF, 0)) if actor.is_system else actor.user_id) or 0


def find_objects(
    session: Session, sort: str, span: DavSpan | None = None, names: Sequence[str] | None = None
) -> list[Found]:
    """Return the objects of one's own calendar (VEVENT) or list of tasks (VTODO), at most `MOST` of either sort."""
    return [*_activities(session, sort, span, names), *_series(session, sort, names)]


def _activities(session: Session, sort: str, span: DavSpan | None, names: Sequence[str] | None) -> list[Found]:
    kept, me = CalendarObject, my_id(session)
    statement = (
        select(Activity.id, Activity.uid, Activity.version, Activity.client_id, kept.name, kept.version.label("kept"))
        .outerjoin(kept, and_(kept.activity_id == Activity.id, kept.user_id == me))
        .where(
            Activity.performer_id == me,
            Activity.state == RecordState.ACTIVE,
            Activity.status != CANCELLED,
            _is_sort(sort, kept),
            _on_its_own(me, sort),
        )
        .order_by(Activity.starts_at.desc(), Activity.id)
        .limit(MOST)
    )
    if names is None:
        statement = statement.where(or_(Activity.starts_at >= utc_now() - PAST, Activity.status.in_(OPEN)))
        statement = _within(statement, span)
    else:
        uids = [name.removesuffix(".ics") for name in names]
        statement = statement.where(or_(kept.name.in_(names), and_(kept.id.is_(None), Activity.uid.in_(uids))))
    rows = session.execute(statement).all()
    answers = _answers(session, statement)
    return [
        Found(
            row.name or f"{row.uid}.ics",
            row.id,
            None,
            f"a{row.id}-{row.version}-{row.kept or 0}{answers.get(row.id, '')}",
        )
        for row in rows
    ]


def _answers(session: Session, statement: Any) -> dict[int, str]:
    """Return what changes when somebody who is invited answers."""
    shown = statement.with_only_columns(Activity.id).order_by(None).limit(None)
    rows = session.execute(
        select(Attendee.activity_id, func.count(Attendee.id).label("number"), func.sum(Attendee.version).label("sum"))
        .where(Attendee.activity_id.in_(shown))
        .group_by(Attendee.activity_id)
    )
    return {row.activity_id: f"-{row.number}.{row.sum}" for row in rows if row.activity_id is not None}


def _answers_of_series(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Attendee.series_id, func.count(Attendee.id).label("number"), func.sum(Attendee.version).label("sum"))
        .where(Attendee.series_id.in_(ids))
        .group_by(Attendee.series_id)
    )
    return {row.series_id: f"-{row.number}.{row.sum}" for row in rows if row.series_id is not None}


def _is_sort(sort: str, kept: Any) -> Any:
    takes_time = or_(Activity.ends_at > Activity.starts_at, Activity.all_day)
    usual = takes_time if sort == EVENT else ~takes_time
    return or_(kept.component == sort, and_(kept.id.is_(None), usual))


def _on_its_own(me: int, sort: str) -> Any:
    """Occurrences of one's own series come with it; of others', of ended ones and of tasks made here they are alone."""
    own = aliased(Series)
    alone = or_(
        Activity.series_id.is_(None),
        ~select(own.id)
        .where(own.id == Activity.series_id, own.owner_id == me, own.state == RecordState.ACTIVE)
        .exists(),
    )
    if sort == EVENT:
        return alone
    there = aliased(CalendarObject)
    made_there = (
        select(there.id)
        .where(there.series_id == Activity.series_id, there.user_id == me, there.component == TASK)
        .exists()
    )
    return or_(alone, and_(Activity.starts_at < utc_now() + TASKS_AHEAD, ~made_there))


def _within(statement: Any, span: DavSpan | None) -> Any:
    if span is None:
        return statement
    if span.since is not None:  # a day earlier: whole days end later than their column says
        statement = statement.where(
            or_(Activity.ends_at >= span.since - timedelta(days=1), Activity.due_at >= span.since)
        )
    if span.until is not None:
        statement = statement.where(Activity.starts_at < span.until + timedelta(days=1))
    return statement


def _series(session: Session, sort: str, names: Sequence[str] | None) -> list[Found]:
    kept, me = CalendarObject, my_id(session)
    statement = (
        select(Series, kept.name, kept.component, kept.version.label("kept"))
        .outerjoin(kept, and_(kept.series_id == Series.id, kept.user_id == me))
        .where(Series.owner_id == me, Series.state == RecordState.ACTIVE)
        .order_by(Series.id)
        .limit(MOST)
    )
    if names is not None:
        uids = [name.removesuffix(".ics") for name in names]
        statement = statement.where(or_(kept.name.in_(names), and_(kept.id.is_(None), Series.uid.in_(uids))))
    rows = [row for row in session.execute(statement) if sort == (row.component or _usual_sort(row.Series))]
    marks = _marks(session, [row.Series.id for row in rows])
    answers = _answers_of_series(session, [row.Series.id for row in rows])
    return [
        Found(
            row.name or f"{row.Series.uid}.ics",
            None,
            row.Series.id,
            f"s{row.Series.id}-{row.Series.version}-{row.kept or 0}-"
            f"{marks.get(row.Series.id, '')}{answers.get(row.Series.id, '')}",
        )
        for row in rows
    ]


def _usual_sort(series: Series) -> str:
    """A series that takes time is an event; one made here that takes none is shown as single tasks."""
    takes_time = bool(series.values) and bool(series.values.get("lasts") or series.values.get("all_day"))
    return EVENT if takes_time else ""


def _marks(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return what changes when an occurrence that differs from its series changes."""
    differs = or_(Activity.detached, Activity.status.not_in(OPEN), Activity.state != RecordState.ACTIVE)
    rows = session.execute(
        select(Activity.series_id, func.count(Activity.id).label("number"), func.sum(Activity.version).label("sum"))
        .where(Activity.series_id.in_(ids), differs)
        .group_by(Activity.series_id)
    )
    return {row.series_id: f"{row.number}.{row.sum}" for row in rows}


def list_items(session: Session, sort: str, span: DavSpan | None) -> list[DavItem]:
    """Return the objects of a collection with their marks."""
    return [DavItem(one.name, one.etag) for one in find_objects(session, sort, span)]


def read_objects(session: Session, sort: str, names: Sequence[str]) -> list[DavObject]:
    """Return objects with their texts; a fixed number of statements however many they are."""
    found = find_objects(session, sort, None, list(names))
    writer = _Writer(session, sort, found)
    return [DavObject(one.name, one.etag, writer.text_of(one)) for one in found]


class _Writer:
    """Writes objects, with all that they need read at once."""

    def __init__(self, session: Session, sort: str, found: Iterable[Found]) -> None:
        self.session, self.sort = session, sort
        found = list(found)
        self.zone = actor_zone(session)
        singles = [one.activity_id for one in found if one.activity_id is not None]
        series = [one.series_id for one in found if one.series_id is not None]
        self.activities = {one.id: one for one in session.scalars(select(Activity).where(Activity.id.in_(singles)))}
        self.series = {one.id: one for one in session.scalars(select(Series).where(Series.id.in_(series)))}
        self.occurrences = _differing(session, series)
        self.kept = {
            (one.activity_id, one.series_id): one.kept
            for one in session.scalars(
                select(CalendarObject).where(
                    CalendarObject.user_id == my_id(session),
                    or_(CalendarObject.activity_id.in_(singles), CalendarObject.series_id.in_(series)),
                )
            )
        }
        overrides = [one.id for rows in self.occurrences.values() for one in rows]
        self.guests = guests_of(session, [*singles, *overrides])
        self.guests_of_series = guests_of_series(session, series)
        self.categories = _category_names(session)

    def text_of(self, one: Found) -> str:
        kept = self.kept.get((one.activity_id, one.series_id), "")
        if one.series_id is not None:
            return self._series_text(self.series[one.series_id], kept)
        activity = self.activities[one.activity_id or 0]
        made = self._component(activity, self.zone, kept=kept)
        return components.calendar_of([made], [self.zone])

    def _series_text(self, series: Series, kept: str) -> str:
        zone, rows = ZoneInfo(series.timezone), self.occurrences.get(series.id, [])
        gone = [
            row
            for row in rows
            if row.state != RecordState.ACTIVE or row.status == CANCELLED or row.performer_id != series.owner_id
        ]
        changed = [row for row in rows if row not in gone and row.occurrence_at is not None and self._differs(row)]
        left_out = {datetime.fromisoformat(one) for one in series.left_out}
        left_out |= {row.occurrence_at for row in gone if row.occurrence_at is not None}
        extra = [datetime.fromisoformat(one) for one in series.extra]
        repeating = Repeating(rule=series.rule, left_out=sorted(left_out), extra=extra)
        people = self.guests_of_series.get(series.id, [])
        invited = [guest_of(one) for one in people]
        master = self._component(dressed(series), zone, kept=kept, repeating=repeating, guests=invited)
        others = [
            self._component(
                row,
                zone,
                uid=series.uid,
                occurrence_at=row.occurrence_at,
                guests=[guest_of(one, row.occurrence_at) for one in people] or self.guests.get(row.id, []),
            )
            for row in changed
        ]
        return components.calendar_of([master, *others], [zone])

    def _differs(self, row: Activity) -> bool:
        return row.detached or (self.sort == TASK and row.status == DONE)

    def _component(self, one: Any, zone: ZoneInfo, **options: Any) -> Any:
        options = {"guests": self.guests.get(one.id, []), **options}
        category = self.categories.get(one.category_id, "")
        ours = self.categories.values()
        return components.component_of(one, self.sort, zone, category=category, our_categories=ours, **options)


def _differing(session: Session, ids: Sequence[int]) -> dict[int, list[Activity]]:
    found: dict[int, list[Activity]] = {}
    differs = or_(
        Activity.detached,
        Activity.status.in_((CANCELLED, DONE)),
        Activity.state != RecordState.ACTIVE,
        Activity.performer_id != my_id(session),
    )
    for row in session.scalars(
        select(Activity).where(Activity.series_id.in_(ids), differs).order_by(Activity.occurrence_at, Activity.id)
    ):
        found.setdefault(row.series_id or 0, []).append(row)
    return found


def _category_names(session: Session) -> dict[int | None, str]:
    rows = session.execute(select(DirectoryEntry.id, DirectoryEntry.name).where(DirectoryEntry.directory == CATEGORIES))
    return {row.id: row.name for row in rows}


def category_named(session: Session, names: Sequence[str]) -> int | None:
    """Return the category of the first of these names that there is, None when there is none of them."""
    known = {name.casefold(): number for number, name in _category_names(session).items()}
    return next((known[folded] for name in names if (folded := name.casefold()) in known), None)
