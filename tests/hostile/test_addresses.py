"""Hostile texts in addresses: search, filters, order, cursor, parameters of reports, numbers, names of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.hostile.strings import OWN, dealt, echoed, faults, public_strings, storable, turned
from tests.installed import absent, installed

FILTERS = (
    "name",
    "number",
    "kind",
    "relationship",
    "importance",
    "client_kind",
    "group",
    "manager",
    "country",
    "state",
)
FILTERS += (
    "registered_on",
    "registered_on.from",
    "registered_on.to",
    "birth_date.from",
    "income.from",
    "income.to",
    "sex",
)
FILTERS += ("phone", "email", "registration_code", "crm_clients.city", "crm_clients.birthday", "notes", "website")
PLACES = ("sort", "at", "go", "count", "cursor", "page", "size")
LOOKUPS = (
    ("/clients/", ("q",)),
    ("/clients/suggest", ("q",)),
    ("/clients/", FILTERS),
    ("/clients/", PLACES),
    ("/clients/filters", (*FILTERS, "q")),
    ("/clients/columns", ("column", "add", "next")),
    ("/clients/duplicates", ("company_name", "surname", "registration_code", "vat_code", "phone", "email", "exclude")),
    ("/clients/{client}/log", ("before",)),
    ("/clients/{client}/field/notes", ("done", "x")),
    ("/reports/crm_clients/birthdays", ("since", "days")),
    ("/reports/crm_clients/birthdays.csv", ("since", "days")),
    ("/reports/crm_clients/birthdays.xlsx", ("since", "days")),
    ("/panels/crm_clients/contacts", ("record",)),
    ("/actions/crm_clients/hand_over", ("id", "kind", "next")),
    ("/access/roles/new", ("template",)),
    ("/crm_clients/clients/{client}/contacts", ("archived", "x")),
    ("/login", ("next",)),
)
LOOKUPS = tuple(one for one in LOOKUPS if not absent(re.findall(r"/(crm_\w+)/", one[0])))
INSIDE = re.compile(r"/(?![/\\])")
FINE = {200, 302, 400, 404, 422}


@pytest.fixture(scope="module", params=chosen_kinds())
def office(request: pytest.FixtureRequest) -> Iterator[House]:
    with open_company(request.param) as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        yield furnish(company)


def look_up(house: House, browser: FlaskClient, address: str, given: dict[str, str]) -> None:
    given = {name: storable(value) for name, value in given.items()}
    method = "POST" if address.endswith((".csv", ".xlsx")) else "GET"
    answer = browser.open(address.format(**house.ids), method=method, query_string=given)
    assert answer.status_code in FINE, (answer.status_code, address, given)
    if answer.mimetype == "text/html":
        assert echoed(answer.text, given.values()) == [], (address, given)
    if answer.status_code == 302:
        assert INSIDE.match(answer.location), (address, given)


@pytest.mark.parametrize(("address", "names"), LOOKUPS, ids=[f"{each[0]}?{each[1][0]}" for each in LOOKUPS])
def test_hostile_addresses_do_no_harm(office: House, address: str, names: tuple[str, ...]) -> None:
    browser = office.browser(office.admin)
    deal = turned if len(names) < 3 else dealt
    for hand in deal(list(OWN), len(names)):
        look_up(office, browser, address, dict(zip(names, hand, strict=True)))


def test_public_lists_in_search_filters_and_reports(house: House, shared: Callable[[str], Path]) -> None:
    strings = public_strings(shared)
    browser = house.browser(house.admin)
    for text in strings:
        look_up(house, browser, "/clients/suggest", {"q": text})
    for text in strings[::6]:
        look_up(house, browser, "/clients/", {"q": text})
    for address, names in LOOKUPS:
        if len(names) > 1:
            for hand in dealt(strings[:: 1 if len(names) > 5 else 12], len(names)):
                look_up(house, browser, address, dict(zip(names, hand, strict=True)))


@pytest.mark.parametrize(
    "number", ["0", "-1", "2147483648", "9223372036854775808", "9" * 60, "1.5", "abc", "%00", "1%27"]
)
def test_absurd_numbers_are_no_records(house: House, number: str) -> None:
    browser = house.browser(house.admin)
    ids = dict.fromkeys(house.ids, 424242)
    real, house.ids = house.ids, ids
    try:
        addresses = {address for method in ("GET", "POST") for rule, address in house.every_address(method)}
    finally:
        house.ids = real
    numbered = [address for address in addresses if "424242" in address]
    assert len(numbered) > 20
    for address in numbered:
        for method in ("GET", "POST"):
            answer = browser.open(address.replace("424242", number), method=method)
            assert answer.status_code in (404, 405), f"{method} {address} {number}: {answer.status_code}"
            assert faults(answer.text) == []


@pytest.mark.parametrize("size", [2_000, 200_000])
def test_endless_searches_are_answered(office: House, size: int) -> None:
    browser = office.browser(office.admin)
    places = [("/clients/", name) for name in ("q", "name", "phone", "at", "go")]
    for address, name in [*places, ("/clients/suggest", "q"), ("/clients/duplicates", "company_name")]:
        for text in ("a", "ž "):
            answer = browser.get(address, query_string={name: (text * size)[:size]})
            assert answer.status_code in FINE, (address, name, text)
            assert len(answer.data) < 8 * size + 100_000


def test_many_parameters_are_answered(office: House) -> None:
    browser = office.browser(office.admin)
    many = [("importance", str(number)) for number in range(5_000)] + [("q", "a"), ("q", "b")]
    assert browser.get("/clients/", query_string=many).status_code == 200
    ids = [("id", str(number)) for number in range(5_000)]
    assert browser.get("/actions/clients/archive", query_string=ids).status_code in (400, 404)
    assert browser.post("/actions/clients/archive", data={"id": [value for _name, value in ids]}).status_code in (
        400,
        404,
    )


@pytest.mark.parametrize(
    "path",
    ["/clients/%ff", "/%c0%ae%c0%ae/", "/clients/1%00", "/reports/%2e%2e/x", "/static/../x", "/%2f%2fevil.example"],
)
def test_broken_addresses_lead_nowhere(house: House, path: str) -> None:
    answer = house.browser(house.admin).get(path)
    assert answer.status_code in (400, 404, 308), path
    if answer.status_code == 308:
        assert "//evil" not in answer.location.removeprefix("http://")


def test_letters_that_are_none(house: House) -> None:
    browser = house.browser(house.admin)
    for query in ("q=%ff%fe", "q=%00", "q=%ed%a0%80", "%ff=1", "q=%", "sort=%c0%af", "at=%ff"):
        assert browser.get(f"/clients/?{query}").status_code in (200, 302, 400), query
    for body in (b"company_name=%ff%fe", b"company_name=\xff\xfe", b"\xff=\xfe", b"%00=%00", b"=&&&=", b"company_name"):
        answer = browser.post("/clients/new", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 400, 422), body
