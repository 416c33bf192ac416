"""Rules of repetition: what the form can say, what RFC 5545 says, and the weeks in which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kartoteka.api.errors import InvalidInput
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.rules import DAILY, MONTHLY, WEEKLY, YEARLY, Repetition

VILNIUS, KYIV = "Europe/Vilnius", "Europe/Kyiv"


def at(text: str, zone: str = VILNIUS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(
    rule: str, starts_at: datetime, zone: str = VILNIUS, until: str = "2027-03-01", **options: object
) -> list[str]:
    found = rules.occurrences(rule, starts_at, zone, until=at(until, zone), **options)  # type: ignore[arg-type]
    return [f"{one.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for one in found]


def days(repetition: Repetition, first: str, until: str = "2027-03-01") -> list[str]:
    starts_at = at(first)
    rule = rules.write_rule(repetition, starts_at, VILNIUS)
    assert rules.read_rule(rule, VILNIUS) is not None
    return [one[:10] for one in local(rule, starts_at, until=until)]


@pytest.mark.catalogue("IN-33")
def test_each_sort_of_repetition() -> None:
    weekly = Repetition(frequency=WEEKLY, weekdays=("MO", "TH"), count=4)
    assert days(weekly, "2026-11-23 09:00") == ["2026-11-23", "2026-11-26", "2026-11-30", "2026-12-03"]
    assert days(Repetition(frequency=DAILY, interval=10, count=3), "2026-11-23 09:00") == [
        "2026-11-23",
        "2026-12-03",
        "2026-12-13",
    ]
    nth = Repetition(frequency=MONTHLY, monthly=rules.BY_WEEKDAY, count=3)
    assert days(nth, "2026-11-24 09:00") == ["2026-11-24", "2026-12-22", "2027-01-26"], "the fourth Tuesday"
    assert days(nth, "2026-11-30 09:00") == ["2026-11-30", "2026-12-28", "2027-01-25"], "the last Monday"
    assert days(Repetition(frequency=YEARLY), "2026-05-02 09:00", "2029-01-01") == [
        "2026-05-02",
        "2027-05-02",
        "2028-05-02",
    ]
    until = Repetition(frequency=DAILY, until=date(2026, 11, 25))
    assert days(until, "2026-11-23 23:30") == ["2026-11-23", "2026-11-24", "2026-11-25"], "the last day counts"


@pytest.mark.catalogue("IN-33")
def test_the_31st_is_the_last_day_of_shorter_months() -> None:
    assert days(Repetition(frequency=MONTHLY), "2026-08-31 09:00") == [
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
    ]
    assert days(Repetition(frequency=YEARLY, count=3), "2028-02-29 09:00", "2031-01-01") == [
        "2028-02-29",
        "2029-02-28",
        "2030-02-28",
    ]


def test_a_rule_of_another_program_leaves_shorter_months_out() -> None:
    assert [one[:7] for one in local("FREQ=MONTHLY;BYMONTHDAY=31", at("2026-08-31 09:00"))] == [
        "2026-08",
        "2026-10",
        "2026-12",
        "2027-01",
    ]


@pytest.mark.catalogue("IN-33")
@pytest.mark.parametrize("zone", [VILNIUS, KYIV, "Europe/Tallinn", "Europe/Riga"])
def test_nine_stays_nine_when_the_clocks_change(zone: str) -> None:
    for week in ("2026-03-27", "2026-10-23"):
        starts_at = at(f"{week} 09:00", zone)
        found = local("FREQ=DAILY;COUNT=5", starts_at, zone)
        assert {one[11:] for one in found} == {"09:00"}
        assert len(found) == 5
    moments = rules.occurrences("FREQ=WEEKLY", at("2026-03-26 09:00", zone), zone, until=at("2026-04-10", zone))
    assert [one.hour for one in moments] == [7, 6, 6], "an hour earlier by UTC"


def test_a_time_that_the_change_leaves_out_and_one_that_comes_twice() -> None:
    spring = rules.occurrences("FREQ=DAILY;COUNT=3", at("2026-03-28 03:30"), VILNIUS, until=at("2026-05-01"))
    assert [f"{one:%d %H:%M}" for one in spring] == ["28 01:30", "29 01:30", "30 00:30"], "RFC 5545, 3.3.5"
    autumn = rules.occurrences("FREQ=DAILY;COUNT=3", at("2026-10-24 03:30"), VILNIUS, until=at("2026-12-01"))
    assert [f"{one:%d %H:%M}" for one in autumn] == ["24 00:30", "25 00:30", "26 01:30"], "the first of the two"


def test_rules_that_cannot_be_kept_say_why() -> None:
    start = at("2026-11-23 09:00")
    for rule in (
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9,10",
        "",
        "nonsense",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;UNTIL=1",
    ):
        with pytest.raises(InvalidInput):
            rules.check_rule(rule, start, VILNIUS)
    with pytest.raises(InvalidInput):
        rules.check_rule("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 400), start, VILNIUS)
    with pytest.raises(InvalidInput):
        rules.zone_of("Mars/Olympus")


def test_a_rule_that_never_comes_true_ends() -> None:
    assert local("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", at("2026-11-23 09:00")) == ["2026-11-23 09:00"]


def test_what_the_form_asks_wrongly_names_its_field() -> None:
    wrong = Repetition(frequency="SOMETIMES", interval=0, weekdays=("XX",), count=0, until=date(2020, 1, 1))
    with pytest.raises(InvalidInput) as raised:
        rules.write_rule(wrong, at("2026-11-23 09:00"), VILNIUS)
    assert set(raised.value.errors) == {"frequency", "interval", "weekdays", "count", "until"}


def test_rules_that_the_form_cannot_show_are_left_as_they_are() -> None:
    for rule in ("FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=5", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"):
        assert rules.read_rule(rule, VILNIUS) is None
