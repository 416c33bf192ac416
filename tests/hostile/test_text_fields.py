"""Hostile texts in every text field of every form: kept as they are or refused beside the field, and only ever text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from kartoteka.testing.company import Company, open_company
from kartoteka.vocabulary.text import clean_block, clean_line
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.hostile.strings import OWN, dealt, echoed, faults, public_strings, storable, turned
from tests.installed import absent, installed


@dataclass(frozen=True)
class Sheet:
    """A form: its address, its text fields, those of them that take any text, and where they are kept."""

    address: str
    texts: tuple[str, ...]
    free: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    table: str = ""
    usual: dict[str, str] = field(default_factory=dict)


_CLIENT = ("company_name", "surname", "first_name", "registration_code", "vat_code", "personal_code", "phone", "mobile")
_CLIENT += ("fax", "email", "website", "activity", "birth_date", "income", "bank_account", "external_id", "notes")
_CLIENT += ("registered_on", "version")
_NEW = {"kind": "company", "relationship": "existing", "registered_on": "2026-01-05", "accept_duplicates": "y"}
_CONTACT = ("first_name", "surname", "job_title", "phone", "mobile", "email", "birthday", "notes", "version")
_PLACE = ("street", "postcode", "city", "district", "region", "notes", "version")

SHEETS = {
    "client": Sheet("/clients/new", _CLIENT, ("company_name", "activity", "notes"), ("notes",), "core_client", _NEW),
    "client changed": Sheet("/clients/{client}/edit", _CLIENT, usual=_NEW),
    "contact": Sheet(
        "/crm_clients/clients/{client}/contacts/new",
        _CONTACT,
        ("first_name", "surname", "job_title", "notes"),
        ("notes",),
        "crm_clients_contact",
        {"role": "director"},
    ),
    "contact changed": Sheet("/crm_clients/contacts/{contact}/edit", _CONTACT, usual={"role": "director"}),
    "address": Sheet(
        "/crm_clients/clients/{client}/addresses/new",
        _PLACE,
        ("street", "city", "district", "region", "notes"),
        (),
        "crm_clients_address",
        {"kind": "site"},
    ),
    "address changed": Sheet("/crm_clients/addresses/{address}/edit", _PLACE, usual={"kind": "site"}),
    "user": Sheet("/users/new", ("name", "login", "email", "birth_date", "password", "version")),
    "user changed": Sheet("/users/{user}", ("name", "login", "email", "birth_date", "version")),
    "profile": Sheet("/users/me", ("name", "email", "birth_date", "version")),
    "password": Sheet("/users/me/password", ("old_password", "new_password", "again")),
    "department": Sheet("/users/departments", ("name",), ("name",), (), "core_department"),
    "role": Sheet("/access/roles/new", ("title",), ("title",), (), "core_role", {"reach": "own"}),
    "role changed": Sheet("/access/roles/{role}", ("title", "reach", "version")),
    "group": Sheet("/clients/groups", ("name",), ("name",), (), "core_client_group"),
    "share": Sheet("/clients/{client}/shares/new", ("reason", "until", "user")),
    "hand over": Sheet(
        "/actions/crm_clients/hand_over?kind=clients.client&id={client}",
        ("note", "manager", "next"),
        usual={"confirmed": "1"},
    ),
    "document": Sheet(
        "/files/{file}/edit",
        ("title", "kind", "status", "registered_on", "client_number", "keep_until", "note", "version"),
        ("title", "note"),
        ("note",),
        "core_file",
        {"kind": "contract", "registered_on": "2026-01-05"},
    ),
    "sign-in": Sheet("/login", ("login", "password", "next")),
}
SHEETS = {name: one for name, one in SHEETS.items() if not absent(re.findall(r"/(crm_\w+)/", one.address))}
OFFERING = ("client", "client changed", "contact", "address", "user", "profile", "role", "share")
CHOSEN = ("kind", "relationship", "country", "importance", "client_kind", "sex", "group", "manager", "role", "reach")
CHOSEN += ("language", "timezone", "theme", "department_id", "user", "is_main", "accept_duplicates", "take_theirs")


@pytest.fixture
def fresh() -> Iterator[House]:
    """A company of the test's own, in which no name is taken yet."""
    with open_company() as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        yield furnish(company)


@pytest.fixture
def admin(house: House) -> FlaskClient:
    return house.browser(house.admin)


def send(house: House, browser: FlaskClient, sheet: Sheet, values: dict[str, str]) -> int:
    """Send a form; the answer may refuse it beside a field, and holds none of the texts as markup."""
    values = {name: storable(value) for name, value in values.items()}
    answer = browser.post(sheet.address.format(**house.ids), data={**sheet.usual, **values})
    assert answer.status_code in (302, 409, 422, 429), (answer.status_code, values)
    assert echoed(answer.text, values.values()) == [], values
    if answer.status_code == 302:
        assert re.match(r"/(?![/\\])", answer.location), (answer.location, values)
    elif answer.status_code == 422:
        assert names_a_field(answer.text), values
    return answer.status_code


def names_a_field(html: str) -> bool:
    """Say whether something stands beside a field, in the summary above the form, or asks about duplicates."""
    return "k-problem" in html or "alert" in html


