"""Working time: holidays of four countries, hours of the week, and the weeks in which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kartoteka_crm_inquiries.calendar.working_time import (
    Holiday,
    Hours,
    holidays_between,
    holidays_of,
    is_working_day,
    moment_at,
    next_working_moment,
    working_minutes,
)

VILNIUS, KYIV = "Europe/Vilnius", "Europe/Kyiv"


def at(text: str, zone: str = VILNIUS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        ("2026-07-06", "LT", False),
        ("2026-07-06", "EE", True),
        ("2026-06-24", "EE", False),
        ("2026-11-18", "LV", False),
        ("2026-11-18", "LT", True),
        ("2026-08-24", "UA", True),  # suspended under martial law
        ("2021-08-24", "UA", False),
        ("2026-07-04", "LT", False),  # a Saturday
        ("2026-07-07", "XX", True),
    ],
)
def test_holidays_of_the_country_are_no_working_days(day: str, country: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day), country) is works


def test_holidays_are_named_in_the_reader_s_language_or_the_country_s() -> None:
    day = date(2026, 2, 16)
    assert "atkūrimo" in holidays_of("LT", 2026, "lt")[day].name
    assert "Restoration" in holidays_of("LT", 2026, "en")[day].name
    assert "atkūrimo" in holidays_of("LT", 2026, "ru")[day].name
    suspended = holidays_of("UA", 2026, "uk")[date(2026, 8, 24)]
    assert suspended == Holiday(suspended.name, free=False)
    assert suspended.name


def test_holidays_of_a_range_cross_the_turn_of_the_year() -> None:
    named = holidays_between(date(2025, 12, 20), date(2026, 1, 5), "LT")
    assert sorted(named) == [date(2025, 12, 24), date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("now", "days", "wanted"),
    [
        ("2026-11-20 15:00", 1, "2026-11-23 10:00"),  # Friday
        ("2026-11-22 15:00", 1, "2026-11-23 10:00"),  # Sunday
        ("2026-11-23 09:00", 0, "2026-11-23 10:00"),
        ("2026-11-23 10:00", 0, "2026-11-24 10:00"),
        ("2026-12-23 12:00", 1, "2026-12-28 10:00"),  # Christmas, then a week-end
        ("2026-03-27 12:00", 1, "2026-03-30 10:00"),  # summer time begins between the two
        ("2026-10-23 12:00", 1, "2026-10-26 10:00"),
    ],
)
def test_the_next_working_moment_is_at_the_hour_of_the_clock(now: str, days: int, wanted: str) -> None:
    assert next_working_moment(at(now), "LT", VILNIUS, days=days) == at(wanted)


def test_today_is_that_of_the_zone_and_not_of_utc() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # already Tuesday in Kyiv
    assert next_working_moment(late, "UA", KYIV) == at("2026-11-25 10:00", KYIV)


def test_a_week_without_working_days_still_gives_a_moment() -> None:
    none = Hours(((),) * 7)
    assert next_working_moment(at("2026-11-20 15:00"), "LT", VILNIUS, hours=none) == at("2026-11-21 10:00")


@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
@pytest.mark.parametrize("week", ["2026-03-23", "2026-10-19"])
def test_a_working_week_has_its_hours_whether_the_clocks_change_or_not(week: str, zone: str) -> None:
    since = at(f"{week} 00:00", zone)
    until = moment_at(date.fromisoformat(week) + timedelta(days=7), 0, zone)
    assert working_minutes(since, until, "UA", zone) == 5 * 9 * 60


@pytest.mark.parametrize(("week", "hours"), [("2026-03-23", 167), ("2026-10-19", 169)])
@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
def test_who_works_around_the_clock_works_an_hour_less_or_more(week: str, hours: int, zone: str) -> None:
    always = Hours.of_week(0, 24 * 60, range(7))
    since = at(f"{week} 00:00", zone)
    until = moment_at(date.fromisoformat(week), 7 * 24 * 60, zone)
    assert working_minutes(since, until, "UA", zone, always) == hours * 60


def test_minutes_are_those_within_working_hours() -> None:
    assert working_minutes(at("2026-11-20 16:30"), at("2026-11-23 08:15"), "LT", VILNIUS) == 45
    assert working_minutes(at("2026-11-23 08:15"), at("2026-11-20 16:30"), "LT", VILNIUS) == 0
    assert working_minutes(at("2026-02-16 08:00"), at("2026-02-16 17:00"), "LT", VILNIUS) == 0


@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
def test_a_clock_time_left_out_is_an_hour_later_and_one_that_comes_twice_is_the_first(zone: str) -> None:
    assert moment_at(date(2026, 3, 29), 3 * 60 + 30, zone) == at("2026-03-29 04:30", zone)
    assert moment_at(date(2026, 10, 25), 3 * 60 + 30, zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_counting_over_centuries_ends() -> None:
    assert working_minutes(at("1990-01-01 00:00"), at("9000-01-01 00:00"), "LT", VILNIUS) > 0
