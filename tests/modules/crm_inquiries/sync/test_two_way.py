"""A meeting made here shows there, one changed there comes back, deletion goes both ways, conflicts are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from caldav.lib.error import AuthorizationError, NotFoundError, PutError
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import cancel_activity, change_activity
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.series import service as series_service
from kartoteka_crm_inquiries.series.models import Series

VILNIUS = ZoneInfo("Europe/Vilnius")
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Vilnius:{start}
DTEND;TZID=Europe/Vilnius:{end}
SUMMARY:{summary}
{more}END:VEVENT
END:VCALENDAR
"""


def event(uid: str = "from-there", summary: str = "Visit", day: str = "20261125", *more: str) -> str:
    lines = "".join(f"{line}\n" for line in more)
    return EVENT.format(uid=uid, start=f"{day}T100000", end=f"{day}T113000", summary=summary, more=lines)


def component(found: Any) -> Any:
    return found.get_icalendar_component()


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_made_here_shows_there_with_its_time_zone_and_alarm(served: Any) -> None:
    served.plan("Derybos su Žuvėdra", place="Pilies g. 3", remind=15, importance=4)
    (found,) = served.calendar().events()
    shown = component(found)
    assert str(shown["SUMMARY"]) == "Derybos su Žuvėdra"
    assert str(shown["LOCATION"]) == "Pilies g. 3"
    assert shown["DTSTART"].dt == datetime(2026, 11, 24, 10, tzinfo=VILNIUS)
    assert "TZID=Europe/Vilnius:20261124T100000" in found.data
    assert "BEGIN:VTIMEZONE" in found.data
    assert "TRIGGER:-PT15M" in found.data
    assert shown["PRIORITY"] == 1


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_made_and_changed_there_comes_back(served: Any) -> None:
    calendar = served.calendar()
    made = calendar.save_event(event("from-there", "Visit", "20261125", "LOCATION:Kaunas", "X-COLOUR;A=b:red"))
    (row,) = served.rows()
    assert (row.name, row.place, row.uid) == ("Visit", "Kaunas", "from-there")
    assert row.starts_at == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert row.ends_at - row.starts_at == timedelta(minutes=90)
    assert (row.performer_id, bool(row.number)) == (served.user_id, True)
    made.load()
    assert "X-COLOUR;A=b:red" in made.data, "what we have no place for is kept"
    made.data = made.data.replace("SUMMARY:Visit", "SUMMARY:Longer visit").replace("T113000", "T120000")
    made.save()
    (row,) = served.rows()
    assert (row.name, row.ends_at.hour, row.sequence) == ("Longer visit", 10, 1)
    served.do(lambda session: change_activity(session, row.id, {"place": "Klaipėda"}))
    made.load()
    assert "LOCATION:Klaipėda" in made.data
    assert "X-COLOUR;A=b:red" in made.data


def test_categories_of_other_programs_are_kept(served: Any) -> None:
    made = served.calendar().save_event(event("c", "Visit", "20261125", "CATEGORIES:Hands,Feet"))
    made.load()
    assert "CATEGORIES:Hands,Feet" in made.data


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_deletion_goes_both_ways(served: Any) -> None:
    calendar = served.calendar()
    here = served.plan("Here")
    calendar.save_event(event("there"))
    assert len(calendar.events()) == 2
    served.do(lambda session: cancel_activity(session, here))
    (left,) = calendar.events()
    assert component(left)["UID"] == "there"
    left.delete()
    assert served.rows(status="planned") == []
    with served.company.database.reading(served.actor) as session:
        assert session.scalars(select(Activity.state).where(Activity.uid == "there")).one() == "deleted", "in the bin"


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_a_conflict_is_shown_and_nothing_is_lost(served: Any) -> None:
    activity_id = served.plan("Mine")
    calendar = served.calendar()
    (found,) = calendar.events()
    etag = served.ask("GET", str(found.url)).headers["ETag"]
    served.do(lambda session: change_activity(session, activity_id, {"name": "Changed here"}))
    data = found.data.replace("SUMMARY:Mine", "SUMMARY:Changed there")
    assert served.ask("PUT", str(found.url), data, If_Match=etag).status_code == 412
    assert served.ask("DELETE", str(found.url), If_Match=etag).status_code == 412
    assert [row.name for row in served.rows()] == ["Changed here"]


@pytest.mark.catalogue("IN-40")
def test_only_what_changed_is_fetched(served: Any) -> None:
    calendar = served.calendar()
    first, second = served.plan("A"), served.plan("B", "2026-11-25T08:00+00:00")
    seen = calendar.objects_by_sync_token(load_objects=True)
    assert len(list(seen)) == 2
    served.do(lambda session: change_activity(session, first, {"name": "A2"}))
    served.do(lambda session: cancel_activity(session, second))
    served.plan("C", "2026-11-26T08:00+00:00")
    updated, deleted = seen.sync()
    assert sorted(component(one)["SUMMARY"] for one in updated) == ["A2", "C"]
    assert len(deleted) == 1


