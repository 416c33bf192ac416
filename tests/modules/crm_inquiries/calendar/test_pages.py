"""Pages of the calendar: every mode, whose calendars, what is planned, moved and finished there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from kartoteka_crm_inquiries.activities.models import Resource
from tests.modules.crm_inquiries.calendar.conftest import CalendarHouse, local

NOW = local("2026-11-23 09:07")
PATH = "/crm_inquiries/calendar"


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


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
    assert "23 Nov" in answer.text


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


@pytest.mark.parametrize(
    ("language", "month", "monday", "holiday"),
    [("lt", "2026 m. lapkritis", "pr", "Visų Šventųjų diena"), ("uk", "листопад 2026", "пн", "День усіх святих")],
)
def test_days_are_written_in_the_reader_s_words(
    company: Any, language: str, month: str, monday: str, holiday: str
) -> None:
    house = CalendarHouse(company(modules=["crm_inquiries"], language=language))
    page = house.browser.get(f"{PATH}?mode=month").text
    assert f'<h2 class="k-cal-title">{month}' in page
    assert f'<div class="k-cal-weekdays" aria-hidden="true"><span>{monday}</span>' in page
    assert holiday in page
