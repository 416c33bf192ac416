"""The main job, clicked through on real companies: sign in, find, open, work, report, switch a module off and on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from kartoteka.testing.databases import chosen_kinds
from tests.browser.offices import Office, load_payers

PAYERS = "data/03_registers/vilnius__zemesnuomossutartys/data/Sumos.tsv"
CLIENT = "501-oji garažų statybos ir eksploatavimo bendrija"


def write_payers(folder: Path) -> Path:
    """Write a list like the real one: a rule of dashes, persons with code 0, stray quotes, payers on two lines."""
    lines = ["Moketojo_ID\tMoketojo_kodas\tMoketojo_pavadinimas\tSuma", "-----\t----\t----\t----"]
    for number in range(1, 301):
        name = f'UAB "Žuvėdra {number}' if number % 3 == 0 else f"Ž.{chr(65 + number % 26)}."
        lines.append(f"{number}\t{1_000_000 + number if number % 3 == 0 else 0}\t{name}\t{number}.50")
    lines += [f"501\t124567890\t{CLIENT}\t12.00", f"501\t124567890\t{CLIENT}\t7.10"]
    path = folder / "payers.tsv"
    path.write_text("\r\n".join(lines), "utf-8-sig")
    return path


@pytest.fixture(params=["real", "generated"])
def path(request: pytest.FixtureRequest, tmp_path: Path, shared: Callable[[str], Path]) -> Path:
    """The list of the land-lease payers of Vilnius: the real one, or a made-up twin."""
    return shared(PAYERS) if request.param == "real" else write_payers(tmp_path)


@pytest.fixture(params=chosen_kinds())
def payers(request: pytest.FixtureRequest, path: Path, open_office: Callable[..., Office]) -> Iterator[Office]:
    """An office that also has these payers as clients, once on each database."""
    office = open_office(kind=request.param)
    load_payers(office.company, path)
    yield office
    assert not office.console, "\n".join(office.console)


@pytest.mark.catalogue("CL-35", part="search in the head without accents")
@pytest.mark.catalogue("CL-04")
@pytest.mark.catalogue("CL-12", part="a contact is added and shown")
@pytest.mark.catalogue("CL-48", part="report of birthdays of contacts")
@pytest.mark.catalogue("X-30")
def test_a_working_day(payers: Office) -> None:
    with payers.open() as context, payers.open("kadri") as other:
        page = payers.page(context)
        payers.sign_in(page, "rasa")
        card = find_client(page)
        add_contact(page)
        hand_over(page)
        two_editors(payers, page, payers.page(other), card)
        report_birthdays(page)
        switch_contacts_off_and_on(payers, page, card)


def find_client(page: Page) -> str:
    """Type a part of the name as it comes, choose with the arrow key, and return the card's address."""
    page.keyboard.press("/")
    page.keyboard.type("501-oji garazu", delay=20)
    found = page.get_by_role("listbox", name="Records found").get_by_role("option", name=CLIENT)
    expect(found).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(CLIENT)
    return page.url


def add_contact(page: Page) -> None:
    """Add a person who has a birthday in three days; header and counter follow."""
    page.get_by_role("navigation", name="Parts of this client card").get_by_role("link", name="Contacts").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CLIENT)
    page.get_by_role("link", name="Add a contact").first.click()
    expect(page.get_by_label("First name")).to_be_focused()
    page.keyboard.type("Ona")
    page.get_by_label("Surname").fill("Žukauskaitė")
    page.get_by_label("Mobile").fill("8 612 34567")
    soon = datetime.now(ZoneInfo("Europe/Vilnius")) + timedelta(days=3)
    page.get_by_label("Birthday").fill(f"1984-{soon:%m-%d}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Žukauskaitė")
    expect(row.get_by_role("link", name="8 612 34567")).to_have_attribute("href", "tel:+37061234567")
    tab = page.get_by_role("navigation", name="Parts of this client card").get_by_role("link", name="Contacts")
    expect(tab).to_contain_text("1")


