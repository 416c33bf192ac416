"""A whole series by mail: one event with its rule, single occurrences changed and called off, answers to either."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities.service import cancel_activity
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.service import (
    ALL,
    FOLLOWING,
    begin_series,
    change_occurrence,
    delete_occurrence,
    repeat_activity,
)
from kartoteka_crm_inquiries.sync import series_inviting
from kartoteka_crm_inquiries.sync.components import Repeating, calendar_of, component_of
from kartoteka_crm_inquiries.sync.guests import answer_for
from kartoteka_crm_inquiries.sync.models import Attendee
from kartoteka_crm_inquiries.sync.reading import read_object
from tests.modules.crm_inquiries.sync.post import OFFICE, Post

GUEST = "jonas@client.test"
VILNIUS = ZoneInfo("Europe/Vilnius")


def coming(days: int = 1) -> datetime:
    return (utc_now() + timedelta(days=days)).replace(hour=8, minute=0, second=0, microsecond=0)


def series_of(post: Post, rule: str = "FREQ=DAILY;COUNT=5", guest: str = GUEST) -> list[Any]:
    """Begin a series, invite somebody to it, and return its occurrences."""
    values = {"name": "Derybos", "starts_at": coming(), "estimate": 60, "place": "Pilies g. 3"}
    first = post.do(lambda session: begin_series(session, values, rule, "Europe/Vilnius").id)
    rows = [row for row in post.rows() if row.series_id == first]
    post.do(lambda session: series_inviting.invite_to_series(session, rows[0].id, [(guest, "Jonas", None)]))
    return rows


def events(calendar: Any) -> tuple[Any, list[Any]]:
    """Return the series itself and its single occurrences."""
    found = calendar.walk("VEVENT")
    return next((one for one in found if "RECURRENCE-ID" not in one), None), [
        one for one in found if "RECURRENCE-ID" in one
    ]


def moment(one: Any) -> datetime:
    return one["RECURRENCE-ID"].dt.astimezone(UTC)


def reply(uid: str, said: str, sequence: int, *, of: datetime | None = None, later: int = 60) -> str:
    stamp = datetime.now(UTC) + timedelta(seconds=later)
    only = f"RECURRENCE-ID:{of:%Y%m%dT%H%M%SZ}\r\n" if of else ""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\n{only}DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nDTSTART:{of or coming():%Y%m%dT%H%M%SZ}\r\n"
        f"SEQUENCE:{sequence}\r\nORGANIZER:mailto:{OFFICE}\r\nATTENDEE;PARTSTAT={said}:mailto:{GUEST}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_a_whole_series_is_one_event_with_its_rule(post: Post) -> None:
    rows = series_of(post)
    ((method, calendar),) = post.calendars()
    whole, single = events(calendar)
    assert (method, whole["RRULE"].to_ical().decode(), single) == ("REQUEST", "FREQ=DAILY;COUNT=5", [])
    assert (str(whole["ORGANIZER"]), str(whole["ATTENDEE"])) == (f"mailto:{OFFICE}", f"mailto:{GUEST}")
    assert whole["DTSTART"].dt == rows[0].starts_at
    assert whole["DTSTART"].dt.tzinfo.key == "Europe/Vilnius"
    (row,) = post.rows(Attendee)
    assert (row.activity_id, row.series_id, row.sequence) == (None, rows[0].series_id, whole["SEQUENCE"])
    post.do(lambda session: series_inviting.invite_to_series(session, rows[0].id, [(GUEST, "Jonas", None)]))
    assert post.calendars() == [], "who knows everything is told nothing"


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_one_occurrence_is_changed_and_called_off_alone(post: Post) -> None:
    rows = series_of(post)
    ((_method, calendar),) = post.calendars()
    first, _single = events(calendar)
    later = rows[1].starts_at + timedelta(hours=2)
    post.do(lambda session: change_occurrence(session, rows[1].id, {"starts_at": later}))
    ((method, calendar),) = post.calendars()
    whole, (changed,) = events(calendar)
    assert (method, whole, changed["UID"]) == ("REQUEST", None, first["UID"])
    assert (moment(changed), changed["DTSTART"].dt) == (rows[1].occurrence_at, later)
    assert changed["SEQUENCE"] > first["SEQUENCE"]
    post.do(lambda session: delete_occurrence(session, rows[2].id))
    ((method, calendar),) = post.calendars()
    whole, (gone,) = events(calendar)
    assert (method, whole, str(gone["STATUS"])) == ("CANCEL", None, "CANCELLED")
    assert moment(gone) == rows[2].occurrence_at
    post.do(lambda session: cancel_activity(session, rows[3].id))
    ((method, calendar),) = post.calendars()
    assert (method, moment(events(calendar)[1][0])) == ("CANCEL", rows[3].occurrence_at)
    post.do(lambda session: series_inviting.invite_to_series(session, rows[0].id, [("ieva@client.test", "", None)]))
    ((method, calendar),) = post.calendars()
    whole, (changed,) = events(calendar)
    left_out = {one.dt.astimezone(UTC) for each in whole["EXDATE"] for one in each.dts}
    assert left_out == {rows[2].occurrence_at, rows[3].occurrence_at}, "who comes later is told what differs at once"
    assert changed["DTSTART"].dt == later


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_following_and_all_are_changed_and_called_off(post: Post) -> None:
    rows = series_of(post)
    post.calendars()
    later = rows[3].starts_at + timedelta(hours=1)
    post.do(lambda session: change_occurrence(session, rows[3].id, {"starts_at": later}, FOLLOWING))
    sent = {str(events(calendar)[0]["UID"]): (method, events(calendar)[0]) for method, calendar in post.calendars()}
    assert [method for method, _whole in sent.values()] == ["REQUEST", "REQUEST"]
    series = post.rows(Series)
    assert set(sent) == {one.uid for one in series}
    before, after = (sent[one.uid][1] for one in series)
    assert before["RRULE"]["UNTIL"][0] < rows[3].starts_at
    assert (after["DTSTART"].dt, after["RRULE"]["COUNT"]) == (later, [2])
    post.do(lambda session: delete_occurrence(session, rows[2].id, FOLLOWING))
    ((method, calendar),) = post.calendars()
    assert (method, events(calendar)[0]["RRULE"]["UNTIL"][0] < rows[2].starts_at) == ("REQUEST", True)
    post.do(lambda session: delete_occurrence(session, rows[0].id, ALL))
    ((method, calendar),) = post.calendars()
    assert (method, str(events(calendar)[0]["UID"])) == ("CANCEL", series[0].uid)
    assert str(events(calendar)[0]["STATUS"]) == "CANCELLED"


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_answers_to_all_and_to_one_are_taken_back(post: Post) -> None:
    rows = series_of(post)
    ((_method, calendar),) = post.calendars()
    whole, _single = events(calendar)
    uid, sequence, second = str(whole["UID"]), whole["SEQUENCE"], rows[1].occurrence_at
    post.receive(GUEST, reply(uid, "ACCEPTED", sequence))
    post.receive(GUEST, reply(uid, "DECLINED", sequence, of=second, later=90))
    post.receive("thief@else.test", reply(uid, "DECLINED", sequence, later=200))
    post.receive(GUEST, reply(uid, "DECLINED", sequence, of=second + timedelta(minutes=7), later=200))
    (row,) = post.rows(Attendee)
    answers = [answer_for(row, one.occurrence_at) for one in rows]
    assert answers == ["accepted", "declined", "accepted", "accepted", "accepted"]
    page = post.company.browser(post.user_id).get(f"/crm_inquiries/activities/{rows[1].id}/people").text
    assert "does not come" in page
    post.do(lambda session: delete_occurrence(session, rows[4].id))
    post.receive(GUEST, reply(uid, "TENTATIVE", sequence, later=120))
    (row,) = post.rows(Attendee)
    assert answer_for(row, second) == "tentative", "what is said of all later counts for each"
    post.do(lambda session: change_occurrence(session, rows[0].id, {"place": "Kaunas"}, ALL))
    post.receive(GUEST, reply(uid, "DECLINED", sequence, later=180))
    (row,) = post.rows(Attendee)
    assert row.answer == "tentative", "an answer to what has changed since counts no more"


@pytest.mark.catalogue("IN-40")
def test_a_whole_series_is_invited_to_by_page_and_taken_back(post: Post) -> None:
    rows = series_of(post)
    post.calendars()
    browser = post.company.browser(post.user_id)
    path = f"/crm_inquiries/activities/{rows[1].id}/people"
    assert browser.post(path, data={"addresses": "ieva@client.test", "scope": "this"}).status_code == 302
    ((_method, alone),) = post.sent()
    assert "RRULE" not in alone
    assert browser.post(path, data={"addresses": "ieva@client.test", "scope": "all"}).status_code == 302
    assert [(method, "RRULE" in event) for method, event in post.sent()] == [("CANCEL", False), ("REQUEST", True)]
    row = post.rows(Attendee)[-1]
    done = browser.post(f"/crm_inquiries/attendees/{row.id}/remove", data={"activity": str(rows[1].id)})
    assert done.headers["Location"].endswith(path)
    ((method, event),) = post.sent()
    assert (method, "RRULE" in event) == ("CANCEL", True)
    assert [one.address for one in post.rows(Attendee)] == [GUEST]


@pytest.mark.catalogue("IN-40")
def test_a_meeting_that_begins_to_repeat_stays_the_same_meeting_for_its_guests(post: Post) -> None:
    activity_id = post.meeting(starts_at=coming())
    post.invite(activity_id, GUEST)
    ((_method, single),) = post.sent()
    post.do(lambda session: repeat_activity(session, activity_id, "FREQ=WEEKLY;COUNT=3", "Europe/Vilnius"))
    ((method, calendar),) = post.calendars()
    whole, _single = events(calendar)
    assert (method, whole["UID"], whole["RRULE"]["COUNT"]) == ("REQUEST", single["UID"], [3])
    assert whole["SEQUENCE"] > single["SEQUENCE"]
    post.receive(GUEST, reply(str(whole["UID"]), "ACCEPTED", whole["SEQUENCE"]))
    (row,) = post.rows(Attendee)
    assert (row.activity_id, row.answer) == (None, "accepted")


def outside(
    method: str = "REQUEST", *, sequence: int = 0, of: datetime | None = None, later: int = 0, hour: int = 9
) -> str:
    stamp, start = datetime.now(UTC) + timedelta(seconds=later), (of or coming(2)).replace(hour=hour)
    which = f"RECURRENCE-ID:{of:%Y%m%dT%H%M%SZ}" if of else "RRULE:FREQ=DAILY;COUNT=4"
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:out@side\r\nDTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\n{which}\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\n"
        f"DURATION:PT1H\r\nSEQUENCE:{sequence}\r\nSUMMARY:Demo\r\nORGANIZER;CN=Boss:mailto:boss@client.test\r\n"
        "ATTENDEE;RSVP=TRUE:mailto:ona@company.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_a_series_from_outside_is_taken_changed_answered_and_called_off(post: Post) -> None:
    post.receive("boss@client.test", outside())
    rows = [row for row in post.rows() if row.state == "active"]
    assert [row.starts_at.hour for row in rows] == [9] * 4
    second = rows[1].occurrence_at
    post.receive("thief@else.test", outside(of=second, later=30, hour=15))
    post.receive("boss@client.test", outside(of=second, later=30, hour=14))
    assert [row.starts_at.hour for row in post.rows()] == [9, 14, 9, 9]
    browser = post.company.browser(post.user_id)
    answer = f"/crm_inquiries/activities/{rows[2].id}/answer"
    assert browser.post(answer, data={"answer": "declined", "scope": "this"}).status_code == 302
    ((method, event),) = post.sent()
    assert (method, event["UID"], moment(event)) == ("REPLY", "out@side", rows[2].occurrence_at)
    assert browser.post(answer, data={"answer": "accepted", "scope": "all"}).status_code == 302
    ((method, event),) = post.sent()
    assert (method, "RECURRENCE-ID" in event, event["ATTENDEE"].params["PARTSTAT"]) == ("REPLY", False, "ACCEPTED")
    post.receive("boss@client.test", outside("CANCEL", of=rows[3].occurrence_at, sequence=1, later=60))
    assert [row.status for row in post.rows()] == ["planned", "planned", "cancelled", "cancelled"]
    post.receive("boss@client.test", outside("CANCEL", sequence=2, later=120))
    with post.company.database.reading(post.company.system) as session:
        assert session.scalars(select(Series.state)).all() == ["deleted"]


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={};COUNT={}".format, st.integers(1, 4), st.integers(2, 9)),
    st.builds("FREQ=WEEKLY;BYDAY={};COUNT={}".format, st.sampled_from(["MO,WE", "TU", "FR,SA,SU"]), st.integers(2, 9)),
    st.builds("FREQ=MONTHLY;BYDAY={};COUNT={}".format, st.sampled_from(["2TU", "-1FR", "1MO"]), st.integers(2, 6)),
)


class One:
    """What a component is written from."""

    uid, name, description, place, importance, remind, status, percent, done_at, id, sequence = (
        "a@b", "Žuvėdra", "", "", 2, None, "planned", 0, None, 0, 3,
    )  # fmt: skip
    created_at = datetime(2026, 1, 1, tzinfo=UTC)

    def __init__(self, starts_at: datetime, *, all_day: bool) -> None:
        lasts = timedelta(days=1) if all_day else timedelta(hours=1)
        self.starts_at, self.ends_at, self.due_at, self.all_day = (
            starts_at,
            starts_at + lasts,
            starts_at + lasts,
            all_day,
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rule=RULES,
    zone=st.sampled_from(["Europe/Vilnius", "Europe/Kyiv", "UTC"]),
    day=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001  a day of some zone
    all_day=st.booleans(),
    picks=st.lists(st.integers(0, 8), max_size=3),
)
def test_what_is_written_is_read_alike(rule: str, zone: str, day: datetime, all_day: bool, picks: list[int]) -> None:
    at = ZoneInfo(zone)
    start = day.replace(hour=0 if all_day else 9, minute=0, second=0, microsecond=0, tzinfo=at).astimezone(UTC)
    given_by_rule = rules.occurrences(rule, start, zone, until=start + timedelta(days=3000))
    left_out = sorted({given_by_rule[pick] for pick in picks if pick < len(given_by_rule)})
    extra = [(given_by_rule[-1].astimezone(at) + timedelta(days=3)).astimezone(UTC)]
    repeats = Repeating(rule=rule, left_out=left_out, extra=extra)
    text = calendar_of([component_of(One(start, all_day=all_day), "VEVENT", at, repeating=repeats)], [at])
    (read,) = read_object(text, "VEVENT", ZoneInfo("UTC") if not all_day else at)
    assert (rules.parts_of(read.rule), sorted(read.left_out), read.extra) == (rules.parts_of(rule), left_out, extra)
    assert (read.values["starts_at"], read.values["all_day"]) == (start, all_day)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert not event.errors
    assert rules.occurrences(read.rule, start, zone, until=start + timedelta(days=3000)) == given_by_rule
