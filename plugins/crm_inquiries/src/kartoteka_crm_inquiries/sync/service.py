"""What calendar programs make, change and delete, done by the services of activities and series (IN-40)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import Session, find
from kartoteka.api.declare import DavItem
from kartoteka.api.errors import InvalidInput, NotFound, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import DONE, OPEN, PLANNED
from kartoteka_crm_inquiries.activities.service import change_activity, plan_activity, set_activity_state
from kartoteka_crm_inquiries.clocks import actor_zone
from kartoteka_crm_inquiries.naming import SERIES
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.queries import rows_of
from kartoteka_crm_inquiries.series.service import (
    begin_series,
    change_series,
    end_series,
    leave_out,
    repeat_activity,
    series_to_write,
    set_extra,
)
from kartoteka_crm_inquiries.sync.components import EVENT
from kartoteka_crm_inquiries.sync.models import CalendarObject
from kartoteka_crm_inquiries.sync.queries import Found, category_named, find_objects, my_id
from kartoteka_crm_inquiries.sync.reading import Given, read_object

_ = Texts("crm_inquiries")

_OF_SERIES = ("name", "description", "place", "importance", "remind", "all_day", "category_id")


def write_object(session: Session, sort: str, name: str, text: str) -> DavItem:
    """Make or change the object of a name; raises InvalidInput, Forbidden and Refused with the reason."""
    found = find_objects(session, sort, None, [name])
    given = read_object(text, sort, actor_zone(session))
    if found:
        _change(session, sort, found[0], given)
    else:
        add_object(session, sort, name, given)
    session.flush()
    written = find_objects(session, sort, None, [name])
    return DavItem(name, written[0].etag if written else "")


def add_object(session: Session, sort: str, name: str, given: Sequence[Given]) -> Activity | Series:
    """Make an activity, or a series, of what an object says; an object of the same UID must not be there."""
    main, others = given[0], given[1:]
    if known_uid(session, main.uid):
        raise InvalidInput({"uid": _("Your calendar has an object with this UID already.")})
    values = _values(session, main)
    if not values.get("starts_at"):
        values.pop("starts_at", None)
    if not main.rule:
        activity = plan_activity(session, {**values, "uid": main.uid, "performer_id": my_id(session)})
        _keep(session, sort, name, main.kept, activity_id=activity.id)
        return activity
    planned = {**values, "performer_id": my_id(session), "status": PLANNED}
    series = begin_series(
        session, planned, main.rule, main.timezone, left_out=main.left_out, extra=main.extra, uid=main.uid
    )
    _drop_left_out(session, series)
    _keep(session, sort, name, main.kept, series_id=series.id)
    _override(session, series, others)
    return series


def known_uid(session: Session, uid: str) -> bool:
    """Tell whether one's own calendar has something with this UID."""
    me = my_id(session)
    own = select(Activity.id).where(
        Activity.uid == uid, Activity.performer_id == me, Activity.state == RecordState.ACTIVE
    )
    of_series = select(Series.id).where(Series.uid == uid, Series.owner_id == me, Series.state == RecordState.ACTIVE)
    return bool(uid) and (session.scalar(own) is not None or session.scalar(of_series) is not None)


def delete_object(session: Session, sort: str, name: str) -> None:
    """Delete the object of a name; what is done stays in the history, and an open inquiry keeps its next action."""
    found = find_objects(session, sort, None, [name])
    if not found:
        raise NotFound
    if found[0].series_id is not None:
        end_series(session, series_to_write(session, found[0].series_id))
        return
    activity = find(session, Activity, found[0].activity_id or 0)
    if activity.status not in OPEN:
        raise Refused(_("This is done and stays in the history. Delete it in Kartoteka if it was a mistake."))
    set_activity_state(session, activity.id, RecordState.DELETED)


