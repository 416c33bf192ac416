"""Contracts: number, days, kind, terms, file; terms of valid ones are shown where something is made for the client."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.clients import client_notices
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.web import today
from kartoteka_crm_clients.contracts.fields import KINDS_OF_CONTRACTS
from kartoteka_crm_clients.contracts.models import Contract
from kartoteka_crm_clients.contracts.rules import terms_of
from kartoteka_crm_clients.contracts.service import add_contract

FILED = ("files.view", "files.add", "documents.view")


@pytest.fixture
def clerk(house: Any) -> Any:
    """Return the browser of somebody who may also file documents and make them."""
    rights = ("clients.view", "crm_clients.view", "crm_clients.view_contracts", "crm_clients.edit_contracts", *FILED)
    return house.company.browser(house.company.add_user(permissions=rights, reach="all", login="clerk"))


def contracts(house: Any) -> list[Contract]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Contract).order_by(Contract.id)))


def make(house: Any, client_id: int, **values: Any) -> int:
    with house.writing() as session:
        return add_contract(session, client_id, values).id


@pytest.mark.catalogue("CL-14")
def test_a_contract_has_number_days_kind_terms_and_file(house: Any, clerk: Any) -> None:
    client_id = house.client()
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [KINDS_OF_CONTRACTS])
        service_kind = session.scalars(select(DirectoryEntry.id).where(DirectoryEntry.code == "service")).one()
    data = {
        "number": "",
        "title": "Maintenance",
        "kind_id": service_kind,
        "signed_on": "2026-01-10",
        "since": "2026-01-15",
        "until": "",
        "terms": "- On site within 24 hours\n- Two free inspections",
    }
    answer = clerk.post(f"/crm_clients/clients/{client_id}/contracts/new", data=data)
    contract = contracts(house)[0]
    assert (answer.status_code, answer.location) == (302, f"/crm_clients/contracts/{contract.id}")
    assert contract.number == "S2026-001"
    file = {"file": (BytesIO(b"signed"), "contract.pdf")}
    path = f"/crm_clients/contracts/{contract.id}/file"
    assert clerk.post(path, data=file, content_type="multipart/form-data").status_code == 302
    page, tab = clerk.get(answer.location).text, clerk.get(f"/crm_clients/clients/{client_id}/contracts").text
    for shown in (page, tab):
        assert "S2026-001" in shown
        assert "Service" in shown
        assert "On site within 24 hours" in shown
    assert ">contract<" in page.replace(" contract<", ">contract<")
    assert 'Contracts <span class="k-tab-count">1</span>' in tab


@pytest.mark.catalogue("CL-14")
def test_terms_of_a_valid_contract_are_shown_before_a_document_is_made(house: Any, clerk: Any) -> None:
    client_id, day = house.client(), today()
    make(house, client_id, number="VALID", since=day - timedelta(days=9), until=day, terms="Discount 5 %")
    make(house, client_id, number="OLD", until=day - timedelta(days=2), terms="Discount 90 %")
    make(house, client_id, number="NEXT", since=day + timedelta(days=2), terms="Discount 40 %")
    page = clerk.get(f"/documents/new/crm_clients/client_sheet?record=clients.client:{client_id}")
    assert page.status_code == 200
    assert "Contract VALID" in page.text
    assert "Discount 5 %" in page.text
    assert "Discount 90 %" not in page.text
    assert "Discount 40 %" not in page.text


def test_modules_ask_for_notices_and_rights_hold(house: Any) -> None:
    client_id = house.client()
    make(house, client_id, number="K1", terms="Pay within 14 days")
    with house.reading() as session:
        (notice,) = client_notices(session, client_id, "crm_orders.order")
    assert notice.lines == ("Pay within 14 days",)
    viewer = house.company.actor(house.company.add_user(permissions=["clients.view"], reach="all"))
    with house.company.database.reading(viewer) as session:
        assert client_notices(session, client_id, "crm_orders.order") == []


def test_a_contract_is_changed_put_away_and_brought_back(house: Any) -> None:
    client_id = house.client()
    contract_id = make(house, client_id, number="K1", signed_on=date(2026, 1, 1))
    path = f"/crm_clients/contracts/{contract_id}"
    data = {"number": "K2", "signed_on": "2026-01-01", "terms": "New", "version": "1"}
    assert house.browser.post(f"{path}/edit", data=data).status_code == 302
    assert contracts(house)[0].number == "K2"
    assert house.browser.post(f"{path}/archive").status_code == 302
    tab = f"/crm_clients/clients/{client_id}/contracts"
    house.browser.get(tab)
    assert "K2" not in house.browser.get(tab).text
    assert "K2" in house.browser.get(f"{tab}?archived=1").text
    assert house.browser.post(f"{path}/restore").status_code == 302
    assert "K2" in house.browser.get(tab).text


def test_wrong_values_stand_beside_their_fields(house: Any) -> None:
    path = f"/crm_clients/clients/{house.client()}/contracts/new"
    wrong = {"signed_on": "2026-01-01", "since": "2026-05-01", "until": "2026-04-01"}
    answer = house.browser.post(path, data=wrong)
    assert answer.status_code == 422
    assert "before the first one" in answer.text
    assert house.browser.post(path, data={"signed_on": ""}).status_code == 422
    assert house.browser.post(path, data={"signed_on": "2026-01-01", "kind_id": "999999"}).status_code == 422
    assert contracts(house) == []


def test_contracts_of_clients_out_of_sight_are_not_there(house: Any) -> None:
    client_id = house.client(owner=house.other_id)
    with house.company.database.transaction(house.company.system) as session:
        contract_id = add_contract(session, client_id, {"number": "X"}).id
    for path in (f"contracts/{contract_id}", f"contracts/{contract_id}/edit", f"clients/{client_id}/contracts"):
        assert house.browser.get(f"/crm_clients/{path}").status_code == 404, path
    assert house.browser.post(f"/crm_clients/contracts/{contract_id}/archive").status_code == 404


def test_each_line_is_a_term() -> None:
    assert terms_of(" - One\n\n• Two \n– \nThree") == ["One", "Two", "Three"]
