"""The company directory: imported companies are no clients, are found by name and code, and become clients (CL-40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.directory.importing import match_companies, write_companies
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.directory.queries import suggest_companies
from kartoteka.builtin.clients.models import Client
from kartoteka.extension.declarations.importing import ImportRow, ImportRun
from kartoteka.testing.company import Company
from tests.installed import installed

RIGHTS = ("clients.view", "clients.create", "crm_clients.view", "crm_clients.edit")
LINES = [
    {
        "name": "UAB „Žuvėdra“",
        "registration_code": "302 417 553",
        "vat_code": "LT100005041213",
        "street": "Gedimino pr. 1",
        "city": "Vilnius",
        "postcode": "01103",
        "phone": "+370 5 212 3456",
        "email": "info@zuvedra.lt",
        "website": "www.zuvedra.lt",
        "activity": "Fishing",
    },
    {"name": "Ąžuolas, UAB", "registration_code": "110053842", "city": "Kaunas"},
    {"name": "", "registration_code": "1"},
]


class Seen:
    """Remembers what stood on earlier lines, as the importer does."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[int, str]] = {}

    def look(self, name: str, values: Any) -> dict[str, tuple[int, str]]:
        return {value: self.known[name, value] for value in values if (name, value) in self.known}

    def note(self, name: str, found: dict[str, tuple[int, str]]) -> None:
        self.known.update({(name, value): line for value, line in found.items()})


def import_lines(
    company: Company, lines: list[dict[str, str]], key: str = "registration_code", **run: Any
) -> list[str]:
    """Import lines as the importer does and return what became of each."""
    how = ImportRun(seen=Seen(), key=key, source="Register", options={"country": "LT"}, **run)
    rows = [ImportRow(number, cells, cells.get(key, "")) for number, cells in enumerate(lines, start=2)]
    with company.database.transaction(company.system, "Import of register.csv") as session:
        found = match_companies(session, rows, how)
        rows = [ImportRow(row.line, row.cells, row.key, found.get(row.line)) for row in rows]
        return [str(outcome.fate) for outcome in write_companies(session, rows, how)]


def all_of(company: Company, model: type[Any]) -> list[Any]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(model).order_by(model.id)))


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with a directory, once on each database."""
    made = company_on(request.param)
    made.switch(*installed("crm_clients"))
    import_lines(made, LINES)
    return made


@pytest.fixture
def clerk(office: Company) -> Any:
    return office.browser(office.add_user(permissions=RIGHTS, reach="all"))


@pytest.mark.catalogue("CL-40")
def test_companies_of_a_directory_are_no_clients_and_come_again_unchanged(office: Company) -> None:
    assert [one.name for one in all_of(office, DirectoryCompany)] == ["UAB „Žuvėdra“", "Ąžuolas, UAB"]
    assert all_of(office, Client) == []
    assert import_lines(office, LINES) == ["unchanged", "unchanged", "refused"]
    renamed = [{**LINES[1], "name": "Ąžuolynas, UAB"}]
    assert import_lines(office, renamed, dry=True) == ["changed"]
    assert all_of(office, DirectoryCompany)[1].name == "Ąžuolas, UAB"
    assert import_lines(office, renamed) == ["changed"]
    assert all_of(office, DirectoryCompany)[1].name_sort == "azuolynas, uab"


@pytest.mark.parametrize("typed", ["zuved", "ŽUVĖDRA", "302417553", "302 417", "edra"])
def test_companies_are_found_by_name_and_code(office: Company, typed: str) -> None:
    with office.database.reading(office.system) as session:
        assert [row.name for row in suggest_companies(session, typed)] == ["UAB „Žuvėdra“"]
        assert suggest_companies(session, "z") == []


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-40")
def test_a_company_becomes_a_client_with_its_address(office: Company, clerk: Any) -> None:
    page = clerk.get("/clients/directory/?q=zuvedra")
    assert "UAB „Žuvėdra“" in page.text
    assert "Ąžuolas" not in page.text
    assert "Create client" in clerk.get("/clients/directory/1").text
    made = clerk.post("/clients/directory/1/client")
    (client,) = all_of(office, Client)
    assert made.location == f"/clients/{client.id}"
    assert (client.name, client.registration_code, client.vat_code) == (
        "UAB „Žuvėdra“",
        "302 417 553",
        "LT100005041213",
    )
    assert (client.email, client.website, client.activity) == ("info@zuvedra.lt", "www.zuvedra.lt", "Fishing")
    assert client.relationship == "potential"
    from kartoteka_crm_clients.models import Address

    (address,) = all_of(office, Address)
    assert (address.client_id, address.line) == (client.id, "Gedimino pr. 1, 01103 Vilnius")

    again = clerk.post("/clients/directory/1/client")
    assert again.location == f"/clients/{client.id}"
    assert "Open the client" in clerk.get("/clients/directory/1").text
    assert len(all_of(office, Client)) == 1


@pytest.mark.needs_module("crm_clients")
def test_without_the_module_there_is_no_address(office: Company, clerk: Any) -> None:
    from kartoteka_crm_clients.models import Address

    office.switch("crm_clients", on=False)
    assert clerk.post("/clients/directory/1/client").status_code == 302
    assert len(all_of(office, Client)) == 1
    assert all_of(office, Address) == []


@pytest.mark.needs_module("crm_clients")
def test_a_company_that_looks_like_a_client_is_looked_at_first(office: Company, clerk: Any) -> None:
    office.add_client("Žuvėdra", phone="+370 5 212 3456")
    answer = clerk.post("/clients/directory/1/client")
    assert answer.location == "/clients/assistant?company=1"
    page = clerk.get(answer.location).text
    assert 'value="UAB „Žuvėdra“"' in page
    assert 'value="Gedimino pr. 1"' in page
    assert len(all_of(office, Client)) == 1


def test_a_client_out_of_sight_is_not_opened(office: Company) -> None:
    office.add_client("Žuvėdra", registration_code="302417553", country="LT")
    seller = office.browser(office.add_user(permissions=RIGHTS, reach="own"))
    answer = seller.post("/clients/directory/1/client")
    assert answer.location == "/clients/assistant?company=1"
    assert len(all_of(office, Client)) == 1


def test_suggestions_in_the_assistant(office: Company, clerk: Any) -> None:
    found = clerk.get("/clients/directory/suggest?company_name=%C5%BEuv%C4%97").text
    assert "/clients/assistant?company=1" in found
    clerk.post("/clients/directory/1/client")
    assert "client already" in clerk.get("/clients/directory/suggest?registration_code=302417").text
    assert clerk.get("/clients/directory/suggest?company_name=zu", headers={"HX-Request": "true"}).text.strip() == ""


def test_rights(office: Company) -> None:
    reader = office.browser(office.add_user(permissions=("clients.view",), reach="all"))
    assert reader.get("/clients/directory/").status_code == 403
    assert reader.post("/clients/directory/1/client").status_code == 403
    clerk = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    assert clerk.post("/actions/clients/remove_companies", data={"id": "1", "confirmed": "1"}).status_code == 404
    admin = office.browser(office.add_user(permissions=(*RIGHTS, "clients.import_directory"), reach="all"))
    assert admin.post("/actions/clients/remove_companies", data={"id": "1", "confirmed": "1"}).status_code == 302
    assert len(all_of(office, DirectoryCompany)) == 1


@pytest.mark.parametrize("address", ["/clients/directory/999", "/clients/directory/99999999999999"])
def test_there_is_no_such_company(office: Company, clerk: Any, address: str) -> None:
    assert clerk.get(address).status_code == 404
    assert clerk.post(f"{address}/client").status_code == 404
