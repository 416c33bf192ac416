"""Confidential fields of contracts, positions and relations: absent for whoever lacks the right, wherever they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.api.errors import Forbidden
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.rest.service import make_key
from kartoteka.extension.asking import client_notices
from kartoteka.testing.jobs import run_jobs
from kartoteka.testing.pages import crawl
from kartoteka_crm_clients.contracts.fields import CONTRACT
from kartoteka_crm_clients.contracts.service import add_contract, change_contract
from kartoteka_crm_clients.relations.fields import POSITION, RELATION
from kartoteka_crm_clients.relations.service import add_position, add_relation, change_position, change_relation
from kartoteka_crm_clients.service import add_contact

WRITTEN = ("Quincedeal", "Persimmonterms", "Medlarnote", "Loganbond")
MARKED = {CONTRACT: ("title", "terms", "kind_id"), POSITION: ("notes",), RELATION: ("notes",)}
KEPT_FROM = {"access.manage", "users.manage", "access.see_confidential", "access.edit_confidential"}


class Office:
    """A client with a contract, a position and a relation; a clerk who may do all but see what is confidential."""

    def __init__(self, company: Any) -> None:
        self.company = company
        company.switch("crm_clients")
        known = {one.name for one in company.installation.registry.permissions} - KEPT_FROM
        self.clerk_id = company.add_user(permissions=known, reach="all")
        self.reader_id = company.add_user(permissions={*known, "access.see_confidential"}, reach="all")
        self.clerk, self.reader = company.browser(self.clerk_id), company.browser(self.reader_id)
        self.client_id, other = company.add_client("Orchard").id, company.add_client("Bakery").id
        with company.database.transaction(company.system) as session:
            person = add_contact(session, self.client_id, {"surname": "Pomona", "role": "director"}).id
            words = {"title": "Quincedeal", "terms": "Persimmonterms"}
            self.contract_id = add_contract(session, self.client_id, words).id
            held = {"contact_id": person, "notes": "Medlarnote"}
            self.position_id = add_position(session, self.client_id, held).id
            tied = {"related_id": other, "notes": "Loganbond"}
            self.relation_id = add_relation(session, self.client_id, tied).id
        self.places = [
            f"/crm_clients/clients/{self.client_id}/contracts",
            f"/crm_clients/contracts/{self.contract_id}",
            f"/crm_clients/contracts/{self.contract_id}/edit",
            f"/crm_clients/clients/{self.client_id}/related",
            f"/crm_clients/positions/{self.position_id}/edit",
            f"/crm_clients/relations/{self.relation_id}/edit",
            f"/clients/{self.client_id}/log",
            f"/clients/{self.client_id}/timeline",
            "/search/?q=orchard",
        ]

    def mark(self) -> None:
        with self.company.database.transaction(self.company.system) as session:
            for kind, names in MARKED.items():
                mark_fields(session, kind, names)
        run_jobs(self.company)

    def read(self, user_id: int, path: str) -> str:
        with self.company.database.transaction(self.company.system) as session:
            _key, token = make_key(session, title="Website", scopes=("*:read",), user_id=user_id)
        headers = {"Authorization": f"Bearer {token}"}
        return str(self.company.app.test_client().get(path, headers=headers).text)


@pytest.fixture
def office(company: Callable[..., Any]) -> Office:
    return Office(company())


def shown(page: str) -> set[str]:
    return {one for one in WRITTEN if one in page}


@pytest.mark.catalogue("CORE-05", part="contracts, positions and relations")
def test_pages_forms_and_the_search_keep_them_to_those_with_the_right(office: Office) -> None:
    before = {place: shown(office.clerk.get(place).text) for place in office.places}
    assert set().union(*before.values()) == set(WRITTEN)
    assert f"/contracts/{office.contract_id}" in office.clerk.get("/search/?q=quincedeal").text
    office.mark()
    for place in office.places:
        assert not shown(office.clerk.get(place).text), place
        assert place.endswith("/edit") or before[place] <= shown(office.reader.get(place).text), place
    for page in crawl(office.clerk, f"/clients/{office.client_id}", limit=40, alike=2):
        assert not shown(page.text), page.url
        assert page.status < 500, page.url
    assert f"/contracts/{office.contract_id}" not in office.clerk.get("/search/?q=quincedeal").text
    assert f"/contracts/{office.contract_id}" in office.reader.get("/search/?q=quincedeal").text


@pytest.mark.catalogue("CORE-05", part="contracts, positions and relations for programs and in notices")
def test_programs_and_notices_obey_too(office: Office) -> None:
    addresses = [
        f"/api/v1/crm_clients/contracts/{office.contract_id}",
        f"/api/v1/crm_clients/positions/{office.position_id}",
        f"/api/v1/crm_clients/relations/{office.relation_id}",
    ]
    assert all(shown(office.read(office.clerk_id, one)) for one in addresses)
    office.mark()
    assert not any(shown(office.read(office.clerk_id, one)) for one in addresses)
    assert all(shown(office.read(office.reader_id, one)) for one in addresses)
    for user_id, told in ((office.clerk_id, False), (office.reader_id, True)):
        with office.company.database.reading(office.company.actor(user_id)) as session:
            assert bool(client_notices(session, office.client_id, "offer")) is told


@pytest.mark.catalogue("CORE-05", part="contracts, positions and relations are not written without the right")
def test_nobody_writes_what_he_may_not(office: Office) -> None:
    office.mark()
    for user_id in (office.clerk_id, office.reader_id):
        with office.company.database.transaction(office.company.actor(user_id)) as session:
            for change, number, name in (
                (change_contract, office.contract_id, "terms"),
                (change_position, office.position_id, "notes"),
                (change_relation, office.relation_id, "notes"),
            ):
                with pytest.raises(Forbidden):
                    change(session, number, {name: "Other"})
    edit = f"/crm_clients/contracts/{office.contract_id}/edit"
    assert office.clerk.post(edit, data={"number": "S-7", "signed_on": "2026-02-03", "version": "1"}).status_code == 302
    assert "Quincedeal" in office.reader.get(f"/crm_clients/contracts/{office.contract_id}").text
