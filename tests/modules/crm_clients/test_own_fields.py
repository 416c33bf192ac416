"""Fields that a company adds to contacts, addresses and contracts stand wherever those of clients stand (X-01)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from kartoteka.api.clients import create_client
from kartoteka.api.declare import ImportRow, ImportRun
from kartoteka.api.errors import Forbidden, InvalidInput
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.custom_fields.queries import MANAGE
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.builtin.files.models import File
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka.db.session import find, use_workplace
from kartoteka.extension.importing import SeenHere
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients import service
from kartoteka_crm_clients.contracts.service import add_contract
from kartoteka_crm_clients.documents import build_client_sheet
from kartoteka_crm_clients.importing import CONTACTS
from kartoteka_crm_clients.models import Contact

CONTACT, ADDRESS, CONTRACT = "crm_clients.contact", "crm_clients.address", "crm_clients.contract"
FIELDS: tuple[tuple[str, dict[str, Any]], ...] = (
    (CONTACT, {"type": "line", "title": "Favourite cake", "searchable": True}),
    (CONTACT, {"type": "integer", "title": "Shoe size"}),
    (CONTACT, {"type": "date", "title": "Met on"}),
    (CONTACT, {"type": "choice", "title": "Speaks", "choices": "Lithuanian\nUkrainian"}),
    (CONTACT, {"type": "choices", "title": "Days in", "choices": "Monday\nFriday"}),
    (CONTACT, {"type": "record", "title": "Worked before at"}),
    (CONTACT, {"type": "line", "title": "Salary", "confidential": True}),
    (ADDRESS, {"type": "line", "title": "Gate code"}),
    (CONTRACT, {"type": "money", "title": "Deposit", "currency": "eur"}),
    (CONTACT, {"type": "file", "title": "Letter of authority"}),
    (CONTRACT, {"type": "file", "title": "Scan"}),
)
RIGHTS = (
    *("clients.view", "clients.create", "clients.edit", "clients.export", "clients.merge", "crm_clients.view"),
    *("crm_clients.edit", "crm_clients.view_contracts", "crm_clients.edit_contracts", "importing.use", MANAGE),
    *("files.view", "files.add"),
)
TYPED = {
    "x_favourite_cake": "Šakotis",
    "x_shoe_size": "38",
    "x_met_on": "2026-03-01",
    "x_speaks": "ukrainian",
    "x_days_in": ["monday", "friday"],
}
STORED = {**TYPED, "x_shoe_size": 38, "x_days_in": "monday|friday"}


class Office:
    """A company whose administrator has added fields, and his browser."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.user_id = company.add_user(permissions=RIGHTS, reach="all")
        self.browser = company.browser(self.user_id)
        with self.working() as session:
            for kind, values in FIELDS:
                add_field(session, kind, values)
            self.client = create_client(session, {"name": "UAB Žuvėdra", "country": "LT"}).id
            self.other = create_client(session, {"name": "UAB Vilnis", "country": "LT"}).id

    @contextmanager
    def working(self) -> Iterator[Any]:
        actor = self.company.actor(self.user_id)
        with use_workplace(self.company.database, actor), self.company.database.transaction(actor) as session:
            yield session

    def contact(self, **values: Any) -> int:
        with self.working() as session:
            return service.add_contact(session, self.client, {"surname": "Onaitė", **values}).id

    def stored(self, contact_id: int) -> dict[str, Any]:
        with self.working() as session:
            return dict(find(session, Contact, contact_id).custom_values)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Office:
    return Office(company_on(request.param, modules=["crm_clients"]))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.catalogue("X-01", part="on contacts: form and page")
def test_what_is_typed_into_the_form_of_a_contact_stands_on_its_page(office: Office) -> None:
    url = f"/crm_clients/clients/{office.client}/contacts/new"
    form = office.browser.get(url).text
    assert "Custom fields" in form
    assert 'name="x_salary"' not in form, "it is confidential"
    data = {"surname": "Onaitė", "role": "other", **TYPED, "x_worked_before_at": "UAB Vilnis"}
    answer = office.browser.post(url, data=data)
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    assert office.stored(1) == {**STORED, "x_worked_before_at": office.other}
    page = text_of(office.browser.get("/crm_clients/contacts/1").text)
    for shown in ("Favourite cake Šakotis", "Shoe size 38", "Met on 1 Mar 2026", "Speaks Ukrainian", "Monday, Friday"):
        assert shown in page, shown
    assert "Worked before at UAB Vilnis" in page
    edited = office.browser.get("/crm_clients/contacts/1/edit").text
    assert 'value="2026-03-01"' in edited
    assert 'value="K00002"' in edited
    wrong = office.browser.post(url, data={**data, "x_shoe_size": "big", "x_worked_before_at": "Nobody"})
    assert wrong.status_code == 422
    assert "Write a number here." in wrong.text