@pytest.mark.catalogue("X-20")
def test_tasks_go_both_ways(served: Any) -> None:
    served.plan("Call back", minutes=0, importance=3)
    tasks = served.calendar("VTODO")
    (found,) = tasks.todos()
    assert component(found)["DUE"].dt == datetime(2026, 11, 24, 10, tzinfo=VILNIUS)
    found.complete()
    (row,) = served.rows()
    assert (row.status, row.percent, row.done_at is not None) == ("done", 100, True)
    tasks.save_todo(summary="Write", due=datetime(2026, 11, 27, 15, tzinfo=VILNIUS), uid="t1")
    assert [one.name for one in served.rows(status="planned")] == ["Write"]
    assert served.calendar().events() == []


@pytest.mark.catalogue("X-20")
def test_the_last_action_of_an_open_inquiry_stays(served: Any) -> None:
    client_id = served.company.add_client("UAB Langai", manager_id=served.user_id).id
    step = NextStep(starts_at=utc_now() + timedelta(days=1), name="Meet", minutes=45)
    served.do(lambda session: register_inquiry(session, {"client_id": client_id, "subject": "Windows"}, step))
    (found,) = served.calendar().events()
    answer = served.ask("DELETE", str(found.url))
    assert answer.status_code == 403
    assert "say what is done next" in answer.text
    assert [row.status for row in served.rows()] == ["planned"]


@pytest.mark.catalogue("IN-33")
@pytest.mark.catalogue("X-20")
def test_a_series_is_one_object_with_what_differs(served: Any) -> None:
    now = utc_now().replace(hour=8, minute=0, second=0, microsecond=0)
    values = {"name": "Stand-up", "starts_at": now + timedelta(days=1), "estimate": 15}
    made = served.do(
        lambda session: series_service.begin_series(session, values, "FREQ=DAILY;COUNT=5", "Europe/Vilnius").id
    )
    rows = served.rows(series_id=made)
    served.do(lambda session: series_service.change_occurrence(session, rows[1].id, {"name": "Longer"}))
    served.do(lambda session: series_service.delete_occurrence(session, rows[2].id))
    (found,) = served.calendar().events()
    assert found.data.count("BEGIN:VEVENT") == 2
    assert (found.data.count("RECURRENCE-ID"), found.data.count("EXDATE")) == (1, 1)
    occurrences = served.calendar().search(start=now, end=now + timedelta(days=9), event=True, expand=True)
    assert sorted(component(one)["SUMMARY"] for one in occurrences) == ["Longer", "Stand-up", "Stand-up", "Stand-up"]
    data = found.data.replace("SUMMARY:Stand-up", "SUMMARY:Morning")
    answer = served.program("/caldav/").put(str(found.url), data, {"Content-Type": "text/calendar"})
    assert answer.status == 204
    assert [row.name for row in served.rows(series_id=made)] == ["Morning", "Longer", "Morning", "Morning"]
    found.delete()
    assert served.rows() == []


@pytest.mark.catalogue("X-20")
def test_a_series_made_there_becomes_activities(served: Any) -> None:
    calendar = served.calendar()
    day = f"{utc_now() + timedelta(days=3):%Y%m%d}"
    made = calendar.save_event(event("series", "Weekly", day, "RRULE:FREQ=WEEKLY;COUNT=4"))
    rows = served.rows()
    assert [row.name for row in rows] == ["Weekly"] * 4
    assert {row.starts_at.astimezone(VILNIUS).hour for row in rows} == {10}
    left_out = f"EXDATE;TZID=Europe/Vilnius:{rows[1].starts_at.astimezone(VILNIUS):%Y%m%dT%H%M%S}"
    made.load()
    made.data = made.data.replace("RRULE:", f"{left_out}\nRRULE:")
    made.save()
    assert len(served.rows()) == 3
    with served.company.database.reading(served.actor) as session:
        assert session.scalars(select(Series.uid)).all() == ["series"]


