"""Confidential fields of contacts and addresses: absent for whoever lacks the right, wherever they would show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import find, utc_now
from kartoteka.api.errors import Forbidden
from kartoteka.api.records import RecordRef
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.jobs import run_jobs
from kartoteka.testing.pages import crawl
from kartoteka_crm_clients import service
from kartoteka_crm_clients.documents import build_client_sheet
from kartoteka_crm_clients.fields import ADDRESS, CONTACT
from kartoteka_crm_clients.models import Contact

CONTACT_SECRETS = {
    "job_title": "Quincebuyer",
    "phone": "+370 612 77771",
    "mobile": "+370 612 77772",
    "email": "quince@secret.example",
    "notes": "Pays late since persimmon",
}
ADDRESS_SECRETS = {
    "street": "Medlar street 7",
    "postcode": "LT-77773",
    "city": "Loganberrytown",
    "notes": "Damson door",
}
WRITTEN = ("Quincebuyer", "77771", "77772", "quince@", "persimmon", "Medlar", "77773", "Loganberry", "Damson")
MARKED = {CONTACT: (*CONTACT_SECRETS, "birthday"), ADDRESS: (*ADDRESS_SECRETS, "region", "district")}
KEPT_FROM = {"access.manage", "users.manage", "access.see_confidential", "access.edit_confidential"}


class Office:
    """A client with a contact and an address, a clerk who may do everything else, and who sees what is confidential."""

    def __init__(self, company: Any) -> None:
        self.company = company
        company.switch("crm_clients")
        known = {one.name for one in company.installation.registry.permissions} - KEPT_FROM
        self.clerk_id = company.add_user(permissions=known, reach="all")
        self.clerk = company.browser(self.clerk_id)
        self.reader_id = company.add_user(permissions={*known, "access.see_confidential"}, reach="all")
        self.reader = company.browser(self.reader_id)
        self.client_id = company.add_client("Orchard").id
        soon = utc_now().date().replace(year=1970) + timedelta(days=1)
        with company.database.transaction(company.system) as session:
            values = {"surname": "Pomona", "role": "director", "birthday": soon, **CONTACT_SECRETS}
            self.contact_id = service.add_contact(session, self.client_id, values).id
            self.address_id = service.add_address(session, self.client_id, dict(ADDRESS_SECRETS)).id

    def mark(self) -> None:
        with self.company.database.transaction(self.company.system) as session:
            for kind, names in MARKED.items():
                mark_fields(session, kind, names)

    def token(self, user_id: int) -> dict[str, str]:
        with self.company.database.transaction(self.company.system) as session:
            scopes = ("*:read", "*:create", "*:change")
            _key, token = make_key(session, title="Website", scopes=scopes, user_id=user_id)
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def office(company: Callable[..., Any]) -> Office:
    return Office(company())


def shown(page: str) -> list[str]:
    return [one for one in WRITTEN if one in page]


@pytest.mark.catalogue("CORE-05")
def test_contacts_and_addresses_keep_what_is_confidential_from_pages_lists_and_exports(office: Office) -> None:
    client, contact, address = office.client_id, office.contact_id, office.address_id
    columns = {"order": ["name", "crm_clients.city", "crm_clients.address"], "do": "save"}
    places = [
        f"/clients/{client}",
        f"/crm_clients/clients/{client}/contacts",
        f"/crm_clients/contacts/{contact}",
        f"/crm_clients/contacts/{contact}/edit",
        f"/crm_clients/addresses/{address}/edit",
        "/clients/",
        "/clients/columns",
        f"/clients/{client}/log",
        f"/clients/{client}/timeline",
        "/search/?q=pomona",
    ]
    for browser in (office.clerk, office.reader):
        browser.post("/clients/columns", data={**columns, "shown": columns["order"]})
    before = {place: set(shown(office.clerk.get(place).text)) for place in places}
    assert set().union(*before.values()) == set(WRITTEN)
    office.mark()
    run_jobs(office.company)
    for place in places:
        assert not shown(office.clerk.get(place).text), place
        # Who may read but not write has no such inputs.
        assert place.endswith("/edit") or before[place] <= set(shown(office.reader.get(place).text)), place
    export = {"format": "csv", "columns": "all"}
    assert not shown(office.clerk.post("/clients/export", data=export).text)
    assert "Loganberry" in office.reader.post("/clients/export", data=export).text
    for page in crawl(office.clerk, f"/clients/{client}", limit=60, alike=2):
        assert not shown(page.text), page.url
        assert page.status < 500, page.url


@pytest.mark.catalogue("CORE-05")
def test_lists_do_not_filter_and_search_does_not_find_by_them(office: Office) -> None:
    office.company.add_client("Bakery")
    assert "Bakery" not in office.clerk.get("/clients/?crm_clients.city=logan").text
    assert "Bakery" not in office.clerk.get("/clients/?crm_clients.birthday=7").text
    assert "Orchard" in office.clerk.get("/clients/?q=77772").text
    office.mark()
    run_jobs(office.company)
    assert "Bakery" in office.clerk.get("/clients/?crm_clients.city=logan").text
    assert "Orchard" not in office.clerk.get("/clients/?crm_clients.birthday=7").text
    assert "Bakery" not in office.reader.get("/clients/?crm_clients.city=logan").text
    assert "Orchard" in office.reader.get("/clients/?crm_clients.birthday=7").text
    for asked in ("77772", "quince", "medlar", "loganberrytown"):
        for place in ("/clients/", "/search/", "/search/palette", "/clients/suggest"):
            assert "Orchard" not in office.clerk.get(place, query_string={"q": asked}).text, (place, asked)
            assert "Orchard" in office.reader.get(place, query_string={"q": asked}).text, (place, asked)


@pytest.mark.catalogue("CORE-05")
def test_programs_documents_and_reports_obey_too(office: Office) -> None:
    program, clerk, reader = (
        office.company.app.test_client(),
        office.token(office.clerk_id),
        office.token(office.reader_id),
    )
    addresses = [
        f"/api/v1/crm_clients/contacts/{office.contact_id}",
        f"/api/v1/crm_clients/addresses/{office.address_id}",
    ]
    assert all(shown(program.get(one, headers=clerk).text) for one in addresses)
    office.mark()
    run_jobs(office.company)
    for one in [*addresses, "/api/v1/crm_clients/contacts", "/api/v1/crm_clients/contacts?email=quince@secret.example"]:
        assert not shown(program.get(one, headers=clerk).text), one
    assert all(shown(program.get(one, headers=reader).text) for one in addresses)
    program.patch(addresses[0], json={"notes": "gone", "email": "other@example.com"}, headers=clerk)
    record = RecordRef(CLIENT_KIND, office.client_id)
    for user_id, wanted in ((office.clerk_id, False), (office.reader_id, True)):
        with office.company.database.reading(office.company.actor(user_id)) as session:
            assert bool(shown(str(build_client_sheet(session, record)))) is wanted
            assert find(session, Contact, office.contact_id).notes == CONTACT_SECRETS["notes"]
    report = f"/reports/crm_clients/birthdays?since={utc_now().date().isoformat()}&days=30"
    assert "Pomona" not in office.clerk.get(report).text
    assert "Pomona" in office.reader.get(report).text


@pytest.mark.catalogue("CORE-05")
def test_whoever_may_not_write_them_saves_the_rest_and_overwrites_nothing(office: Office) -> None:
    office.mark()
    page = office.clerk.get(f"/crm_clients/contacts/{office.contact_id}/edit").text
    assert 'name="email"' not in page
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    data = {"first_name": "Vita", "surname": "Pomona", "role": "other", "country": "LT", "email": "x@example.com"}
    data["version"] = version[1] if version else ""
    assert office.clerk.post(f"/crm_clients/contacts/{office.contact_id}/edit", data=data).status_code == 302
    new = office.clerk.post(f"/crm_clients/clients/{office.client_id}/contacts/new", data={**data, "surname": "Ash"})
    assert new.status_code == 302
    with office.company.database.reading(office.company.system) as session:
        contact = find(session, Contact, office.contact_id)
        assert (contact.first_name, contact.email, contact.notes) == (
            "Vita",
            CONTACT_SECRETS["email"],
            CONTACT_SECRETS["notes"],
        )
    actor = office.company.actor(office.clerk_id)
    for kind, record_id, values in (
        (CONTACT, office.contact_id, {"email": ""}),
        (ADDRESS, office.address_id, {"street": "A"}),
    ):
        change = service.change_contact if kind == CONTACT else service.change_address
        with pytest.raises(Forbidden), office.company.database.transaction(actor) as session:
            change(session, record_id, values)