def hand_over(page: Page) -> None:
    """Make Kadri the manager, with a note; the header says so and the note is on the card."""
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Hand over").click()
    expect(page.get_by_role("main")).to_contain_text(CLIENT)
    page.get_by_label("New manager").select_option(label="Kadri Tamm")
    page.get_by_label("Note").fill("Wants an offer by Friday.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("status").filter(has_text="Kadri Tamm")).to_be_visible()
    expect(page.locator("#client-head")).to_contain_text("Kadri Tamm")


def two_editors(office: Office, mine: Page, theirs: Page, card: str) -> None:
    """Two people change the same client: the second sees both values, takes one of each, and saves."""
    for page in (mine, theirs):
        page.goto(f"{card}/edit")
    theirs.get_by_label("Phone", exact=True).fill("+370 5 212 3456")
    theirs.get_by_label("Activity").fill("Garages")
    theirs.get_by_label("E-mail").fill("bendrija@garazai501.lt")
    theirs.keyboard.press("Control+Enter")
    expect(theirs.get_by_role("status").filter(has_text="Saved")).to_be_visible()

    mine.get_by_label("Phone", exact=True).fill("+370 698 11111")
    mine.get_by_label("Activity").fill("Garages and cellars")
    mine.get_by_label("Notes").fill("If nobody answers, call Teet.")
    mine.keyboard.press("Control+Enter")
    both = mine.get_by_role("alert").filter(has_text="Kadri Tamm")
    expect(both).to_contain_text("+370 5 212 3456")
    expect(both).to_contain_text("+370 698 11111")
    expect(mine.get_by_label("E-mail")).to_have_value("bendrija@garazai501.lt")
    expect(mine.get_by_label("Notes")).to_have_value("If nobody answers, call Teet.")
    office.expect_refusal(409)
    both.get_by_label("Take theirs: Phone").check()
    mine.get_by_label("Activity", exact=True).focus()
    mine.keyboard.press("Control+Enter")
    expect(mine.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    head = mine.locator("#client-head")
    expect(head).to_contain_text("+370 5 212 3456")
    expect(head).to_contain_text("bendrija@garazai501.lt")
    expect(mine.locator("#notes")).to_contain_text("call Teet")
    expect(mine.locator("#value-activity")).to_contain_text("Garages and cellars")


def report_birthdays(page: Page) -> None:
    """The contact stands in the report with the age; fewer days leave it out."""
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Reports").click()
    page.get_by_role("link", name=re.compile("^Birthdays")).click()
    row = page.get_by_role("row").filter(has_text="Žukauskaitė")
    expect(row).to_contain_text(CLIENT)
    expect(page.locator("canvas")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "Žukauskaitė" in text
    page.wait_for_timeout(500)  # the line that tells of waiting comes after 300 ms, and no new page would end it
    expect(page.locator("#k-pending")).to_be_hidden()
    page.get_by_label("Days ahead").fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("main")).not_to_contain_text("Žukauskaitė")


def switch_contacts_off_and_on(office: Office, page: Page, card: str) -> None:
    """Off: tab, report and pages are gone at once; on: everything is back, with the data."""
    contacts = f"/crm_clients{card.removeprefix(office.address)}/contacts"
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Modules").click()
    module = page.get_by_role("article", name="Contacts and addresses")
    module.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("status").filter(has_text="is off")).to_be_visible()
    page.goto(card)
    tabs = page.get_by_role("navigation", name="Parts of this client card")
    expect(tabs.get_by_role("link", name="Contacts")).to_have_count(0)
    expect(page.get_by_role("main")).not_to_contain_text("Žukauskaitė")
    expect(page.get_by_role("main")).to_contain_text("call Teet")
    answer = page.goto(contacts)
    assert answer is not None
    assert answer.status == 404
    office.expect_refusal(404)
    page.goto("/modules/")
    module.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("status").filter(has_text="is on")).to_be_visible()
    page.goto(card)
    expect(tabs.get_by_role("link", name="Contacts")).to_contain_text("1")
    expect(page.get_by_role("main")).to_contain_text("Žukauskaitė")
