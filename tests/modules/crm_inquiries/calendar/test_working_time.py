"""Working time: holidays of four countries, hours of the week, and the weeks in which the clocks change."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as library
import pytest

from kartoteka_crm_inquiries.calendar.words import weekday_name
from kartoteka_crm_inquiries.calendar.working_time import (
    ALL_HOURS,
    COUNTRIES,
    USUAL_HOURS,
    Holiday,
    Hours,
    WorkingTime,
    holidays_between,
    holidays_of,
    moment_at,
)

VILNIUS, KYIV = "Europe/Vilnius", "Europe/Kyiv"
USUAL = WorkingTime("LT", VILNIUS, USUAL_HOURS)


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
    assert WorkingTime(country, VILNIUS, USUAL_HOURS).is_working_day(date.fromisoformat(day)) is works


def test_holidays_are_named_in_the_reader_s_language_or_the_country_s() -> None:
    day = date(2026, 2, 16)
    assert "atkūrimo" in holidays_of("LT", 2026, "lt")[day].name
    assert "Restoration" in holidays_of("LT", 2026, "en")[day].name
    assert "atkūrimo" in holidays_of("LT", 2026, "ru")[day].name
    suspended = holidays_of("UA", 2026, "uk")[date(2026, 8, 24)]
    assert suspended == Holiday(suspended.name, free=False)
    assert suspended.name


def test_a_country_is_loaded_without_all_the_others() -> None:
    code = """
import sys
from kartoteka_crm_inquiries.calendar.working_time import COUNTRIES, holidays_of
assert all(len(holidays_of(country, 2026, "en")) >= 10 for country in COUNTRIES)
print([name for name in sys.modules if name.startswith("holidays.countries")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_countries_loaded_alone_have_the_holidays_that_the_library_tells() -> None:
    for country in (*COUNTRIES, "PL", "DE", "FR", "XK"):
        told = library.country_holidays(country, years=range(2020, 2031), language=None)
        named = {day for year in range(2020, 2031) for day, one in holidays_of(country, year).items() if one.free}
        assert named == set(told), country


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
    assert USUAL.next_moment(at(now), days=days) == at(wanted)


def test_today_is_that_of_the_zone_and_not_of_utc() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # already Tuesday in Kyiv
    assert WorkingTime("UA", KYIV, USUAL_HOURS).next_moment(late) == at("2026-11-25 10:00", KYIV)


def test_a_week_without_working_days_still_gives_a_moment() -> None:
    none = Hours(((),) * 7)
    assert WorkingTime("LT", VILNIUS, none).next_moment(at("2026-11-20 15:00")) == at("2026-11-21 10:00")


@pytest.mark.parametrize(
    ("opens", "closes", "now", "days", "wanted"),
    [
        (12, 20, "2026-11-20 15:00", 1, "2026-11-23 12:00"),  # begins later than ten
        (5, 9, "2026-11-20 15:00", 1, "2026-11-23 05:00"),  # over before ten
        (12, 20, "2026-11-23 11:00", 0, "2026-11-23 12:00"),
        (12, 20, "2026-11-23 12:00", 0, "2026-11-24 12:00"),
    ],
)
def test_nobody_is_called_at_an_hour_when_nobody_works(
    opens: int, closes: int, now: str, days: int, wanted: str
) -> None:
    working = WorkingTime("LT", VILNIUS, Hours.of_week(opens * 60, closes * 60))
    assert working.next_moment(at(now), days=days) == at(wanted)


@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
@pytest.mark.parametrize("week", ["2026-03-23", "2026-10-19"])
def test_a_working_week_has_its_hours_whether_the_clocks_change_or_not(week: str, zone: str) -> None:
    since = at(f"{week} 00:00", zone)
    until = moment_at(date.fromisoformat(week) + timedelta(days=7), 0, zone)
    assert WorkingTime("UA", zone, USUAL_HOURS).minutes(since, until) == 5 * 9 * 60


@pytest.mark.parametrize(("week", "hours"), [("2026-03-23", 167), ("2026-10-19", 169)])
@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
def test_who_works_around_the_clock_works_an_hour_less_or_more(week: str, hours: int, zone: str) -> None:
    since = at(f"{week} 00:00", zone)
    until = moment_at(date.fromisoformat(week), 7 * 24 * 60, zone)
    assert WorkingTime("UA", zone, ALL_HOURS).minutes(since, until) == hours * 60


def test_minutes_are_those_within_working_hours() -> None:
    assert USUAL.minutes(at("2026-11-20 16:30"), at("2026-11-23 08:15")) == 45
    assert USUAL.minutes(at("2026-11-23 08:15"), at("2026-11-20 16:30")) == 0
    assert USUAL.minutes(at("2026-02-16 08:00"), at("2026-02-16 17:00")) == 0


@pytest.mark.parametrize("zone", [VILNIUS, KYIV])
def test_a_clock_time_left_out_is_an_hour_later_and_one_that_comes_twice_is_the_first(zone: str) -> None:
    assert moment_at(date(2026, 3, 29), 3 * 60 + 30, zone) == at("2026-03-29 04:30", zone)
    assert moment_at(date(2026, 10, 25), 3 * 60 + 30, zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_counting_over_centuries_ends() -> None:
    assert USUAL.minutes(at("1990-01-01 00:00"), at("9000-01-01 00:00")) > 0


def test_a_promised_hour_is_up_when_it_has_been_worked() -> None:
    evenings = WorkingTime("LT", VILNIUS, Hours.of_week(14 * 60, 16 * 60))
    assert evenings.after(at("2026-11-20 15:00"), 4 * 60) == at("2026-11-24 15:00")
    assert evenings.after(at("2026-11-20 09:00"), 0) == at("2026-11-20 14:00")
    never = WorkingTime("LT", VILNIUS, Hours(((),) * 7))
    assert never.after(at("2026-11-20 09:00"), 60) == at("2026-11-20 09:00") + timedelta(days=366)


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Monday"), ("lt", "Pirmadienis"), ("et", "Esmaspäev"), ("uk", "Понеділок"), ("ru", "Понедельник")],
)
def test_a_label_of_a_day_begins_with_a_capital(language: str, name: str) -> None:
    assert weekday_name(0, language) == name
