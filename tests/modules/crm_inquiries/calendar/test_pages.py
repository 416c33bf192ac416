"""Pages of the calendar: every mode, whose calendars, what is planned, moved and finished there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from kartoteka.api.db import find
from kartoteka_crm_inquiries.activities.models import Activity, Resource
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


@pytest.mark.catalogue("X-20", part="day, week, month, agenda and timeline")
@pytest.mark.parametrize("mode", ["day", "week", "month", "agenda", "quarter", "people", "range&until=2026-12-22"])
def test_every_mode_shows_what_is_planned(calendar: Any, mode: str) -> None:
    calendar.plan("2026-11-24 10:00", name="Visit", client_id=calendar.client())
    day = "2026-11-24" if mode in ("day", "people") else "2026-11-23"
    answer = calendar.browser.get(f"{PATH}?mode={mode}&day={day}")
    assert answer.status_code == 200
    assert "Visit · UAB Žuvėdra" in answer.text
    assert "style=" not in answer.text
    assert 'href="/crm_inquiries/activities/' in answer.text


@pytest.mark.parametrize(
    "asked", ["mode=x&day=y", "day=0001-01-01", "day=9999-12-31", "user=0&user=99999999999", "page=9"]
)
def test_nonsense_in_the_address_is_the_same_as_nothing(calendar: Any, asked: str) -> None:
    answer = calendar.browser.get(f"{PATH}?{asked}")
    assert answer.status_code == 200
    assert "Nov 23" in answer.text


@pytest.mark.catalogue("IN-34")
def test_three_months_show_at_once_what_is_done_with_clients_and_within_the_company(calendar: Any) -> None:
    calendar.plan("2026-11-24 10:00", name="Client's visit", client_id=calendar.client())
    calendar.plan("2027-01-20 10:00", name="Stock-taking")
    page = calendar.browser.get(f"{PATH}?mode=quarter").text
    for month in ("November 2026", "December 2026", "January 2027"):
        assert f'aria-label="{month}"' in page
    assert re.search(r'k-cal-chip[^"]*is-internal[^>]*>.{0,200}Stock-taking', page, re.S)
    assert not re.search(r"is-internal[^>]*title=\"Client&#39;s visit", page)


@pytest.mark.catalogue("IN-35")
@pytest.mark.parametrize(
    ("since", "until", "columns", "cells"),
    [("2026-11-25", "2026-11-25", 1, 0), ("2026-11-25", "2026-11-27", 3, 0), ("2026-11-05", "2026-12-05", 0, 31)],
)
def test_any_range_from_a_day_to_a_month_is_shown(
    calendar: Any, since: str, until: str, columns: int, cells: int
) -> None:
    page = calendar.browser.get(f"{PATH}?mode=range&day={since}&until={until}").text
    assert page.count('<section class="k-cal-day') == columns
    assert len(re.findall(r'<li class="k-cal-cell[^>]*data-day', page)) == cells
    assert f'value="{until}"' in page


@pytest.mark.catalogue("IN-35", part="the small month leads to every day")
def test_the_small_month_has_a_link_to_each_day_and_names_holidays(calendar: Any) -> None:
    page = calendar.browser.get(f"{PATH}?day=2026-12-10").text
    assert re.search(r'data-day="2026-12-24"[^>]*aria-label="[^"]*Christmas Eve"', page)
    assert page.count("data-k-mini") == 1


@pytest.mark.catalogue("IN-36")
def test_colour_duration_and_overlaps_are_drawn(calendar: Any) -> None:
    calendar.plan("2026-11-23 10:00", 90, name="Long")
    calendar.plan("2026-11-23 11:00", 30, name="Short")
    page = calendar.browser.get(f"{PATH}?mode=day").text
    drawn = {
        name: re.search(rf'class="(k-cal-bar[^"]*)"[^>]*>(?:(?!</a>).)*{name}', page, re.S)
        for name in ("Long", "Short")
    }
    long, short = (found.group(1).split() if (found := drawn[name]) else [] for name in ("Long", "Short"))
    assert {"k-b-6", "k-n-2", "k-l-0", "is-clash"} <= set(long)
    assert {"k-b-2", "k-n-2", "k-l-1", "is-clash"} <= set(short)
    assert "k-tint-plain" in long


@pytest.mark.catalogue("IN-36", part="overlaps in rows of people")
def test_rows_of_people_show_overlaps_and_free_gaps(calendar: Any) -> None:
    calendar.plan("2026-11-23 10:00", 90)
    calendar.plan("2026-11-23 11:00", 30)
    month = calendar.browser.get(f"{PATH}?mode=people&span=month").text
    assert '<path d="M8 0h6"/><path d="M12 0h2"/>' in month
    day = calendar.browser.get(f"{PATH}?mode=people&span=day").text
    assert day.count("is-clash") == 2
    assert re.search(r"Petras Petraitis</a>\s*<span class=\"k-cal-free\">", day)


@pytest.mark.catalogue("IN-38")
def test_without_the_right_others_are_busy_without_a_word(calendar: Any) -> None:
    calendar.plan("2026-11-23 10:00", name="Dismissal of Jonas", place="Cellar")
    for mode in ("day", "week", "month", "agenda", "quarter", "people"):
        page = calendar.jonas.get(f"{PATH}?mode={mode}&user={calendar.user_id}").text
        assert "Dismissal" not in page
        assert "Cellar" not in page
        assert "Busy" in page
    assert "10:00–11:00</b> " in calendar.jonas.get(f"{PATH}?mode=day&user={calendar.user_id}").text


@pytest.mark.catalogue("IN-38", part="what one gave to another keeps its words")
def test_what_one_gave_is_seen_in_the_calendar_of_who_does_it(calendar: Any) -> None:
    calendar.plan("2026-11-23 10:00", name="Report", performer_id=calendar.jonas_id)
    page = calendar.browser.get(f"{PATH}?mode=day&user={calendar.jonas_id}").text
    assert "Report" in page
    assert "Jonas Jonaitis" in page


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
    assert "is booked at this time already" in calendar.browser.get(answer.location).text
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


def test_hours_of_the_company_and_one_s_own_are_shaded(calendar: Any) -> None:
    week = {f"day{number}": "08:00-12:00, 13:00-17:00" if number < 5 else "" for number in range(7)}
    answer = calendar.browser.post(f"{PATH}/hours?user=company", data=week)
    assert answer.status_code == 302
    own = {**week, "day0": "12:00-20:00"}
    assert calendar.jonas.post(f"{PATH}/hours", data=own).status_code == 302
    assert "12:00-20:00" in calendar.jonas.get(f"{PATH}/hours").text
    assert "12:00-20:00" not in calendar.browser.get(f"{PATH}/hours").text
    assert "k-cal-off k-a-0 k-b-20" in calendar.jonas.get(f"{PATH}?mode=day").text
    assert calendar.jonas.post(f"{PATH}/hours?user=company", data=week).status_code == 403
    assert calendar.jonas.post(f"{PATH}/hours", data={**own, "as_company": "1"}).status_code == 302
    assert "12:00-20:00" not in calendar.jonas.get(f"{PATH}/hours").text


@pytest.mark.parametrize("hours", ["25:00-26:00", "12:00-10:00", "a-b", "08:00", "08:00-10:00, 09:00-11:00", "-1-5"])
def test_hours_that_cannot_be_read_are_refused_by_day(calendar: Any, hours: str) -> None:
    answer = calendar.browser.post(f"{PATH}/hours", data={"day2": hours})
    assert answer.status_code == 422
    assert "Write hours as" in answer.text


@pytest.mark.catalogue("IN-38", part="a free time of several people is found")
def test_a_time_that_suits_all_is_found(calendar: Any) -> None:
    calendar.plan("2026-11-23 08:00", 6 * 60)
    calendar.plan("2026-11-23 14:00", 3 * 60, by=calendar.jonas_id)
    users = f"user={calendar.user_id}&user={calendar.jonas_id}"
    page = calendar.jonas.get(f"{PATH}/free?{users}&minutes=60&since=2026-11-23&until=2026-11-24").text
    assert "23 Nov" not in page.split("Everybody is free")[1]
    assert "24\xa0Nov\xa02026\xa008:00–09:00" in page
    assert calendar.jonas.get(f"{PATH}/free?{users}&minutes=1").status_code == 422


def test_resources_have_rows_of_their_own(calendar: Any) -> None:
    assert "No resources yet" in calendar.browser.get(f"{PATH}?mode=people&rows=resources").text
    with calendar.writing() as session:
        car = Resource(name="Škoda")
        session.add(car)
        session.flush()
        car_id = car.id
    calendar.plan("2026-11-23 12:00", resource_id=car_id, name="Trip")
    assert "Trip" in calendar.browser.get(f"{PATH}?mode=people&rows=resources").text
    page = calendar.jonas.get(f"{PATH}?mode=people&rows=resources").text
    assert "Busy" in page
    assert "Trip" not in page
    assert "Škoda" in calendar.jonas.get(f"{PATH}?mode=people&rows=resources&span=month").text
