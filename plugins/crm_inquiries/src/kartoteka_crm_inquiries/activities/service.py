"""Use cases of activities: plan, change, finish, cancel, take back. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from kartoteka.api.clients import LIVING, add_record, add_records, apply_changes, client_to_write
from kartoteka.api.db import Session, actor_of, as_system, demand, find, find_or_none, settle, utc_now
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.work import next_number
from kartoteka_crm_inquiries.activities import rules, telling
from kartoteka_crm_inquiries.activities.booking import demand_free
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.next_action import (
    NextStep,
    close_its_inquiry,
    inquiry_of,
    settle_next_action,
)
from kartoteka_crm_inquiries.activities.writing import read_activity
from kartoteka_crm_inquiries.leads import usual_lead
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    ACTIVITY_MASK,
    ACTIVITY_SERIES,
    ASSIGN,
    EDIT_ACTIVITIES,
    INQUIRY,
)
from kartoteka_crm_inquiries.projects.service import check_project

_ = Texts("crm_inquiries")

_DOING = frozenset(
    {"status", "done_at", "done_by_id", "outcome_id", "outcome", "next_step", "actual", "kilometres", "cost"}
)
"""What becomes of an activity: an occurrence of a series that only has these changed still follows its series."""
_ENDS = ("outcome_id", "outcome", "next_step", "actual", "kilometres", "service_price", "resource_id", "service_id")


def plan_activity(
    session: Session,
    values: Mapping[str, Any],
    *,
    assigned: bool = False,
    after: Activity | None = None,
    first_of: Any = None,
) -> Activity:
    """Plan an activity, or register one that is done already; ``values`` are by column.

    Number, performer, creator, moments and name are filled in where they are not given (IN-23). ``assigned`` says that
    the program chose the performer. What ``after``, which it follows, is about need not be in the actor's sight.
    ``first_of`` is a new inquiry of a client of the actor's, which is stored together with it: nobody else can have it
    yet, so it is neither looked up nor locked.
    Raises Forbidden, InvalidInput naming the field, and Refused.
    """
    actor = demand(session, EDIT_ACTIVITIES)
    names: dict[int, str] = {}
    checked = read_activity(session, values, after if first_of is None else _Whose(first_of.client_id), names)
    checked["performer_id"] = checked.get("performer_id") or actor.user_id
    checked["creator_id"] = checked.get("creator_id") or actor.user_id
    if "remind" not in checked:
        checked["remind"] = usual_lead(session, checked["performer_id"])
    if not assigned:
        _demand_assigning(session, checked["performer_id"])
    if checked.get("client_id") is not None and after is None and first_of is None:
        client_to_write(session, checked["client_id"], EDIT_ACTIVITIES)
    checked |= _whose(session, checked)
    if after is None or checked.get("project_id") != after.project_id:
        check_project(session, checked.get("project_id"), checked["client_id"])
    checked |= rules.settle_moments(checked, utc_now())
    checked["name"] = checked.get("name") or _name_of_kind(session, checked.get("kind_id"), names)
    checked["uid"] = checked.get("uid") or f"{uuid4()}@kartoteka"
    checked["service_price"] = _price(session, checked)
    _check(session, checked)
    checked |= _ended(session, checked, checked)
    checked["number"] = checked.get("number") or next_number(
        session, ACTIVITY_SERIES, mask=ACTIVITY_MASK, on=utc_now().date()
    )
    activity = Activity(**checked)
    if first_of is None:
        add_record(session, activity, ACTIVITY)
        _settle(session, activity.inquiry_id, moved=activity.status == rules.DONE)
    else:
        activity.inquiry = first_of  # type: ignore[attr-defined]
        first_of.next_at = activity.due_at
        add_records(session, (first_of, INQUIRY), (activity, ACTIVITY))
    telling.tell_given(session, activity)
    return activity


def change_activity(
    session: Session,
    id: int,
    values: Mapping[str, Any],
    version: int | None = None,
    *,
    with_series: bool = False,
) -> Activity:
    """Change an activity, typed over ``version``; a status of done or cancelled ends it.

    An occurrence of a series is on its own from then on (RFC 5545, 3.8.4.4), unless it is changed ``with_series``: then
    whoever changes the series looks after the bookings of all of them.
    Raises NotFound, Forbidden, EditConflict, InvalidInput, and Refused when an open inquiry would be left without a
    next action.
    """
    activity = activity_to_write(session, id)
    checked = read_activity(session, values, activity)
    if checked.get("performer_id", activity.performer_id) != activity.performer_id:
        _demand_assigning(session, checked["performer_id"])
    changes = settle(session, activity, ACTIVITY, checked, version)
    changes |= rules.move_moments(activity, changes)
    after = _after(activity, changes)
    if {"client_id", "inquiry_id"} & changes.keys():
        changes |= {name: value for name, value in _whose(session, after).items() if getattr(activity, name) != value}
        after = _after(activity, changes)
    if {"client_id", "project_id"} & changes.keys():
        check_project(session, after["project_id"], after["client_id"])
    if not after["name"]:
        raise InvalidInput({"name": _("Fill this in.")})
    _check(session, after, without_series=with_series)
    if {"starts_at", "ends_at", "all_day", "place"} & changes.keys():
        changes["sequence"] = activity.sequence + 1  # RFC 5545, 3.8.7.4
    if not with_series:
        changes |= on_its_own(activity, changes)
    changes |= _ended(session, after, changes)
    _write(session, activity, changes)
    return activity


def on_its_own(activity: Activity, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what else changes when an occurrence of a series is changed alone: it does not follow its series then."""
    differs = activity.series_id is not None and not activity.detached and changes.keys() - _DOING
    return {"detached": True} if differs else {}


