"""Facts of an inquiry edited where they stand: the pencil, the form in its place, what others saved meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import SOURCES
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse
from tests.modules.crm_inquiries.inquiries.test_pages import typed
from tests.modules.crm_inquiries.inquiries.test_statements import visit

IN_PLACE = {"HX-Request": "true"}
MOST = 12


def path(inquiry_id: int, name: str = "") -> str:
    page = f"/crm_inquiries/inquiries/{inquiry_id}"
    return f"{page}/facts/{name}" if name else page


def stored(house: Any, inquiry_id: int) -> Inquiry:
    with house.reading() as session:
        return session.scalars(select(Inquiry).where(Inquiry.id == inquiry_id)).one()


def pencils(page: str) -> set[str]:
    return set(re.findall(r'<a class="k-edit" href="/crm_inquiries/inquiries/\d+/facts/(\w+)"', page))


@pytest.fixture
def inquiry(house: Any) -> int:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session)
    return house.inquiry(house.client(), value="500")


@pytest.mark.catalogue("IN-01", part="facts are edited where they stand")
@pytest.mark.catalogue("X-30", part="facts of inquiries edited in place")
def test_a_fact_is_edited_in_its_place(house: Any, inquiry: int) -> None:
    assert pencils(house.browser.get(path(inquiry)).text) >= {"subject", "value", "received_at", "source_id", "goods"}
    form = house.browser.get(path(inquiry, "value"), headers=IN_PLACE).text
    assert form.lstrip().startswith('<form class="k-value k-inline-form" id="value-value"')
    assert 'value="500.00"' in form
    assert "<html" not in form
    saved = house.browser.post(
        path(inquiry, "value"), data=typed(form, value="1250,5", currency="usd"), headers=IN_PLACE
    )
    assert saved.status_code == 200
    assert "1,250.50 USD" in saved.text
    assert 'id="k-toasts" hx-swap-oob="true"' in saved.text
    assert "Undo" in saved.text
    found = stored(house, inquiry)
    assert (found.value, found.currency) == (Decimal("1250.50"), "USD")
    shown = house.browser.get(path(inquiry, "value") + "?done=1", headers=IN_PLACE).text
    assert 'id="value-value"' in shown
    assert "<form" not in shown


def test_every_fact_is_saved_without_javascript(house: Any, inquiry: int) -> None:
    with house.reading() as session:
        source = session.scalars(select(DirectoryEntry.id).where(DirectoryEntry.directory == SOURCES).limit(1)).one()
    given = {
        "subject": "A roof",
        "description": "Red tiles",
        "goods": "goods",
        "client_number": "K-7",
        "source_id": str(source),
        "expected_on": "2027-05-03",
        "received_at": "2026-11-02T10:15",
        "manager_id": str(house.other_id),
    }
    for name, value in given.items():
        page = house.browser.get(path(inquiry, name)).text
        assert "<html" in page, name
        answer = house.browser.post(path(inquiry, name), data=typed(page, **{name: value}))
        assert (answer.status_code, answer.location) == (302, path(inquiry)), name
    found = stored(house, inquiry)
    assert (found.subject, found.description, found.goods, found.client_number) == (
        "A roof",
        "Red tiles",
        "goods",
        "K-7",
    )
    assert (found.source_id, str(found.expected_on), found.manager_id) == (source, "2027-05-03", house.other_id)
    shown = house.browser.get(path(inquiry)).text
    for text in ("A roof", "Red tiles", "K-7", "Petras Petraitis"):
        assert text in shown


def test_what_somebody_else_saved_meanwhile_is_shown_beside(house: Any, inquiry: int) -> None:
    mine = typed(house.browser.get(path(inquiry, "subject"), headers=IN_PLACE).text, subject="Mine")
    other = house.company.browser(house.company.add_user(permissions=RIGHTS, reach="all", login="jonas"))
    theirs = typed(other.get(path(inquiry, "subject")).text, subject="Theirs")
    assert other.post(path(inquiry, "subject"), data=theirs).status_code == 302
    answer = house.browser.post(path(inquiry, "subject"), data=mine, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert stored(house, inquiry).subject == "Theirs"
    again = typed(answer.text, subject="Mine")
    assert house.browser.post(path(inquiry, "subject"), data=again, headers=IN_PLACE).status_code == 200
    assert stored(house, inquiry).subject == "Mine"


def test_refused_input_stays_in_its_place(house: Any, inquiry: int) -> None:
    for name, value, said in (
        ("subject", "", "Fill this in."),
        ("value", "much", "number"),
        ("received_at", "", "Fill this in."),
    ):
        sent = typed(house.browser.get(path(inquiry, name), headers=IN_PLACE).text, **{name: value})
        answer = house.browser.post(path(inquiry, name), data=sent, headers=IN_PLACE)
        assert (answer.status_code, said in answer.text) == (422, True), name
    assert stored(house, inquiry).subject == "Website"


def test_only_facts_of_the_sort_and_of_the_right_have_a_pencil(house: InquiryHouse, inquiry: int) -> None:
    for name in ("link", "published_on", "to_production", "currency", "state", "number", "facts", "__doc__"):
        assert house.browser.get(path(inquiry, name)).status_code == 404, name
    tender = house.inquiry(
        house.client("UAB Konkursas"), sort="tender", link="https://example.com/t", deadline=utc_now() + timedelta(9)
    )
    page = house.browser.get(path(tender)).text
    assert {"link", "published_on", "deadline"} <= pencils(page)
    assert 'href="https://example.com/t" rel="noopener noreferrer" target="_blank"' in page
    few = tuple(one for one in RIGHTS if one != "crm_inquiries.assign")
    seller = house.company.add_user(permissions=few, login="seller")
    own = house.inquiry(house.client("UAB Sava", owner=seller), by=seller)
    browser = house.company.browser(seller)
    assert "manager_id" not in pencils(browser.get(path(own)).text)
    assert browser.get(path(own, "manager_id")).status_code == 404
    reader = house.company.add_user(permissions=("crm_inquiries.view", "clients.view"), reach="all")
    browser = house.company.browser(reader)
    assert pencils(browser.get(path(inquiry)).text) == set()
    assert browser.get(path(inquiry, "subject")).status_code == 403


@pytest.mark.needs_module("crm_clients")
def test_the_contact_person_is_chosen_in_its_place(company: Any) -> None:
    from kartoteka_crm_clients.service import add_contact

    house = InquiryHouse(company(modules=["crm_clients", "crm_inquiries"]))
    client_id = house.client()
    inquiry_id = house.inquiry(client_id)
    with house.company.database.transaction(house.company.system) as session:
        contact = add_contact(
            session, client_id, {"surname": "Jonaitis", "first_name": "Jonas", "phone": "+37061234567"}
        )
        ref = f"crm_clients.contact:{contact.id}"
    boss = house.company.browser(house.company.add_user("administrator"))
    form = boss.get(path(inquiry_id, "person"), headers=IN_PLACE).text
    saved = boss.post(path(inquiry_id, "person"), data=typed(form, person=ref), headers=IN_PLACE)
    assert "Jonaitis" in saved.text
    assert 'href="tel:' in saved.text


@pytest.mark.parametrize("name", ["subject", "source_id", "manager_id"])
def test_editing_in_place_keeps_its_budget(house: Any, inquiry: int, name: str) -> None:
    heard = visit(house, path(inquiry, name))
    assert len(heard) <= MOST, "\n\n".join(heard)
