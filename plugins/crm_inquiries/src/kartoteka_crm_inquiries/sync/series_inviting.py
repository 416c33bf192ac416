"""Invitations to a whole series (RFC 5546): one event with its rule, and what differs, is new or is called off of it.

A guest gets the whole series when rule, beginning, length or place changed, and single occurrences (RECURRENCE-ID)
when only these did. "This and following" divides a series: the first part is sent with its new end, the rest is an
invitation of its own, as other programs do not understand ranges of occurrences (RANGE).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, as_system, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import activity_to_write, cancel_activity
from kartoteka_crm_inquiries.naming import SERIES
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.service import end_series, series_to_write
from kartoteka_crm_inquiries.series.wording import in_words
from kartoteka_crm_inquiries.sync import itip, telling
from kartoteka_crm_inquiries.sync.components import EVENT, Guest, Repeating, calendar_of, component_of
from kartoteka_crm_inquiries.sync.dressing import dressed
from kartoteka_crm_inquiries.sync.guests import attendees_of_series, differing_rows, guest_of
from kartoteka_crm_inquiries.sync.inviting import new_people, title_of, title_of_answer, uninvite, when
from kartoteka_crm_inquiries.sync.mailing import mail_calendar, organizer_of
from kartoteka_crm_inquiries.sync.models import ACCEPTED, DECLINED, GUEST, ORGANIZER, TENTATIVE, Attendee

_ = Texts("crm_inquiries")


def invite_to_series(session: Session, activity_id: int, people: Iterable[tuple[str, str, int | None]]) -> int:
    """Invite people to all occurrences of the series that an activity belongs to; return how many were new.

    Whoever was invited to a single one of them is invited to all of them instead. Raises what `invite` raises.
    """
    series = _series_of(session, activity_to_write(session, activity_id))
    rows = attendees_of_series(session, series.id)
    if any(row.role == ORGANIZER for row in rows):
        raise Refused(_("Only whoever made this meeting can invite to it."))
    added = new_people(session, rows, people)
    _take_single_back(session, series, list(added))
    session.add_all(
        Attendee(series_id=series.id, client_id=series.client_id, address=address, name=name, user_id=user_id)
        for address, (name, user_id) in added.items()
    )
    session.flush()
    tell_series(session, series)
    return len(added)


def uninvite_from_series(session: Session, attendee_id: int) -> None:
    """Take the invitation to a series back; whoever got it is told."""
    row = find(session, Attendee, attendee_id)
    series = series_to_write(session, row.series_id or 0)
    if row.role != GUEST:
        raise Refused(_("Only whoever made this meeting can invite to it."))
    if row.sequence is not None:
        _send(session, series, row, itip.CANCEL, [_whole(session, series, row, [])], row.sequence)
    session.delete(row)
    session.flush()


def tell_series(session: Session, series: Series) -> None:
    """Send each guest of a series what he does not know of it yet, and take it back when it has ended."""
    with as_system(session, reason="who is invited"):
        rows = attendees_of_series(session, series.id)
    if not rows or not series.values or any(row.role == ORGANIZER for row in rows):
        return
    differing = differing_rows(session, series.id)
    now = telling.state_of(series, differing)
    for row in rows:
        if series.state == RecordState.ACTIVE:
            _tell(session, series, row, differing, now)
        elif row.sequence is not None:
            sequence = _next(series, row)
            _send(session, series, row, itip.CANCEL, [_whole(session, series, row, [])], sequence)
            row.sequence, row.told = None, {}
    session.flush()


def answer_series(session: Session, activity_id: int, answer: str, *, whole: bool) -> None:
    """Answer an invitation to a series, or to one of its occurrences; who declines has nothing planned any more."""
    activity = activity_to_write(session, activity_id)
    series = _series_of(session, activity)
    rows = attendees_of_series(session, series.id)
    organizer = next((row for row in rows if row.role == ORGANIZER), None)
    mine = next((row for row in rows if row.role == GUEST and row.user_id == series.owner_id), None)
    if organizer is None or mine is None or series.owner_id != actor_of(session).user_id:
        raise Refused(_("There is no invitation to answer."))
    if answer not in (ACCEPTED, DECLINED, TENTATIVE):
        raise InvalidInput({"answer": _("Choose one of the values offered.")})
    moment = None if whole else activity.occurrence_at
    now = utc_now()
    if moment is None:
        mine.answer, mine.answered_at, mine.stamp = answer, now, now
    else:
        note_answer(mine, moment, answer, now)
    made = _answered(series, activity if moment else None, organizer, mine, answer)
    title = title_of_answer(answer, activity.name)
    _mail(session, series, organizer.address, title, itip.REPLY, [made], [])
    if answer == DECLINED and whole:
        end_series(session, series)
    elif answer == DECLINED and activity.status in OPEN:
        cancel_activity(session, activity.id)
    session.flush()


def note_answer(row: Attendee, occurrence_at: datetime, answer: str, stamp: datetime) -> None:
    """Remember what somebody answered for one occurrence."""
    answers = {**row.told.get("answers", {}), occurrence_at.isoformat(): [answer, stamp.isoformat()]}
    row.told = {**row.told, "answers": answers}


def _answered(series: Series, one: Activity | None, organizer: Attendee, mine: Attendee, answer: str) -> Any:
    guests = [guest_of(organizer), Guest(address=mine.address, name=mine.name, answer=answer)]
    occurrence_at = one.occurrence_at if one is not None else None
    zone = ZoneInfo(series.timezone)
    source = one if one is not None else dressed(series)
    made = component_of(source, EVENT, zone, guests=guests, uid=series.uid, occurrence_at=occurrence_at)
    return itip.dated(made, itip.REPLY, stamp=utc_now(), sequence=organizer.sequence or 0)


def _series_of(session: Session, activity: Activity) -> Series:
    if activity.series_id is None:
        raise Refused(_("This activity does not repeat."))
    return series_to_write(session, activity.series_id)


def _take_single_back(session: Session, series: Series, addresses: Sequence[str]) -> None:
    occurrences = select(Activity.id).where(Activity.series_id == series.id)
    single = select(Attendee).where(Attendee.activity_id.in_(occurrences), Attendee.address.in_(addresses))
    for row in session.scalars(single).all():
        uninvite(session, row.activity_id or 0, row.id)


def _tell(session: Session, series: Series, row: Attendee, rows: Sequence[Activity], now: dict[str, Any]) -> None:
    news = telling.News(whole=True) if row.sequence is None else telling.news_of(row.told, now)
    sequence, by_moment = _next(series, row), {one.occurrence_at: one for one in rows}
    if news.whole:
        changed = [one for moment, one in by_moment.items() if moment and moment.isoformat() in now["changed"]]
        parts = [_whole(session, series, row, now["left_out"]), *(_part(session, series, row, one) for one in changed)]
        _send(session, series, row, itip.REQUEST, parts, sequence)
        row.sequence, row.told = sequence, {**now, "whole": sequence}
        return
    if not news.gone and not news.changed:
        return
    if news.gone:
        parts = [_part(session, series, row, dressed(series, moment), moment) for moment in news.gone]
        _send(session, series, row, itip.CANCEL, parts, sequence)
    if news.changed:
        parts = [_part(session, series, row, by_moment[moment]) for moment in news.changed]
        _send(session, series, row, itip.REQUEST, parts, sequence)
    row.sequence, row.told = sequence, {**row.told, **now}


def _next(series: Series, row: Attendee) -> int:
    """Return the SEQUENCE of the next message: it never goes back, not even when a change was undone."""
    return series.version if row.sequence is None else max(series.version, row.sequence + 1)


def _whole(session: Session, series: Series, row: Attendee, left_out: Sequence[str]) -> Any:
    repeating = Repeating(
        rule=series.rule,
        left_out=[datetime.fromisoformat(one) for one in left_out],
        extra=[datetime.fromisoformat(one) for one in series.extra],
    )
    guests = [organizer_of(session, series.owner_id), guest_of(row)]
    return component_of(dressed(series), EVENT, ZoneInfo(series.timezone), guests=guests, repeating=repeating)


def _part(session: Session, series: Series, row: Attendee, one: Any, occurrence_at: datetime | None = None) -> Any:
    occurrence_at = occurrence_at or one.occurrence_at
    guests = [organizer_of(session, series.owner_id), guest_of(row, occurrence_at)]
    zone = ZoneInfo(series.timezone)
    return component_of(one, EVENT, zone, guests=guests, uid=series.uid, occurrence_at=occurrence_at)


def _send(session: Session, series: Series, row: Attendee, method: str, parts: Sequence[Any], sequence: int) -> None:
    made = [itip.dated(one, method, stamp=utc_now(), sequence=sequence) for one in parts]
    shown = dressed(series)
    zone, all_day = ZoneInfo(series.timezone), bool(shown.all_day)
    moments = [one["RECURRENCE-ID"].dt for one in parts if "RECURRENCE-ID" in one]
    lines = [", ".join(str(one) for one in in_words(series.rule, series.starts_at, series.timezone))]
    if "RRULE" not in parts[0]:
        lines = [f"{one:%Y-%m-%d}" if all_day else f"{one:%Y-%m-%d %H:%M} ({zone.key})" for one in moments]
    else:
        lines.insert(0, when(series.starts_at, zone, all_day=all_day))
    lines += [shown.place, shown.description if method == itip.REQUEST else ""]
    title = title_of(method, shown.name, is_known=row.sequence is not None)
    _mail(session, series, row.address, title, method, made, lines)


def _mail(
    session: Session, series: Series, to: str, title: str, method: str, made: Sequence[Any], lines: Sequence[str]
) -> None:
    content = calendar_of(made, [ZoneInfo(series.timezone)], method=method).encode("utf-8", "replace")
    said = [str(series.values.get("name", "")), *lines]
    ref = RecordRef(SERIES, series.id)
    mail_calendar(session, to, title, said, content, method=method, ref=ref, client_id=series.client_id)
