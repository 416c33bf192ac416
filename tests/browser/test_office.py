"""The add-in for Word, Excel and Outlook in a browser, beside a stub of the programs' script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.queries import find_version, links_of, open_content
from kartoteka.builtin.office.rules import SCRIPT
from kartoteka.builtin.office.service import make_own_key
from kartoteka.builtin.users.queries import User
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.projects.service import start_project
from tests.browser.offices import Office, listen, served

STUB = Path(__file__).with_name("office_stub.js").read_text("utf-8")
WORD = {"host": "Word", "url": "https://example.sharepoint.com/docs/Sutartis%20Nr.%207.docx", "content": "first words"}
EML = "From: ona@example.lt\nSubject: Offer of windows\n\nHello\n"
OUTLOOK = {"host": "Outlook", "subject": "Offer of windows", "sender": "nobody@example.lt", "content": EML}


@pytest.fixture
def key(office: Office) -> str:
    """A key that its user has made on the page."""
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/office/")
        page.get_by_role("button", name="Create a key").click()
        return page.locator("#office-key").inner_text()


def open_pane(office: Office, context: BrowserContext, stub: dict[str, Any]) -> Page:
    """Open the add-in as a program does; its script is ours."""
    page = office.page(context)
    page.route(SCRIPT, lambda route: route.fulfill(body=STUB, content_type="text/javascript"))
    page.add_init_script(f"window.kartotekaStub = {json.dumps(stub)};")
    page.goto("/office/pane")
    return page


def enter_key(page: Page, key: str) -> None:
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Kind")).to_be_visible()


def choose_client(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Client").press_sequentially(name)
    expect(page.locator("#clients [role=option]").first).to_be_visible()
    page.get_by_role("combobox", name="Client").press("ArrowDown")
    page.get_by_role("combobox", name="Client").press("Enter")


def last_file(office: Office) -> File:
    with office.company.database.reading(office.company.system) as session:
        return session.scalars(select(File).order_by(File.id.desc()).limit(1)).one()


def a_client(office: Office) -> Client:
    with office.company.database.reading(office.company.system) as session:
        return session.scalars(select(Client).where(Client.state == "active").order_by(Client.id)).first()


def content_of(office: Office, file: File, version: int) -> bytes:
    database = office.company.database
    with (
        database.reading(office.company.system) as session,
        open_content(session, find_version(session, file, version)) as content,
    ):
        return content.read()


@pytest.mark.catalogue("CORE-18")
def test_a_document_is_saved_from_word_and_saved_again_as_a_version(office: Office, key: str) -> None:
    client = a_client(office)
    with office.open(viewport={"width": 320, "height": 700}) as context:
        page = open_pane(office, context, WORD)
        enter_key(page, key)
        expect(page.get_by_label("Name")).to_have_value("Sutartis Nr. 7")
        page.get_by_label("Kind").select_option("contract")
        page.get_by_label("Name").fill("Contract about windows")
        choose_client(page, client.name[:12])
        page.get_by_text("More", exact=True).click()
        page.get_by_label("Status").select_option("signed")
        page.get_by_label("Note").fill("From the meeting")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^Saved to CRM: "))
        file = last_file(office)
        expect(page.get_by_role("status")).to_contain_text(file.number)
        kept = page.evaluate("window.kartotekaKept")
    assert (file.title, file.kind, file.status, file.note) == (
        "Contract about windows",
        "contract",
        "signed",
        "From the meeting",
    )
    assert (file.filename, file.client_id is not None, file.registered_by is not None) == (
        "Sutartis Nr. 7.docx",
        True,
        True,
    )
    assert content_of(office, file, 1) == b"first words"
    with office.open() as context:
        page = open_pane(office, context, {**WORD, "content": "second words", "settings": kept})
        enter_key(page, key)
        expect(page.get_by_label("As a new version")).to_be_checked()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Saved to CRM as version 2")
    assert (last_file(office).id, last_file(office).latest) == (file.id, 2)
    assert content_of(office, file, 1) == b"first words"
    assert content_of(office, file, 2) == b"second words"


@pytest.mark.catalogue("CORE-18", part="the add-in offers projects of the client and activities of the one chosen")
def test_a_document_is_saved_with_a_project_and_an_activity_of_it(open_office: Callable[..., Office]) -> None:
    office = open_office(clients=5, modules=("crm_clients", "crm_inquiries"))
    client, company = a_client(office), office.company
    with company.database.reading(company.system) as session:
        user_id = session.scalars(select(User.id).where(User.login == "rasa")).one()
    with company.database.transaction(company.actor(user_id)) as session:
        key = make_own_key(session)
    with company.database.transaction(company.system) as session:
        hall = start_project(session, client.id, {"name": "Hall of the add-in"}).id
        work = {"client_id": client.id, "performer_id": user_id}
        measure = plan_activity(session, {**work, "name": "Measure it", "project_id": hall}).id
    with office.open(viewport={"width": 320, "height": 700}) as context:
        page = open_pane(office, context, WORD)
        enter_key(page, key)
        expect(page.get_by_role("group", name="Belongs to")).to_be_hidden()
        choose_client(page, client.number)
        expect(page.get_by_role("combobox", name="Client")).to_have_value(f"{client.name} ({client.number})")
        project = page.get_by_role("checkbox", name="Hall of the add-in")
        expect(project).to_be_visible()
        expect(page.get_by_text("Measure it")).to_be_hidden()
        project.check()
        page.get_by_role("checkbox", name="Measure it").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^Saved to CRM: "))
    with company.database.reading(company.system) as session:
        linked = {(one.kind, one.id) for one in links_of(session, last_file(office))}
    assert linked == {("crm_inquiries.project", hall), ("crm_inquiries.activity", measure)}


@pytest.mark.catalogue("CORE-19", part="from Outlook, by the add-in")
def test_a_mail_is_saved_from_outlook_with_its_subject_as_title(office: Office, key: str) -> None:
    with office.open() as context:
        page = open_pane(office, context, OUTLOOK)
        enter_key(page, key)
        expect(page.get_by_label("Name")).to_have_value("Offer of windows")
        expect(page.get_by_label("Kind")).to_have_value("letter")
        choose_client(page, a_client(office).name[:12])
        page.get_by_label("Kind").select_option("offer")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^Saved to CRM: "))
    file = last_file(office)
    assert (file.title, file.kind, file.filename) == ("Offer of windows", "offer", "Offer of windows.eml")
    assert content_of(office, file, 1) == EML.encode()


def test_what_went_wrong_is_said_and_nothing_is_saved(office: Office, key: str) -> None:
    before = last_file(office).id
    with office.open() as context:
        page = open_pane(office, context, {**OUTLOOK, "refuses": "The mailbox is locked"})
        page.get_by_label("Key", exact=True).fill("kk_wrong")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("status")).to_have_text("This key is not valid.")
        office.expect_refusal(401)
        enter_key(page, key)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Choose the client.")
        choose_client(page, a_client(office).name[:12])
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("The mailbox is locked")
    with office.open() as context:
        page = open_pane(office, context, {**WORD, "url": "C:\\docs\\run.exe"})
        enter_key(page, key)
        choose_client(page, a_client(office).name[:12])
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("not allowed")
        office.expect_refusal(422)
        page.get_by_role("button", name="Remove the key").click()
        expect(page.get_by_label("Key", exact=True)).to_be_visible()
        assert page.evaluate("localStorage.length") == 0
    assert last_file(office).id == before


def test_only_the_sites_that_are_named_show_it_in_a_frame(office: Office, page: Page, console: list[str]) -> None:
    site = Flask("site")
    site.add_url_rule("/", "show", lambda: f"<iframe src='{office.address}/office/pane'></iframe>")
    page.route(SCRIPT, lambda route: route.fulfill(body=STUB, content_type="text/javascript"))
    with served(site) as other, office.open("rasa") as context:
        page.goto(other)
        assert page.frames[1].url.startswith("chrome-error:")
        console.clear()
        settings = office.page(context)
        settings.goto("/office/settings")
        settings.get_by_label("Sites that may show it").fill(other)
        settings.get_by_role("button", name="Save").click()
        expect(settings.get_by_label("Sites that may show it")).to_have_value(other)
        page.goto(other)
        expect(page.frame_locator("iframe").get_by_role("heading", name="Save to CRM")).to_be_visible()
        console.clear()


def test_without_an_office_program_the_page_says_so(office: Office) -> None:
    with office.open() as context:
        page = context.new_page()
        listen(page, [])
        page.route(SCRIPT, lambda route: route.abort())
        page.goto("/office/pane")
        expect(page.get_by_role("status")).to_have_text("Open this page in Word, Excel or Outlook.")
