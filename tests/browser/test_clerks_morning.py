"""A clerk's morning: a half-remembered client is found, mended, signed for, merged, parted again and looked back at.

Everything is done as people do it: pages in a browser, and the contract saved by a program into the client's folder.
"""

from __future__ import annotations

import base64
import re
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import insert_rows
from kartoteka.demo_company import PASSWORD
from tests.browser.offices import Office

NAME, TWIN, TYPO = "UAB „Ąžuolyno stogai“", "Azuolyno Stogai, UAB", "azuolino stogai"
OLD_PHONE, NEW_PHONE = "+370 5 212 3401", "+370 612 34567"
SIGNATORY = "Kazlauskaitė Austėja"


@dataclass(frozen=True)
class Roofers:
    """A client with a past, and the one that was entered a second time."""

    id: int
    number: str
    twin_id: int


@pytest.fixture
def roofers(office: Office) -> Roofers:
    """A client of two months, renamed and moved ten days ago, and its twin with a contact of its own."""
    database, system = office.company.database, office.company.system
    with at_moment(utc_now() - timedelta(days=60)), database.transaction(system) as session:
        rasa = session.scalar(select(User.id).where(User.login == "rasa"))
        values = {"company_name": "Senieji stogai", "phone": OLD_PHONE, "registration_code": "304567893"}
        client = create_client(session, {**values, "manager_id": rasa})
        create_client(session, {"kind": "person", "first_name": "Austėja", "surname": "Kazlauskaitė"})
        made = client.id, client.number
    with at_moment(utc_now() - timedelta(days=10)), database.transaction(system) as session:
        change_client(session, made[0], {"company_name": NAME})
    with database.transaction(system) as session:
        twin = create_client(session, {"company_name": TWIN, "email": "info@stogai.lt", "manager_id": rasa})
        twin_id = twin.id
        insert_rows(
            session, "crm_clients_contact", [{"client_id": twin_id, "first_name": "Jonas", "surname": "Jonaitis"}]
        )
    return Roofers(*made, twin_id)


@pytest.mark.catalogue("CL-35", part="with a typing error")
@pytest.mark.catalogue("CL-16", part="who may sign is added on the card")
@pytest.mark.catalogue("CORE-18", part="saved into the client's folder by WebDAV")
@pytest.mark.catalogue("CL-41", part="merged from the card, and undone from the message")
@pytest.mark.catalogue("M-02", part="as of last month")
def test_a_clerks_morning(office: Office, roofers: Roofers) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        find_half_remembered(page, roofers)
        mend_in_place(page)
        add_signatory(page)
        attach_contract(office, page, roofers)
        merge_and_take_back(page, roofers)
        look_back(page, roofers)


def find_half_remembered(page: Page, roofers: Roofers) -> None:
    """Type what is remembered, with an error in it; the client is offered as similar."""
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(TYPO, delay=20)
    found = page.get_by_role("listbox", name="Records found").get_by_role("option", name=NAME)
    expect(found).to_be_visible()
    found.click()
    expect(page).to_have_url(re.compile(rf"/clients/{roofers.id}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def mend_in_place(page: Page) -> None:
    """Change the phone where it stands; the header follows without the page being loaded anew."""
    page.get_by_label("Edit: Phone").press("Enter")
    field = page.get_by_role("textbox", name="Phone")
    expect(field).to_have_value(OLD_PHONE)
    field.fill(NEW_PHONE)
    page.keyboard.press("Enter")
    expect(page.locator("#value-phone")).to_have_text(NEW_PHONE)
    expect(page.locator("#client-head")).to_contain_text(NEW_PHONE)


def add_signatory(page: Page) -> None:
    """Say who may sign; the card shows it."""
    open_tab(page, "Related")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name or number").fill("Austėja Kazl")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=SIGNATORY).first.click()
    page.get_by_label("Position").select_option(index=1)
    page.get_by_label("Authorised signatory").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=SIGNATORY)
    expect(row.locator("[data-label='Right to sign']")).not_to_have_text("–")
    open_tab(page, "Overview")
    expect(page.get_by_role("region", name="Signatories and positions")).to_contain_text(SIGNATORY)


def attach_contract(office: Office, page: Page, roofers: Roofers) -> None:
    """Give Word a password, let it save into the client's folder twice, and open the document with two versions."""
    open_tab(page, "Documents")
    folder = page.locator("code", has_text="/dav/clients/").inner_text()
    assert folder == f"{office.address}/dav/clients/{roofers.number}"
    page.get_by_role("link", name="App passwords").click()
    page.get_by_role("textbox", name="Program").fill("Word")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Create a password").click()
    password = page.locator("code.k-secret").inner_text()
    for content, status in ((b"Stogo remontas", 201), (b"Stogo remontas, pasirasyta", 204)):
        assert put(f"{folder}/{quote('Stogų sutartis.txt')}", content, password) == status
    page.goto(f"/clients/{roofers.id}")
    open_tab(page, "Documents")
    page.get_by_role("link", name="Stogų sutartis").first.click()
    expect(page.get_by_role("main")).to_contain_text("Version 2")
    page.goto(f"/clients/{roofers.id}")


def put(address: str, content: bytes, password: str) -> int:
    """Save a file as a program does; return the answer's status."""
    token = base64.b64encode(f"rasa:{password}".encode()).decode()
    request = urllib.request.Request(address, content, {"Authorization": f"Basic {token}"}, method="PUT")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return int(answer.status)


def merge_and_take_back(page: Page, roofers: Roofers) -> None:
    """Merge the twin that the card offers: its contact comes along; one press takes it all back."""
    page.goto(f"/clients/{roofers.id}/merge")
    page.get_by_role("link", name=f"Merge {TWIN}").click()
    expect(page.get_by_role("main")).to_contain_text("stays")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    open_tab(page, "Contacts")
    expect(page.get_by_role("row").filter(has_text="Jonaitis")).to_be_visible()
    page.goto(f"/clients/{roofers.twin_id}")
    expect(page).to_have_url(re.compile(rf"/clients/{roofers.id}$"))
    page.goto("/operations/")
    page.get_by_role("link", name=re.compile("merged into")).first.click()
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
    page.goto(f"/clients/{roofers.twin_id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TWIN)


def look_back(page: Page, roofers: Roofers) -> None:
    """The card as of last month: the old name and phone, nobody who may sign; today's card has all of the morning."""
    day = utc_now().date() - timedelta(days=30)
    page.goto(f"/clients/{roofers.id}/as-of?day={day}")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Senieji stogai")
    expect(main).to_contain_text(OLD_PHONE)
    expect(main).not_to_contain_text(NEW_PHONE)
    expect(main).not_to_contain_text(SIGNATORY)
    page.get_by_role("link", name="Back to the current card").click()
    expect(page.locator("#client-head")).to_contain_text(NEW_PHONE)


def open_tab(page: Page, name: str) -> None:
    """Open a part of the card."""
    page.get_by_role("navigation", name="Parts of this client card").get_by_role("link", name=name).click()