@pytest.mark.catalogue("X-01", part="on contacts: list, filter, export")
def test_contacts_are_listed_filtered_and_exported_by_them(office: Office) -> None:
    office.contact(first_name="Ona", x_shoe_size=38, x_speaks="ukrainian", x_worked_before_at=office.other)
    office.contact(surname="Petraitis", x_shoe_size=45)

    def found(query: str) -> list[str]:
        return re.findall(r'<a id="r\d+"[^>]*>([^<]+)</a>', office.browser.get(f"/crm_clients/contacts/?{query}").text)

    assert found("") == ["Ona Onaitė", "Petraitis"]
    assert found("sort=-x_shoe_size") == ["Petraitis", "Ona Onaitė"]
    assert found("x_shoe_size.from=40") == ["Petraitis"]
    assert found("x_speaks=ukrainian") == ["Ona Onaitė"]
    assert found("client=vilnis") == []
    assert found("client=zuvedra&q=onaite") == ["Ona Onaitė"]
    answer = office.browser.post(
        "/crm_clients/contacts/export?x_speaks=ukrainian", data={"format": "csv", "columns": "all"}
    )
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert (row["Full name"], row["Client"], row["Shoe size"]) == ("Ona Onaitė", "UAB Žuvėdra", "38")
    assert (row["Speaks"], row["Worked before at"]) == ("Ukrainian", "UAB Vilnis")
    assert "Salary" not in row


@pytest.mark.catalogue("X-01", part="on contacts: import")
def test_files_bring_them(office: Office) -> None:
    known = office.contact(x_shoe_size=36)
    cells = {"client_name": "UAB Žuvėdra", "surname": "Onaitė", "x_shoe_size": "38", "x_speaks": "Ukrainian"}
    new = {"client_name": "UAB Žuvėdra", "surname": "Jonaitė", "x_shoe_size": "40", "x_worked_before_at": "UAB Vilnis"}
    wrong = {**new, "surname": "Rasaitė", "x_shoe_size": "big", "x_worked_before_at": "Nobody"}
    with office.working() as session:
        run = ImportRun(seen=SeenHere(), key="name")
        rows = [ImportRow(line, dict(one)) for line, one in enumerate((cells, new, wrong), 1)]
        there = CONTACTS.match(session, rows, run)
        outcomes = CONTACTS.write(session, [replace(row, record_id=there.get(row.line)) for row in rows], run)
    assert [one.fate for one in outcomes] == ["changed", "created", "refused"]
    assert set(outcomes[2].errors) == {"x_shoe_size", "x_worked_before_at"}
    assert office.stored(known) == {"x_shoe_size": 38, "x_speaks": "ukrainian"}
    assert office.stored(outcomes[1].record_id) == {"x_shoe_size": 40, "x_worked_before_at": office.other}


@pytest.mark.catalogue("X-01", part="on contacts: API")
def test_programs_read_and_write_them(office: Office) -> None:
    with office.company.database.transaction(office.company.system) as session:
        _key, token = make_key(session, title="Shop", scopes=("*:read", "*:create", "*:change"), user_id=office.user_id)
    head, program = {"Authorization": f"Bearer {token}"}, office.company.app.test_client()
    content = {"client": office.client, "surname": "Onaitė", "x_shoe_size": 38, "x_days_in": ["friday"]}
    made = program.post("/api/v1/crm_clients/contacts", json=content, headers=head)
    assert made.status_code == 201, made.json
    assert (made.json["x_shoe_size"], made.json["x_days_in"]) == (38, ["friday"])
    assert "x_salary" not in made.json
    found = program.get("/api/v1/crm_clients/contacts?x_shoe_size=38", headers=head).json["items"]
    assert [one["id"] for one in found] == [made.json["id"]]
    wrong = program.post("/api/v1/crm_clients/contacts", json={**content, "x_shoe_size": "big"}, headers=head)
    assert wrong.status_code == 422
    assert "x_shoe_size" in str(wrong.json)


@pytest.mark.catalogue("X-01", part="on contacts: print")
def test_they_are_printed(office: Office) -> None:
    from kartoteka.api.records import RecordRef

    office.contact(x_favourite_cake="Šakotis")
    with office.working() as session:
        sheet = build_client_sheet(session, RecordRef("clients.client", office.client))
    assert sheet.data["contacts"][0]["own"] == ["Favourite cake: Šakotis"]
    made = office.browser.post(
        "/documents/new/crm_clients/client_sheet", data={"record": f"clients.client:{office.client}"}
    )
    assert made.status_code in (302, 403)