@pytest.mark.catalogue("X-20")
def test_dates_beside_the_rule_become_activities(served: Any) -> None:
    calendar = served.calendar()
    first = (utc_now() + timedelta(days=3)).astimezone(VILNIUS).replace(hour=10, minute=0, second=0, microsecond=0)
    beside = [first + timedelta(days=3), first + timedelta(days=5)]
    written = f"RDATE;TZID=Europe/Vilnius:{','.join(f'{one:%Y%m%dT%H%M%S}' for one in beside)}"
    calendar.save_event(event("beside", "Weekly", f"{first:%Y%m%d}", "RRULE:FREQ=WEEKLY;COUNT=2", written))
    rows = served.rows()
    assert [row.starts_at for row in rows] == sorted([first, first + timedelta(days=7), *beside])
    (found,) = calendar.events()
    assert found.data.count("RDATE;TZID=Europe/Vilnius") == 2
    found.data = found.data.replace(f"RDATE;TZID=Europe/Vilnius:{beside[0]:%Y%m%dT%H%M%S}\n", "").replace(
        f"RDATE;TZID=Europe/Vilnius:{beside[0]:%Y%m%dT%H%M%S}\r\n", ""
    )
    found.save()
    assert [row.starts_at for row in served.rows()] == [first, beside[1], first + timedelta(days=7)]
    moved = served.rows()[1]
    change = {"starts_at": moved.starts_at + timedelta(hours=1)}
    served.do(lambda session: series_service.change_occurrence(session, moved.id, change, series_service.FOLLOWING))
    late = first + timedelta(days=7, hours=1)
    assert [row.starts_at for row in served.rows()] == [first, beside[1] + timedelta(hours=1), late]
    single = calendar.save_event(event("only", "Three", "20270301", "RDATE:20270303T080000Z,20270305T080000Z"))
    assert len(served.rows(name="Three")) == 3
    single.load()
    assert "RRULE:FREQ=DAILY;COUNT=1" in single.data


TASK = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VTODO
UID:chores
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Vilnius:{start:%Y%m%dT%H%M%S}
SUMMARY:Chores
RRULE:FREQ=WEEKLY;COUNT=4
END:VTODO
END:VCALENDAR
"""


@pytest.mark.catalogue("X-20")
def test_tasks_that_repeat_go_both_ways(served: Any) -> None:
    calendar = served.calendar("VTODO")
    start = (utc_now() + timedelta(days=2)).astimezone(VILNIUS).replace(hour=9, minute=0, second=0, microsecond=0)
    calendar.save_todo(TASK.format(start=start))
    rows = served.rows()
    assert [row.starts_at for row in rows] == [start + timedelta(days=7 * number) for number in range(4)]
    (found,) = calendar.todos()
    assert (component(found)["RRULE"]["COUNT"], component(found)["STATUS"]) == ([4], "NEEDS-ACTION")
    assert served.calendar().events() == []
    override = (
        found.data[found.data.index("BEGIN:VTODO") : found.data.index("END:VTODO")]
        .replace("RRULE:FREQ=WEEKLY;COUNT=4", f"RECURRENCE-ID;TZID=Europe/Vilnius:{start:%Y%m%dT%H%M%S}")
        .replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    )
    found.data = found.data.replace("END:VCALENDAR", f"{override}END:VTODO\nEND:VCALENDAR")
    found.save()
    assert [row.status for row in served.rows()] == ["done", "planned", "planned", "planned"]
    found.load()
    assert found.data.count("STATUS:COMPLETED") == 1
    found.data = found.data.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    found.save()
    assert [row.status for row in served.rows()] == ["done", "done", "planned", "planned"], "the next one is ticked off"
    found.delete()
    assert [row.status for row in served.rows()] == ["done", "done"]


def test_what_cannot_be_kept_says_why(served: Any) -> None:
    calendar = served.calendar()
    for bad in ("RRULE:FREQ=HOURLY", "RDATE;VALUE=PERIOD:20270101T100000Z/PT1H"):
        with pytest.raises((PutError, AuthorizationError)):
            calendar.save_event(event("bad", "Bad", "20261125", bad))
    assert served.rows() == []
    calendar.save_event(event("one"))
    answer = served.ask("PUT", f"{calendar.url}other.ics", event("one"))
    assert (answer.status_code, "UID" in answer.text) == (403, True)
    assert "no-uid-conflict" in answer.text
    with pytest.raises(NotFoundError):
        calendar.event_by_uid("nobody")


def test_a_wrong_password_opens_nothing(served: Any) -> None:
    from caldav import DAVClient

    with pytest.raises(AuthorizationError):
        DAVClient(url=served.url + "/caldav/", username="ona", password="wrong").principal()


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("IN-33")
def test_one_occurrence_edited_on_its_page_shows_its_new_time_there(served: Any) -> None:
    now = utc_now().replace(hour=8, minute=0, second=0, microsecond=0)
    values = {"name": "Stand-up", "starts_at": now + timedelta(days=1), "estimate": 15}
    served.do(lambda session: series_service.begin_series(session, values, "FREQ=DAILY;COUNT=3", "Europe/Vilnius").id)
    second = served.rows()[1]
    at = (second.starts_at + timedelta(hours=3)).astimezone(VILNIUS)
    sent = {"name": "Longer", "starts_at": f"{at:%Y-%m-%dT%H:%M}", "estimate": "15", "importance": "2"}
    browser = served.company.browser(served.user_id)
    assert browser.post(f"/crm_inquiries/activities/{second.id}/edit", data=sent).status_code == 302
    (found,) = served.calendar().events()
    assert found.data.count("RECURRENCE-ID") == 1
    occurrences = served.calendar().search(start=now, end=now + timedelta(days=9), event=True, expand=True)
    shown = {component(one)["SUMMARY"]: component(one)["DTSTART"].dt for one in occurrences}
    assert shown["Longer"] == at