def post_all(house: House, browser: FlaskClient, name: str, hands: Iterable[list[str]]) -> int:
    """Send texts in all fields of a form at once."""
    sheet = SHEETS[name]
    return sum(send(house, browser, sheet, dict(zip(sheet.texts, hand, strict=True))) == 302 for hand in hands)


def store(house: House, browser: FlaskClient, name: str, hands: Iterable[list[str]]) -> int:
    """Send texts in the free fields alone; what was taken is in the database as typed, but for what nobody sees."""
    sheet = SHEETS[name]
    columns = ", ".join(sheet.free)
    kept = 0
    for hand in hands:
        values = dict(zip(sheet.free, (storable(one) for one in hand), strict=True))
        if send(house, browser, sheet, values) != 302:
            continue
        with house.company.database.engine.connect() as connection:
            row = connection.execute(sql(f"SELECT {columns} FROM {sheet.table} ORDER BY id DESC LIMIT 1")).one()
        clean = {one: (clean_block if one in sheet.blocks else clean_line) for one in sheet.free}
        assert list(row) == [clean[one](values[one]) for one in sheet.free], values
        kept += 1
    return kept


@pytest.mark.parametrize("name", SHEETS)
def test_hostile_texts_do_no_harm(house: House, admin: FlaskClient, name: str) -> None:
    strings = list(OWN)
    post_all(house, admin, name, turned(strings, len(SHEETS[name].texts)))


@pytest.mark.parametrize("name", [name for name, sheet in SHEETS.items() if sheet.free])
def test_texts_are_kept_as_they_were_typed(fresh: House, name: str) -> None:
    kept = store(fresh, fresh.browser(fresh.admin), name, dealt(list(OWN), len(SHEETS[name].free)))
    assert kept >= len(OWN) / len(SHEETS[name].free) / 2


@pytest.mark.parametrize("name", sorted({"client", "contact", "address"} & SHEETS.keys()))
def test_public_lists_of_hostile_texts_do_no_harm(
    house: House, admin: FlaskClient, name: str, shared: Callable[[str], Path]
) -> None:
    strings = public_strings(shared)
    assert len(strings) > 1_500
    post_all(house, admin, name, dealt(strings, len(SHEETS[name].texts)))
    assert store(house, admin, name, dealt(strings, len(SHEETS[name].free))) > len(strings) / len(SHEETS[name].free) / 2


@pytest.mark.parametrize("name", ["department", "role", "group", "user"])
def test_public_lists_of_hostile_texts_as_names(
    house: House, admin: FlaskClient, name: str, shared: Callable[[str], Path]
) -> None:
    strings = public_strings(shared)[:: 1 if name == "user" else 6]
    post_all(house, admin, name, dealt(strings, len(SHEETS[name].texts)))


def test_what_was_stored_is_only_text_on_every_page(house: House, admin: FlaskClient) -> None:
    """All texts of this file that were taken are there by now: look at the pages that show them."""
    company = house.company
    store(house, admin, "client", dealt(list(OWN), 3))
    for name, many in (("contact", 4), ("address", 5)):
        if name in SHEETS:
            store(house, admin, name, dealt(list(OWN), many))
    pages = ["/users/", "/users/departments", "/access/roles", "/clients/groups", "/clients/new", "/users/new"]
    pages += [f"/{one}/clients/{house.ids['client']}/contacts" for one in installed("crm_clients")]
    pages += [f"/clients/{house.ids['client']}"]
    pages += [f"/clients/{number}{part}" for number in newest(company) for part in ("", "/edit", "/log")]
    pages += [
        f"/clients/{house.ids['client']}/log",
        "/clients/suggest?q=script",
        "/clients/duplicates?company_name=alert",
    ]
    for page in (*pages, *walk(admin, "/clients/")):
        answer = admin.get(page)
        assert answer.status_code == 200, page
        assert faults(answer.text) == [], page
    shown = admin.get("/clients/?q=alert").text
    assert "&lt;" in shown


def newest(company: Company) -> list[int]:
    with company.database.engine.connect() as connection:
        return list(connection.scalars(sql("SELECT id FROM core_client ORDER BY id DESC LIMIT 8")))


def walk(browser: FlaskClient, start: str) -> Iterable[str]:
    """Yield the addresses of all pages of a list."""
    page: str | None = start
    while page:
        yield page
        found = re.search(r'href="([^"]+)" aria-label="Next page"', browser.get(page).text)
        page = found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize("name", [name for name in OFFERING if name in SHEETS])
def test_what_was_not_offered_is_refused(house: House, admin: FlaskClient, name: str) -> None:
    sheet = SHEETS[name]
    page = admin.get(sheet.address.format(**house.ids)).text
    offered = [one for one in CHOSEN if f'name="{one}"' in page]
    assert offered
    for nonsense in ("nonsense", "-1", "0", "99999999999999999999", "1 OR 1=1", "<b>", "1\x00", "", "2147483648"):
        for chosen in offered:
            values = {"company_name": "UAB A", "surname": "A", "name": "A", "title": "A", "city": "A", chosen: nonsense}
            send(house, admin, sheet, values)