def test_they_are_searched_undone_merged_and_erased(office: Office) -> None:
    linked = office.contact(x_favourite_cake="Tinginys", x_worked_before_at=office.other)
    assert "Onaitė" in office.browser.get("/crm_clients/contacts/?q=tinginys").text
    with office.working() as session:
        service.change_contact(session, linked, {"x_favourite_cake": "Skruzdėlynas"})
        operation = operation_of(session)
    with office.company.database.transaction(office.company.system) as session:
        undo_operation(session, operation)
    assert office.stored(linked)["x_favourite_cake"] == "Tinginys"
    with office.working() as session:
        third = create_client(session, {"name": "UAB Trečia"}).id
    with office.working() as session:
        merge_clients(session, third, [office.other], {})
    assert office.stored(linked)["x_worked_before_at"] == third
    from kartoteka.builtin.custom_fields.service import erase_values

    with office.company.database.transaction(office.company.system) as session:
        erase_values(session, [office.client])
    assert office.stored(linked) == {}


def test_confidential_ones_are_kept_from_those_without_the_right(office: Office) -> None:
    with office.company.database.transaction(office.company.system) as session, pytest.raises(InvalidInput):
        service.add_contact(session, office.client, {"surname": "Onaitė", "x_nothing": "1"})
    with pytest.raises(Forbidden), office.working() as session:
        service.add_contact(session, office.client, {"surname": "Onaitė", "x_salary": "plenty"})
    with office.working() as session:
        contact = Contact(client_id=office.client, surname="Slapta", custom_values={"x_salary": "a fortune"})
        session.add(contact)
        session.flush()
        secret = contact.id
    for page in (f"/crm_clients/contacts/{secret}", f"/crm_clients/clients/{office.client}/contacts"):
        shown = office.browser.get(page).text
        assert "Slapta" in shown
        assert "a fortune" not in shown, page


@pytest.mark.catalogue("X-01", part="on addresses and contracts")
def test_addresses_and_contracts_have_them_too(office: Office) -> None:
    place = {"kind": "legal", "city": "Vilnius", "country": "LT", "x_gate_code": "12#"}
    answer = office.browser.post(f"/crm_clients/clients/{office.client}/addresses/new", data=place)
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    assert 'value="12#"' in office.browser.get("/crm_clients/addresses/1/edit").text
    assert "12#" in office.browser.get(f"/crm_clients/clients/{office.client}/contacts").text
    url = f"/crm_clients/clients/{office.client}/contracts/new"
    answer = office.browser.post(url, data={"signed_on": "2026-03-01", "x_deposit": "1 500,5"})
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    assert "1,500.50" in office.browser.get(answer.location).text
    with pytest.raises(InvalidInput) as caught, office.working() as session:
        add_contract(session, office.client, {"x_deposit": "much"})
    assert list(caught.value.errors) == ["x_deposit"]


@pytest.mark.catalogue("X-01", part="a file on contacts and contracts")
def test_contacts_and_contracts_hold_files(office: Office) -> None:
    start = f"/crm_clients/clients/{office.client}"

    def send(address: str, name: str, **values: Any) -> Any:
        data = {**values, name: (io.BytesIO(b"she may sign"), "Letter.txt")}
        return office.browser.post(address, data=data, content_type="multipart/form-data")

    assert 'enctype="multipart/form-data"' in office.browser.get(f"{start}/contacts/new").text
    answer = send(f"{start}/contacts/new", "x_letter_of_authority", surname="Onaitė", role="other")
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    first = office.stored(1)["x_letter_of_authority"]
    with office.working() as session:
        file = find(session, File, first)
        assert (file.client_id, str(file.about)) == (office.client, f"{CONTACT}:1")
    assert f'href="/files/{first}">Letter.txt</a>' in office.browser.get("/crm_clients/contacts/1").text
    assert "Letter.txt" in office.browser.get("/crm_clients/contacts/1/edit").text
    answer = send("/crm_clients/contacts/1/edit", "x_letter_of_authority", surname="Jonaitė", role="other", version="1")
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    assert office.stored(1)["x_letter_of_authority"] != first
    answer = send(f"{start}/contracts/new", "x_scan", signed_on="2026-03-01")
    assert answer.status_code == 302, text_of(answer.text)[:2000]
    assert "Letter.txt</a>" in office.browser.get(answer.location).text
    with pytest.raises(InvalidInput) as caught, office.working() as session:
        add_contract(session, office.other, {"x_scan": first})
    assert list(caught.value.errors) == ["x_scan"]