def finish_activity(
    session: Session,
    id: int,
    values: Mapping[str, Any],
    next_step: NextStep | None = None,
    close: Mapping[str, Any] | None = None,
) -> Activity:
    """Finish an activity with its result and say what comes next, in one go (IN-10, M-09).

    ``values`` are ``outcome_id``, ``outcome``, ``next_step``, ``actual``, ``kilometres`` and what else was used.
    ``next_step`` plans the next activity of the same inquiry, or of the same client; ``close`` closes the inquiry:
    its ``outcome`` won or lost, with the reason. Raises Refused when an open inquiry would be orphaned by it, and what
    `change_activity` raises.
    """
    activity = activity_to_write(session, id)
    if activity.status not in rules.OPEN:
        raise Refused(_("This is finished already."))
    unknown = {name: _("There is no such field.") for name in values if name not in _ENDS}
    if unknown:
        raise InvalidInput(unknown)
    checked = read_activity(session, values, activity)
    checked["status"] = rules.DONE
    if next_step is not None and not checked.get("next_step"):
        checked["next_step"] = next_step.name[:NAME_LENGTH]
    after = _after(activity, checked)
    _check(session, after)
    checked |= _ended(session, after, checked)
    inquiry_id = activity.inquiry_id
    apply_changes(session, activity, ACTIVITY, checked)
    if next_step is not None:
        follow_up(session, activity, next_step)
    if close is not None and inquiry_id is not None:
        close_its_inquiry(session, inquiry_id, close)
    _settle(session, inquiry_id, moved=True)
    telling.tell_done(session, activity)
    return activity


def follow_up(session: Session, activity: Activity, step: NextStep) -> Activity:
    """Plan what comes after an activity, for the same inquiry and client."""
    about = {name: getattr(activity, name) for name in ("client_id", "inquiry_id", "project_id", "person")}
    values = {name: value for name, value in step.as_values().items() if value is not None}
    if not values.get("name") and values.get("kind_id") is None:
        values |= {"name": activity.next_step or activity.name, "kind_id": activity.kind_id}
    planned = {**about, "importance": activity.importance, "category_id": activity.category_id, **values}
    planned.setdefault("performer_id", activity.performer_id)
    return plan_activity(session, planned, assigned=planned["performer_id"] == activity.performer_id, after=activity)


def cancel_activity(session: Session, id: int, next_step: NextStep | None = None) -> Activity:
    """Call an activity off; raises Refused when an open inquiry would be orphaned by it."""
    activity = activity_to_write(session, id)
    if activity.status not in rules.OPEN:
        raise Refused(_("This is finished already."))
    apply_changes(session, activity, ACTIVITY, {"status": rules.CANCELLED, "sequence": activity.sequence + 1})
    if next_step is not None:
        follow_up(session, activity, next_step)
    _settle(session, activity.inquiry_id)
    return activity


def reopen_activity(session: Session, id: int) -> Activity:
    """Take back that an activity is done or called off."""
    activity = activity_to_write(session, id)
    if activity.status in rules.OPEN:
        return activity
    changes = {"status": rules.PLANNED, "done_at": None, "done_by_id": None, "percent": 0}
    demand_free(session, _after(activity, changes))
    _write(session, activity, changes)
    return activity


def set_activity_state(session: Session, id: int, state: str) -> Activity:
    """Put an activity away or take it back."""
    activity = activity_to_write(session, id)
    if activity.state not in LIVING:
        raise Refused(_("This is in the bin. Restore it first."))
    if state == RecordState.ACTIVE:
        demand_free(session, _after(activity, {"state": state}))
    _write(session, activity, {"state": state})
    return activity


def archive_activity(session: Session, id: int) -> Activity:
    """Put an activity away."""
    return set_activity_state(session, id, RecordState.ARCHIVED)


def hand_over_activity(session: Session, id: int, user_id: int, note: str = "") -> Activity:
    """Pass an activity on to a colleague with a note; the colleague is told (CORE-27, IN-19)."""
    activity = activity_to_write(session, id)
    if activity.status not in rules.OPEN:
        raise Refused(_("This is finished already."))
    _demand_assigning(session, user_id)
    checked = read_activity(session, {"performer_id": user_id})
    if checked["performer_id"] is None:
        raise InvalidInput({"performer_id": _("Choose somebody who works here.")})
    if checked["performer_id"] == activity.performer_id:
        raise InvalidInput({"performer_id": _("This colleague has it already.")})
    telling.tell_handed_over(session, activity, checked["performer_id"], note)
    apply_changes(session, activity, ACTIVITY, {**checked, **on_its_own(activity, checked)})
    return activity