def _change(session: Session, sort: str, found: Found, given: Sequence[Given]) -> None:
    main = given[0]
    if found.series_id is not None:
        _change_series(session, series_to_write(session, found.series_id), given)
        _keep(session, sort, found.name, main.kept, series_id=found.series_id)
        return
    activity = find(session, Activity, found.activity_id or 0)
    values = _values(session, main)
    if activity.status not in OPEN and values["status"] == PLANNED and sort == EVENT:
        values.pop("status")  # an event cannot say that it is done
    change_activity(session, activity.id, values)
    _keep(session, sort, found.name, main.kept, activity_id=activity.id)
    if main.rule:
        series = repeat_activity(session, activity.id, main.rule, main.timezone)
        apply_changes(session, series, SERIES, {"uid": activity.uid})
        set_extra(session, series, main.extra)
        _move_kept(session, activity.id, series.id)


def _change_series(session: Session, series: Series, given: Sequence[Given]) -> None:
    main = given[0]
    if main.occurrence_at is not None:  # only an occurrence was sent
        _override(session, series, given)
        return
    if not main.rule:
        raise Refused(_("A series stays a series: delete it and make a single event."))
    values = _values(session, main)
    if values["status"] == DONE:
        _finish_next(session, series)
        return
    kept = {name: values[name] for name in _OF_SERIES if name in values}
    kept["lasts"] = int((values["ends_at"] - values["starts_at"]).total_seconds())
    kept["due_after"] = kept["lasts"]
    before = {datetime.fromisoformat(one) for one in series.left_out}
    change_series(session, series, kept, starts_at=values["starts_at"], rule=main.rule)
    set_extra(session, series, main.extra)
    wanted = set(main.left_out)
    known = before | {datetime.fromisoformat(one) for one in series.left_out}
    if new := sorted(wanted - known):
        leave_out(session, series, new)
    _override(session, series, given[1:])


def _finish_next(session: Session, series: Series) -> None:
    """Finish the next task of a series: what a program means that knows of no repetition and ticks the whole off."""
    rows = (row for row in rows_of(session, series.id) if row.status in OPEN and row.state == RecordState.ACTIVE)
    if (row := next(rows, None)) is not None:
        change_activity(session, row.id, {"status": DONE})


def _drop_left_out(session: Session, series: Series) -> None:
    if series.left_out:
        leave_out(session, series, [datetime.fromisoformat(one) for one in series.left_out])


def _override(session: Session, series: Series, others: Sequence[Given]) -> None:
    """Change the occurrences that an object says differ from its series."""
    rows = {row.occurrence_at: row for row in rows_of(session, series.id) if row.state == RecordState.ACTIVE}
    for one in others:
        row = rows.get(one.occurrence_at)
        if row is None:
            continue  # beyond what is made ahead, or left out
        values = _values(session, one)
        if row.status not in OPEN:
            values.pop("status", None)
        change_activity(session, row.id, values)


def _values(session: Session, given: Given) -> dict[str, Any]:
    values: dict[str, Any] = dict(given.values)
    category = category_named(session, given.categories) if given.categories else None
    if category is not None:
        values["category_id"] = category
    return values


def _keep(session: Session, sort: str, name: str, kept: str, **of: int) -> None:
    """Remember what the program calls the object, and what we have no place for."""
    me = my_id(session)
    one = session.scalars(select(CalendarObject).where(CalendarObject.user_id == me).filter_by(**of)).one_or_none()
    if one is None:
        _free_name(session, sort, name)
        session.add(CalendarObject(user_id=me, component=sort, name=name, kept=kept, **of))
    else:
        one.kept = kept
    session.flush()


def _free_name(session: Session, sort: str, name: str) -> None:
    """Take a name away from something that is not in the calendar any more."""
    wanted = {"user_id": my_id(session), "component": sort, "name": name}
    for old in session.scalars(select(CalendarObject).filter_by(**wanted)):
        session.delete(old)
    session.flush()


def _move_kept(session: Session, activity_id: int, series_id: int) -> None:
    for one in session.scalars(select(CalendarObject).where(CalendarObject.activity_id == activity_id)):
        one.activity_id, one.series_id = None, series_id
    session.flush()
