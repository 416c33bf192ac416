"""What is planned, moved and finished in the calendar."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from kartoteka.api.db import find
from kartoteka.api.errors import Forbidden
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.service import finish_activity
from kartoteka_crm_inquiries.calendar.service import free_busy
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.service import repeat_activity, settle_series
from tests.modules.crm_inquiries.calendar.conftest import local

NOW = local("2026-11-23 09:07")
PATH = "/crm_inquiries/calendar"


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def activity(calendar: Any, activity_id: int) -> Activity:
    with calendar.company.database.reading(calendar.company.system) as session:
        return find(session, Activity, activity_id)


def bars(page: str) -> list[str]:
    return re.findall(r'class="k-cal-bar[^"]*"', page)


@pytest.mark.catalogue("IN-23", part="the calendar fills in performer and time")
@pytest.mark.catalogue("IN-39")
def test_internal_work_is_planned_into_a_free_time(calendar: Any) -> None:
    form = calendar.browser.get(f"{PATH}/plan?at=2026-11-25T14:30&to=2026-11-25T15:15&user={calendar.jonas_id}").text
    assert 'value="2026-11-25T14:30"' in form
    assert 'value="2026-11-25T15:15"' in form
    assert re.search(rf'<option value="{calendar.jonas_id}" selected', form)
    data = {
        "name": "Stock-taking",
        "starts_at": "2026-11-25T14:30",
        "ends_at": "2026-11-25T15:15",
        "performer_id": calendar.jonas_id,
        "importance": "2",
        "back": f"{PATH}?mode=day",
    }
    answer = calendar.browser.post(f"{PATH}/plan", data=data)
    assert (answer.status_code, answer.location) == (302, f"{PATH}?mode=day")
    page = calendar.jonas.get(f"{PATH}?mode=agenda").text
    assert "Stock-taking" in page
    assert "14:30–15:15" in page


def test_a_form_without_an_hour_is_for_the_next_working_day_at_ten(calendar: Any) -> None:
    assert 'value="2026-11-24T10:00"' in calendar.browser.get(f"{PATH}/plan").text


def test_whole_days_end_at_midnight_and_stand_above_the_hours(calendar: Any) -> None:
    days = {"starts_at": "2026-11-25T10:00", "ends_at": "2026-11-26T11:00", "all_day": "y", "importance": "2"}
    calendar.browser.post(f"{PATH}/plan", data={**days, "name": "Fair", "performer_id": calendar.user_id})
    page = calendar.browser.get(f"{PATH}?mode=week").text
    assert page.count("k-cal-chip") == 2
    assert not bars(page)


def test_what_cannot_be_planned_says_why_beside_the_field(calendar: Any) -> None:
    data = {"name": "Back", "starts_at": "2026-11-25T15:00", "ends_at": "2026-11-25T14:00", "importance": "2"}
    answer = calendar.browser.post(f"{PATH}/plan", data={**data, "performer_id": calendar.user_id})
    assert answer.status_code == 422
    assert "This is before it starts." in answer.text


def move(calendar: Any, activity_id: int, *, browser: Any = None, **data: Any) -> Any:
    given = {"starts_at": "2026-11-26T12:00", "ends_at": "2026-11-26T13:00", "performer_id": calendar.user_id}
    return (browser or calendar.browser).post(f"{PATH}/activities/{activity_id}/move", data={**given, **data})


@pytest.mark.catalogue("X-20", part="what is dropped moves, and Undo takes it back")
def test_what_is_dropped_moves_and_can_be_taken_back(calendar: Any) -> None:
    activity_id = calendar.plan("2026-11-25 10:00")
    answer = move(calendar, activity_id, dropped="1", version="1", back=f"{PATH}?mode=week")
    assert answer.status_code == 302
    assert activity(calendar, activity_id).starts_at == local("2026-11-26 12:00")
    page = calendar.browser.get(answer.location).text
    assert "is moved to" in page
    undo = re.search(r'action="(/operations/\d+/undo)"', page)
    assert undo
    calendar.browser.post(undo.group(1), data={})
    assert activity(calendar, activity_id).starts_at == local("2026-11-25 10:00")


def test_a_move_over_somebody_else_s_change_or_into_a_booking_is_told_on_the_calendar(calendar: Any) -> None:
    activity_id = calendar.plan("2026-11-25 10:00")
    with calendar.writing() as session:
        car = Resource(name="Škoda")
        session.add(car)
        session.flush()
        car_id = car.id
    calendar.plan("2026-11-26 12:00", resource_id=car_id, name="Trip")
    other = calendar.plan("2026-11-27 12:00", resource_id=car_id)
    answer = move(calendar, other, dropped="1", version="1")
    assert "is booked at 26\xa0Nov\xa02026\xa012:00 already" in calendar.browser.get(answer.location).text
    move(calendar, activity_id, starts_at="2026-11-25T11:00", ends_at="2026-11-25T12:00", version="1")
    answer = move(calendar, activity_id, dropped="1", version="1")
    assert "Somebody has changed this meanwhile" in calendar.browser.get(answer.location).text
    assert move(calendar, other, version="1").status_code == 422


def test_moving_to_somebody_else_needs_the_right_and_finished_work_stays(calendar: Any) -> None:
    activity_id = calendar.plan("2026-11-25 10:00", by=calendar.jonas_id)
    assert move(calendar, activity_id, browser=calendar.jonas, version="1").status_code in (403, 422)
    assert activity(calendar, activity_id).performer_id == calendar.jonas_id
    hers = calendar.plan("2026-11-25 10:00")
    assert move(calendar, hers, browser=calendar.jonas, version="1").status_code == 404


@pytest.mark.catalogue("IN-41")
def test_an_event_is_marked_done_with_the_minutes_it_took(calendar: Any) -> None:
    activity_id = calendar.plan("2026-11-23 08:00", 45)
    form = calendar.browser.get(f"{PATH}/activities/{activity_id}/done?back={PATH}").text
    assert re.search(r'name="actual"[^>]*value="45"|value="45"[^>]*name="actual"', form)
    data = {"actual": "70", "outcome": "Agreed", "back": f"{PATH}?mode=day"}
    answer = calendar.browser.post(f"{PATH}/activities/{activity_id}/done", data=data)
    assert answer.location == f"{PATH}?mode=day"
    done = activity(calendar, activity_id)
    assert (done.status, done.actual, done.outcome) == ("done", 70, "Agreed")
    assert "is-ended" in calendar.browser.get(f"{PATH}?mode=day").text


def test_an_open_inquiry_is_not_left_without_a_next_step(calendar: Any) -> None:
    inquiry_id = calendar.inquiry(calendar.client(), at=local("2026-11-23 10:00"))
    with calendar.reading() as session:
        activity_id = session.scalars(select(Activity.id).where(Activity.inquiry_id == inquiry_id)).one()
    path = f"{PATH}/activities/{activity_id}/done"
    page = calendar.browser.get(path).text
    assert 'value="2026-11-24T10:00"' in page
    answer = calendar.browser.post(path, data={"actual": "5", "next_name": "", "next_starts_at": ""})
    assert answer.status_code == 422
    assert "say what is done next" in answer.text
    answer = calendar.browser.post(
        path, data={"actual": "5", "next_name": "Offer", "next_starts_at": "2026-11-25T10:00"}
    )
    assert answer.status_code == 302
    assert "Offer" in calendar.browser.get(f"{PATH}?mode=week").text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/users/", "javascript:alert(1)"])
def test_the_way_back_leads_to_the_calendar_only(calendar: Any, back: str) -> None:
    activity_id = calendar.plan("2026-11-23 08:00")
    assert move(calendar, activity_id, back=back, version="1").location == PATH


@pytest.mark.catalogue("IN-52", part="list and calendar show the same")
def test_what_is_moved_in_the_calendar_shows_in_the_list_and_what_ends_in_the_list_shows_in_the_calendar(
    calendar: Any,
) -> None:
    activity_id = calendar.plan("2026-11-24 10:00", name="Visit")
    moved = {"starts_at": "2026-11-26T12:00", "ends_at": "2026-11-26T13:00", "performer_id": calendar.user_id}
    calendar.browser.post(f"{PATH}/activities/{activity_id}/move", data={**moved, "version": "1"})
    listed = calendar.browser.get("/crm_inquiries/activities/").text
    assert "26\xa0Nov\xa02026\xa012:00" in listed
    with calendar.writing() as session:
        finish_activity(session, activity_id, {"actual": 10})
    page = calendar.browser.get(f"{PATH}?mode=day&day=2026-11-26").text
    assert re.search(r'class="k-cal-bar[^"]*is-ended', page)


@pytest.mark.catalogue("IN-41", part="the time planned in the calendar is the estimate that the actual one is held to")
def test_what_is_planned_or_stretched_in_the_calendar_estimates_its_length(calendar: Any) -> None:
    data = {"name": "Visit", "starts_at": "2026-11-25T14:00", "ends_at": "2026-11-25T14:45", "importance": "2"}
    calendar.browser.post(f"{PATH}/plan", data={**data, "performer_id": calendar.user_id})
    with calendar.reading() as session:
        activity_id = session.scalars(select(Activity.id).where(Activity.name == "Visit")).one()
    assert activity(calendar, activity_id).estimate == 45
    move(calendar, activity_id, ends_at="2026-11-26T14:00", version="1")
    assert activity(calendar, activity_id).estimate == 120


def test_free_and_busy_says_when_and_not_with_what(calendar: Any) -> None:
    calendar.plan("2026-11-24 10:00", 60)
    calendar.plan("2026-11-24 10:30", 90)
    calendar.plan("2026-11-24 18:00", 0)
    day = (local("2026-11-24 00:00"), local("2026-11-25 00:00"))
    with calendar.company.database.reading(calendar.company.actor(calendar.jonas_id)) as session:
        found = free_busy(session, [calendar.user_id, calendar.jonas_id], *day)
    assert found == {calendar.user_id: [(local("2026-11-24 10:00"), local("2026-11-24 12:00"))], calendar.jonas_id: []}
    guest = calendar.company.add_user(permissions=(), login="guest")
    with calendar.company.database.reading(calendar.company.actor(guest)) as session, pytest.raises(Forbidden):
        free_busy(session, [calendar.user_id], *day)


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999", "-1", "abc"])
@pytest.mark.parametrize("what", ["move", "done"])
def test_what_is_not_there_is_not_found(calendar: Any, number: str, what: str) -> None:
    path = f"{PATH}/activities/{number}/{what}"
    assert calendar.browser.get(path).status_code == 404
    assert calendar.browser.post(path, data={}).status_code == 404


def test_planning_for_an_inquiry_that_one_does_not_see_is_not_found(calendar: Any) -> None:
    inquiry_id = calendar.inquiry(calendar.client())
    assert calendar.browser.get(f"{PATH}/plan?inquiry={inquiry_id}").status_code == 200
    assert calendar.jonas.get(f"{PATH}/plan?inquiry={inquiry_id}").status_code in (403, 404)
    assert calendar.browser.get(f"{PATH}/plan?inquiry=99999").status_code == 404


def test_one_of_a_series_is_moved_alone_and_stays_where_it_was_put(calendar: Any) -> None:
    activity_id = calendar.plan("2026-11-24 10:00")
    with calendar.writing() as session:
        series = repeat_activity(session, activity_id, "FREQ=WEEKLY;COUNT=3", "Europe/Vilnius")
        first = session.scalars(select(Activity).where(Activity.series_id == series.id)).first()
        moved_id, series_id, version = first.id, series.id, first.version
    move(calendar, moved_id, version=str(version))
    with calendar.writing() as session:
        settle_series(session, find(session, Series, series_id), since=NOW)
    assert activity(calendar, moved_id).detached
    assert activity(calendar, moved_id).starts_at == local("2026-11-26 12:00")
    with calendar.reading() as session:
        assert len(session.scalars(select(Activity.id).where(Activity.series_id == series_id)).all()) == 3
