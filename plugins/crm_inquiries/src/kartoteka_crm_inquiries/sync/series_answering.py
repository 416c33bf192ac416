"""Calendar messages about series in incoming mail: answers to our invitations, and series of others (RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import Session, utc_now
from kartoteka.api.errors import Problem
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import cancel_activity, change_activity
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.service import begin_series, change_series, end_series, leave_out, set_extra
from kartoteka_crm_inquiries.sync import itip
from kartoteka_crm_inquiries.sync.components import Guest
from kartoteka_crm_inquiries.sync.guests import attendees_of_series
from kartoteka_crm_inquiries.sync.models import ACCEPTED, DECLINED, GUEST, ORGANIZER, TENTATIVE, Attendee
from kartoteka_crm_inquiries.sync.series_inviting import note_answer

_ = Texts("crm_inquiries")

INVITED, ANSWERED = "crm_inquiries.invited", "crm_inquiries.answered"
_TAKEN = ("name", "description", "place", "starts_at", "ends_at", "due_at", "all_day")


def take_answer(session: Session, message: itip.Message, guest: Guest) -> RecordRef | None:
    """Take what a guest answers to a series, or to one of its occurrences; return the occurrence that it is about."""
    row = session.scalars(
        select(Attendee)
        .where(
            Attendee.series_id.in_(select(Series.id).where(Series.uid == message.uid)),
            Attendee.address == guest.address,
            Attendee.role == GUEST,
        )
        .order_by(Attendee.id)
    ).first()
    if row is None or row.sequence is None or _organizer_of(session, row.series_id) is not None:
        return None
    activity = _occurrence(session, row.series_id, message.occurrence_at)
    if activity is None:
        return None
    ref = RecordRef(ACTIVITY, activity.id)
    if message.sequence < row.told.get("whole", 0) or not _is_newer(row, message):
        return ref
    if message.occurrence_at is None:
        row.answer, row.answered_at, row.stamp = guest.answer, utc_now(), message.stamp
    else:
        note_answer(row, message.occurrence_at, guest.answer, message.stamp)
    session.flush()
    tell_answer(session, activity.performer_id, row, guest.answer, ref)
    return ref


def tell_answer(session: Session, user_id: int | None, row: Attendee, answer: str, ref: RecordRef) -> None:
    """Tell whoever invited what was answered."""
    if user_id is None or answer not in (ACCEPTED, DECLINED, TENTATIVE):
        return
    who = row.name or row.address
    said = {
        ACCEPTED: _("%(who)s accepts the invitation", who=who),
        DECLINED: _("%(who)s declines the invitation", who=who),
        TENTATIVE: _("%(who)s perhaps comes", who=who),
    }
    notify(session, [user_id], ANSWERED, said[answer], ref)


def is_ours(session: Session, uid: str) -> bool:
    """Tell whether a series of this UID was made here."""
    return any(_organizer_of(session, one.id) is None for one in _known(session, uid))


def people_of(message: itip.Message, user_id: int, address: str, **of: int) -> list[Attendee]:
    """Return who invited, and who of us is invited, as rows."""
    one = message.organizer
    who: dict[str, Any] = {"address": one.address, "name": one.name}
    return [
        Attendee(role=ORGANIZER, sequence=message.sequence, stamp=message.stamp, **who, **of),
        Attendee(role=GUEST, address=address, user_id=user_id, **of),
    ]


def take_invitation(session: Session, messages: Sequence[itip.Message], user_id: int, address: str) -> Activity | None:
    """Plan or change a series of somebody else, or occurrences of it; return the first that it is about."""
    main = messages[0]
    series = next((one for one in _known(session, main.uid) if one.owner_id == user_id), None)
    try:
        with session.begin_nested():
            if series is None:
                series = _begin(session, main, user_id, address)
            elif not _renew(session, series, main):
                return None
            if series is not None:
                _change_occurrences(session, series, [one for one in messages if one.occurrence_at is not None])
    except Problem:
        return None
    return None if series is None else _occurrence(session, series.id, main.occurrence_at)


def call_off(session: Session, messages: Sequence[itip.Message]) -> RecordRef | None:
    """Call a series of somebody else off, or occurrences of it; return what it was about."""
    ref, main = None, messages[0]
    for series in _known(session, main.uid):
        organizer = _organizer_of(session, series.id)
        first = _occurrence(session, series.id, main.occurrence_at)
        if organizer is None or first is None or not _counts(organizer, main):
            continue
        _remember(organizer, main)
        ref = RecordRef(ACTIVITY, first.id)
        try:
            with session.begin_nested():
                _call_off(session, series, messages)
        except Problem:
            session.expire(first)  # the last action of an open inquiry: its performer decides
        if series.owner_id is not None:
            said = _("%(who)s called a meeting off", who=organizer.name or organizer.address)
            notify(session, [series.owner_id], INVITED, said, ref)
    return ref


def _call_off(session: Session, series: Series, messages: Sequence[itip.Message]) -> None:
    if messages[0].occurrence_at is None:
        end_series(session, series)
        return
    for message in messages:
        row = _occurrence(session, series.id, message.occurrence_at)
        if row is not None and row.status in OPEN:
            cancel_activity(session, row.id)


def _begin(session: Session, message: itip.Message, user_id: int, address: str) -> Series | None:
    given = message.given
    if given is None or not given.rule:
        return None  # a single occurrence of a series that we know nothing of
    values = {**given.values, "performer_id": user_id, "creator_id": user_id, "status": "planned"}
    series = begin_series(
        session,
        values,
        given.rule,
        given.timezone,
        left_out=given.left_out,
        extra=given.extra,
        uid=message.uid,
    )
    if given.left_out:
        leave_out(session, series, given.left_out)
    session.add_all(people_of(message, user_id, address, series_id=series.id))
    session.flush()
    return series


def _renew(session: Session, series: Series, message: itip.Message) -> bool:
    """Let a series be what its organizer says now; tell whether the message counts."""
    organizer, given = _organizer_of(session, series.id), message.given
    if organizer is None or given is None or not _counts(organizer, message):
        return False
    _remember(organizer, message)
    if message.occurrence_at is not None:
        return True
    lasts = int((given.values["ends_at"] - given.values["starts_at"]).total_seconds())
    values = {name: given.values[name] for name in ("name", "description", "place", "all_day")}
    values |= {"lasts": lasts, "due_after": lasts}
    change_series(session, series, values, starts_at=given.values["starts_at"], rule=given.rule or series.rule)
    set_extra(session, series, given.extra)
    known = {datetime.fromisoformat(one) for one in series.left_out}
    if new := sorted(set(given.left_out) - known):
        leave_out(session, series, new)
    return True


def _change_occurrences(session: Session, series: Series, messages: Sequence[itip.Message]) -> None:
    for message in messages:
        row = _occurrence(session, series.id, message.occurrence_at)
        if row is None or message.given is None or row.status not in OPEN:
            continue
        changed = change_activity(session, row.id, {name: message.given.values[name] for name in _TAKEN})
        apply_changes(session, changed, ACTIVITY, {"detached": True})


def _known(session: Session, uid: str) -> Sequence[Series]:
    wanted = select(Series).where(Series.uid == uid, Series.state == RecordState.ACTIVE)
    return session.scalars(wanted.order_by(Series.id).limit(50)).all()


def _organizer_of(session: Session, series_id: int | None) -> Attendee | None:
    return next((row for row in attendees_of_series(session, series_id) if row.role == ORGANIZER), None)


def _occurrence(session: Session, series_id: int | None, moment: datetime | None) -> Activity | None:
    """Return the occurrence of a moment, or the next one that is still to come."""
    wanted = select(Activity).where(Activity.series_id == series_id)
    if moment is not None:
        return session.scalars(wanted.where(Activity.occurrence_at == moment).limit(1)).first()
    coming = wanted.where(Activity.ends_at >= utc_now()).order_by(Activity.starts_at, Activity.id).limit(1)
    return session.scalars(coming).first() or session.scalars(wanted.order_by(Activity.id).limit(1)).first()


def _is_newer(row: Attendee, message: itip.Message) -> bool:
    key = "" if message.occurrence_at is None else message.occurrence_at.isoformat()
    known = row.told.get("answers", {}).get(key)
    stamps = [row.stamp] if message.occurrence_at is None else [known and datetime.fromisoformat(known[1])]
    return all(stamp is None or message.stamp > stamp for stamp in stamps)


def _counts(organizer: Attendee, message: itip.Message) -> bool:
    """Tell whether a message is the organizer's and newer than what is known."""
    if organizer.address != message.organizer.address:
        return False
    if message.occurrence_at is None and message.sequence < (organizer.sequence or 0):
        return False
    return organizer.stamp is None or message.stamp > organizer.stamp


def _remember(organizer: Attendee, message: itip.Message) -> None:
    organizer.stamp = message.stamp
    if message.occurrence_at is None:
        organizer.sequence = message.sequence
