"""Use cases of promises: give, change, settle, put away. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import add_record, apply_changes, client_people, client_to_write, record_to_write, set_state
from kartoteka.api.db import Session, actor_of, settle, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import known_users
from kartoteka.api.values import Reader, Wrong, day, line, number_of, read_values
from kartoteka_crm_inquiries.calendar.queries import hours_of
from kartoteka_crm_inquiries.calendar.rules import gaps
from kartoteka_crm_inquiries.calendar.service import free_busy
from kartoteka_crm_inquiries.calendar.working_time import WorkingTime
from kartoteka_crm_inquiries.clocks import actor_zone
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, PROMISE
from kartoteka_crm_inquiries.promises import rules
from kartoteka_crm_inquiries.promises.models import TEXT_LENGTH, Promise

_ = Texts("crm_inquiries")

LONGEST = 10_000
LEAST_ROOM = 15
"""Minutes that a promise takes for which nobody said how long it will take."""


def add_promise(session: Session, client_id: int, values: Mapping[str, Any]) -> Promise:
    """Write down a promise; ``user_id`` is the actor unless somebody else is named.

    Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT_ACTIVITIES)
    checked = read_values(values, _readers(session, client.id))
    checked = {"side": rules.OURS, **checked}
    checked["user_id"] = checked.get("user_id") or actor_of(session).user_id
    _demand(checked, "text", "due_on")
    promise: Promise = add_record(session, Promise(client_id=client.id, **_ended(session, checked, None)), PROMISE)
    return promise


def change_promise(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Promise:
    """Change a promise, typed over ``version``; raises EditConflict and what `add_promise` raises."""
    promise: Promise = record_to_write(session, Promise, id, EDIT_ACTIVITIES)
    checked = read_values(values, _readers(session, promise.client_id))
    _demand({"text": promise.text, "due_on": promise.due_on, **checked}, "text", "due_on")
    changes = _ended(session, settle(session, promise, PROMISE, checked, version), promise)
    apply_changes(session, promise, PROMISE, changes)
    return promise


def settle_promise(session: Session, id: int, status: str, fulfilled_on: date | None = None) -> Promise:
    """Say how a promise ended, or take that back with the status open."""
    values: dict[str, Any] = {"status": status}
    if fulfilled_on is not None:
        values["fulfilled_on"] = fulfilled_on
    return change_promise(session, id, values)


def archive_promise(session: Session, id: int) -> Promise:
    """Put away a promise that was written down by mistake."""
    return _set_state(session, id, RecordState.ARCHIVED)


def restore_promise(session: Session, id: int) -> Promise:
    """Take a promise out of the archive."""
    return _set_state(session, id, RecordState.ACTIVE)


def clash_of(session: Session, promise: Promise, country: str, zone: Any) -> Message | None:
    """Return a warning when the day of a promise of ours has no room left for it in the calendar (M-10)."""
    if promise.side != rules.OURS or promise.status != rules.OPEN or promise.user_id is None:
        return None
    hours = hours_of(session, [promise.user_id])
    working = list(WorkingTime(country, zone, hours[promise.user_id]).stretches(promise.due_on, promise.due_on))
    if not working:
        return _("Nobody works on that day.")
    busy = free_busy(session, [promise.user_id], working[0][0], working[-1][1])[promise.user_id]
    free = sum(int((until - since).total_seconds() // 60) for since, until in gaps(working, busy))
    if free >= max(promise.minutes or 0, LEAST_ROOM):
        return None
    return _.plural(
        "The calendar of that day is full: %(count)s minute is free.",
        "The calendar of that day is full: %(count)s minutes are free.",
        free,
    )


def _set_state(session: Session, id: int, state: str) -> Promise:
    promise: Promise = set_state(session, record_to_write(session, Promise, id, EDIT_ACTIVITIES), PROMISE, state)
    return promise


def _demand(values: Mapping[str, Any], *names: str) -> None:
    missing = {name: _("Fill this in.") for name in names if not values.get(name)}
    if missing:
        raise InvalidInput(missing)


def _ended(session: Session, changes: dict[str, Any], promise: Promise | None) -> dict[str, Any]:
    """Let what was fulfilled have its day, and what was not have none."""
    status = changes.get("status", promise.status if promise else rules.OPEN)
    known = changes.get("fulfilled_on", promise.fulfilled_on if promise else None)
    if status in (rules.FULL, rules.PART):
        return {**changes, "status": status, "fulfilled_on": known or _today(session)}
    return {**changes, "status": status, "fulfilled_on": None}


def _readers(session: Session, client_id: int) -> dict[str, Reader]:
    return {
        "text": line(TEXT_LENGTH),
        "side": _one_of((rules.OURS, rules.THEIRS)),
        "status": _one_of((rules.OPEN, *rules.ENDS)),
        "user_id": _user(session),
        "person": _person(session, client_id),
        "inquiry_id": _inquiry(session, client_id),
        "due_on": day,
        "fulfilled_on": _past_day(session),
        "minutes": _minutes,
    }


def _one_of(known: tuple[str, ...]) -> Reader:
    def read(given: Any) -> str:
        if given not in known:
            raise Wrong(_("Choose one of the values offered."))
        return str(given)

    return read


def _user(session: Session) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted not in dict(known_users(session)):
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def _person(session: Session, client_id: int) -> Reader:
    def read(given: Any) -> RecordRef | None:
        if given in (None, ""):
            return None
        known = {str(one.ref): one.ref for one in client_people(session, client_id)}
        if str(given) not in known:
            raise Wrong(_("Choose one of the values offered."))
        return known[str(given)]

    return read


def _inquiry(session: Session, client_id: int) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if session.scalar(select(Inquiry.id).where(Inquiry.id == wanted, Inquiry.client_id == client_id)) is None:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def _past_day(session: Session) -> Reader:
    def read(given: Any) -> date | None:
        wanted = day(given)
        if wanted is not None and wanted > _today(session):
            raise Wrong(_("This day is still to come."))
        return wanted

    return read


def _today(session: Session) -> date:
    return utc_now().astimezone(actor_zone(session)).date()


def _minutes(given: Any) -> int | None:
    if given in (None, ""):
        return None
    minutes = number_of(given)
    if minutes > LONGEST:
        raise Wrong(_("At most %(most)s minutes.", most=LONGEST))
    return minutes