def activity_to_write(session: Session, id: int) -> Activity:
    """Return an activity that the actor may change; raises Forbidden, NotFound."""
    demand(session, EDIT_ACTIVITIES)
    return find(session, Activity, id)


def _demand_assigning(session: Session, performer_id: int | None) -> None:
    if performer_id != actor_of(session).user_id:
        demand(session, ASSIGN)


@dataclass(frozen=True)
class _Whose:
    """Whose the first activity of an inquiry is, as `read_activity` takes what is known already."""

    client_id: int


def _whose(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return whose activity it is: that of its inquiry's client; raises InvalidInput where the two differ."""
    client_id, inquiry_id = values.get("client_id"), values.get("inquiry_id")
    if inquiry_id is not None:
        inquiry = inquiry_of(session, inquiry_id)
        of_inquiry = client_id if inquiry is None else inquiry.client_id
        if client_id not in (None, of_inquiry):
            raise InvalidInput({"inquiry_id": _("This inquiry is another client's.")})
        client_id = of_inquiry
    return {"client_id": client_id}


def _name_of_kind(session: Session, kind_id: int | None, known: Mapping[int, str]) -> str:
    name = "" if kind_id is None else known.get(kind_id)
    if name is None:
        name = session.scalar(select(DirectoryEntry.name).where(DirectoryEntry.id == kind_id))
    if not name:
        raise InvalidInput({"name": _("Say what is to be done, or choose a kind.")})
    return str(name)


def _price(session: Session, values: Mapping[str, Any]) -> Any:
    if values.get("service_price") is not None or values.get("service_id") is None:
        return values.get("service_price")
    return session.scalar(select(ExtraService.price).where(ExtraService.id == values["service_id"]))


def _check(session: Session, values: Mapping[str, Any], *, without_series: bool = False) -> None:
    """Raise InvalidInput for values that do not go together."""
    for name in ("starts_at", "ends_at", "due_at"):
        if values[name] is None:
            raise InvalidInput({name: _("Say when.")})
    if values["ends_at"] < values["starts_at"]:
        raise InvalidInput({"ends_at": _("This is before it starts.")})
    if values.get("status") == rules.DONE and not values.get("kilometres") and _is_car(session, values):
        raise InvalidInput({"kilometres": _("A car was used: say how many kilometres.")})
    demand_free(session, values, without_series=without_series)


def _is_car(session: Session, values: Mapping[str, Any]) -> bool:
    resource = _resource(session, values)
    return resource is not None and resource.sort == rules.CAR


def _resource(session: Session, values: Mapping[str, Any]) -> Resource | None:
    if values.get("resource_id") is None:
        return None
    with as_system(session, reason="what an activity uses"):
        return find_or_none(session, Resource, values["resource_id"])


def _ended(session: Session, after: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from the state that an activity gets: moment, percent, who did it, and its cost."""
    status = after.get("status") or rules.PLANNED
    if status != rules.DONE:
        still = {"done_at": None, "done_by_id": None} if "status" in changes else {}
        started = "percent" in changes and status == rules.PLANNED and 0 < (after["percent"] or 0) < 100
        return {**still, "status": rules.STARTED} if started else still
    resource = _resource(session, after)
    minutes = after.get("actual")
    if minutes is None:
        minutes = after.get("estimate") or rules.minutes_between(after["starts_at"], after["ends_at"])
    return {
        "done_at": after.get("done_at") or utc_now(),
        "done_by_id": after.get("done_by_id") or actor_of(session).user_id,
        "percent": 100,
        "service_price": _price(session, after),
        "cost": rules.cost_of(
            kilometres=after.get("kilometres"),
            km_rate=resource.km_rate if resource else rules.CENT * 0,
            minutes=minutes,
            hour_price=resource.hour_price if resource else rules.CENT * 0,
            service_price=_price(session, after),
        ),
    }


def _after(activity: Activity, changes: Mapping[str, Any]) -> dict[str, Any]:
    columns = Activity.__table__.columns.keys()
    return {**{name: getattr(activity, name) for name in columns}, **changes}


def _write(session: Session, activity: Activity, changes: Mapping[str, Any]) -> None:
    inquiries = {activity.inquiry_id}
    was_done, performer = activity.status == rules.DONE, activity.performer_id
    apply_changes(session, activity, ACTIVITY, changes)
    for inquiry_id in sorted({*inquiries, activity.inquiry_id} - {None}, key=str):
        _settle(session, inquiry_id, moved=activity.status == rules.DONE and not was_done)
    if activity.performer_id != performer:
        telling.tell_given(session, activity)
    if activity.status == rules.DONE and not was_done:
        telling.tell_done(session, activity)


def _settle(session: Session, inquiry_id: int | None, *, moved: bool = False) -> None:
    if inquiry_id is not None:
        settle_next_action(session, inquiry_id, moved=moved)
