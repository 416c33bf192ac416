"""Birthdays over the turn of the year and on 29 February; addresses on one line; values checked kindly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from kartoteka.api.records import Period, anniversary_in
from kartoteka_crm_clients.checking import check_address, check_contact
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.rules import address_line, birthday_key, birthday_ranges

TODAY = date(2026, 11, 22)
BIRTHDAYS = some.dates(date(1900, 1, 1), date(1999, 12, 31))
FIRST_DAYS = some.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(BIRTHDAYS, FIRST_DAYS, some.integers(1, 370))
@example(date(1988, 2, 29), date(2026, 2, 28), 1)
@example(date(1988, 2, 29), date(2026, 2, 20), 9)
@example(date(1988, 2, 29), date(2026, 3, 1), 1)
@example(date(1988, 2, 29), date(2028, 2, 28), 1)
@example(date(1988, 2, 29), date(2026, 12, 30), 61)
@example(date(1990, 1, 2), date(2026, 12, 30), 8)
def test_ranges_hold_exactly_the_birthdays_of_a_period(birthday: date, first: date, days: int) -> None:
    period = Period.days_from(first, days)
    key = birthday_key(birthday)
    within = any(low <= key <= high for low, high in birthday_ranges(period))
    assert within == (anniversary_in(birthday, period) is not None)


def test_nobody_without_a_birthday_has_one() -> None:
    whole_year = birthday_ranges(Period.days_from(TODAY, 400))
    assert birthday_key(None) == 0
    assert not any(low <= 0 <= high for low, high in whole_year)


def test_an_address_stands_on_one_line() -> None:
    assert address_line("Žalgirio g. 5", "", "LT-08220", "Vilnius", "") == "Žalgirio g. 5, LT-08220 Vilnius"
    assert address_line("", "", "", "Tartu", "") == "Tartu"
    assert address_line("", "", "", "", "") == ""


def test_phones_and_addresses_are_kept_as_typed_and_compared_in_one_form() -> None:
    derived = Contact.derive(
        {
            "first_name": "Jonas",
            "surname": "Žukauskas",
            "phone": "8 612 34567",
            "mobile": "-",
            "country": "LT",
            "email": "Jonas@Zuvedra.LT",
            "birthday": date(1980, 2, 29),
        }
    )
    assert derived == {
        "name_sort": "zukauskas jonas",
        "phone_e164": "+37061234567",
        "mobile_e164": "",
        "email_norm": "jonas@zuvedra.lt",
        "birthday_key": 229,
    }
    assert Address.derive({"city": " Šiauliai "}) == {"city_key": "siauliai"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_name": " ", "surname": ""}, "surname"),
        ({"surname": "J", "email": "jonas at zuvedra"}, "email"),
        ({"surname": "J", "phone": "call me"}, "phone"),
        ({"surname": "J", "role": "king"}, "role"),
        ({"surname": "J", "birthday": TODAY + timedelta(days=1)}, "birthday"),
        ({"surname": "J", "birthday": "31.31.2000"}, "birthday"),
        ({"surname": "J", "birthday": date(1066, 10, 14)}, "birthday"),
        ({"surname": "J", "country": "Atlantis"}, "country"),
        ({"surname": "J" * 201}, "surname"),
        ({"surname": "J", "salary": 5}, "salary"),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(values: dict[str, object], field: str) -> None:
    assert set(check_contact(values, today=TODAY).errors) == {field}


def test_an_unusual_phone_is_taken_with_a_warning() -> None:
    found = check_contact({"surname": "J", "phone": "123", "country": "LT"}, today=TODAY)
    assert not found.errors
    assert set(found.warnings) == {"phone"}


def test_a_contact_keeps_the_name_it_has() -> None:
    assert not check_contact({"surname": ""}, {"first_name": "Ona"}, today=TODAY).errors
    assert check_contact({"surname": ""}, {"first_name": ""}, today=TODAY).errors


def test_an_address_says_at_least_the_city_or_the_street() -> None:
    assert set(check_address({"kind": "legal", "city": "", "street": ""}).errors) == {"city"}
    assert not check_address({"kind": "site", "city": "", "street": "Ąžuolų 1"}).errors
    assert set(check_address({"kind": "castle", "city": "Trakai"}).errors) == {"kind"}
