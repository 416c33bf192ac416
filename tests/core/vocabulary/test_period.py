from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.vocabulary.period import Period, age_on, anniversary_in, birthday_in_year, next_birthday

LEAP = date(2000, 2, 29)


def test_periods_include_both_ends():
    period = Period(date(2026, 12, 30), date(2027, 1, 2))
    assert period.days == 4
    assert date(2026, 12, 30) in period
    assert date(2027, 1, 2) in period
    assert date(2027, 1, 3) not in period
    assert date(2026, 12, 29) not in period


def test_constructors():
    assert Period.day(LEAP) == Period(LEAP, LEAP)
    assert Period.month(2024, 2) == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert Period.month(2026, 12).last == date(2026, 12, 31)
    assert Period.year(2026) == Period(date(2026, 1, 1), date(2026, 12, 31))
    assert Period.days_from(date(2026, 12, 30), 7).last == date(2027, 1, 5)
    assert Period.days_from(LEAP, 1) == Period.day(LEAP)


@pytest.mark.parametrize("days", [0, -5])
def test_a_period_does_not_end_before_it_begins(days):
    with pytest.raises(ValueError, match="on or after"):
        Period.days_from(LEAP, days)


@pytest.mark.parametrize(
    ("birth", "first", "days", "expected"),
    [
        (date(1980, 12, 31), date(2026, 12, 30), 7, date(2026, 12, 31)),
        (date(1980, 1, 1), date(2026, 12, 30), 7, date(2027, 1, 1)),
        (date(1980, 1, 6), date(2026, 12, 30), 7, None),
        (LEAP, date(2026, 2, 26), 3, date(2026, 2, 28)),
        (LEAP, date(2024, 2, 28), 1, None),
        (LEAP, date(2024, 2, 29), 1, date(2024, 2, 29)),
        (LEAP, date(2026, 3, 1), 7, None),
        (date(2026, 5, 5), date(2026, 5, 1), 31, None),
        (date(2026, 5, 5), date(2026, 5, 1), 400, date(2027, 5, 5)),
        (date(2030, 5, 5), date(2026, 5, 1), 31, None),
        (date(1980, 5, 5), date(2020, 1, 1), 4000, date(2020, 5, 5)),
    ],
)
def test_anniversary_in(birth, first, days, expected):
    assert anniversary_in(birth, Period.days_from(first, days)) == expected


@pytest.mark.parametrize(
    ("birth", "today", "birthday", "age"),
    [
        (date(1980, 6, 15), date(2026, 6, 14), date(2026, 6, 15), 45),
        (date(1980, 6, 15), date(2026, 6, 15), date(2026, 6, 15), 46),
        (date(1980, 6, 15), date(2026, 6, 16), date(2027, 6, 15), 46),
        (date(1980, 12, 31), date(2027, 1, 1), date(2027, 12, 31), 46),
        (LEAP, date(2026, 2, 27), date(2026, 2, 28), 25),
        (LEAP, date(2026, 2, 28), date(2026, 2, 28), 26),
        (LEAP, date(2026, 3, 1), date(2027, 2, 28), 26),
        (LEAP, date(2028, 2, 28), date(2028, 2, 29), 27),
        (date(2026, 6, 15), date(2026, 6, 15), date(2027, 6, 15), 0),
        (date(2030, 6, 15), date(2026, 6, 15), date(2031, 6, 15), 0),
        (date(1980, 1, 1), date(9999, 6, 15), None, 8019),
    ],
)
def test_next_birthday_and_age(birth, today, birthday, age):
    assert next_birthday(birth, today) == birthday
    assert age_on(birth, today) == age


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days, days)
def test_the_next_birthday_is_within_a_year_and_raises_the_age(birth, today):
    birthday = next_birthday(birth, today)
    assert birthday is not None
    assert birthday == birthday_in_year(birth, birthday.year)
    assert birthday >= today
    if today > birth:
        assert (birthday - today).days <= 365
        assert age_on(birth, birthday) == age_on(birth, birthday - timedelta(days=1)) + 1
