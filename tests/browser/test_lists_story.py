"""A company brings its old list, cleans it up, takes mistakes back, hands work over: the first week, clicked through.

The list is that of the land-lease payers of Vilnius, or one made like it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from tests.browser.offices import Office, running
from tests.browser.test_story import PAYERS

PASSWORD = "trys zali langai"
ROWS = "#k-list tbody tr"
PATIENCE = 90_000
"""Milliseconds that work in the background may take on a busy machine."""


@dataclass(frozen=True)
class PayerList:
    """A file, and what is known of it: how many payers, how many of them with a code, two spellings of one firm."""

    path: Path
    payers: int
    with_code: int
    spellings: tuple[str, str]
    many: str
    """A word that more payers have than one page shows."""


def write_list(folder: Path) -> PayerList:
    """Write a list like the real one: a rule of dashes, persons with code 0, stray quotes, payers on two lines."""
    lines = ["Moketojo_ID\tMoketojo_kodas\tMoketojo_pavadinimas\tSuma", "-----\t----\t----\t----"]
    for number in range(1, 601):
        is_firm = number % 3 == 0
        name = f'Bendrija "Žuvėdra {number}' if is_firm else f"Ž.{chr(65 + number % 26)}."
        lines += [f"{number}\t{1_000_000 + 7 * number if is_firm else 0}\t{name}\t{number}.50"] * 2
    lines += ['701\t1001216\tUAB "VILSANTA"\t12.00', '702\t1008314\tUAB "VILŠANSTA"\t7.10']
    path = folder / "payers.tsv"
    path.write_text("\r\n".join(lines), "utf-8-sig")
    return PayerList(path, 602, 202, ("VILSANTA", "VILŠANSTA"), "bendrija")


@pytest.fixture(params=["real", "generated"])
def payers(request: pytest.FixtureRequest, tmp_path: Path, shared: Callable[[str], Path]) -> PayerList:
    """The real list, counted by hand, or its made-up twin."""
    if request.param == "real":
        return PayerList(shared(PAYERS), 5_730, 2_210, ("VILSANTA", "VILŠANSTA"), "bendrija")
    return write_list(tmp_path)


@pytest.fixture(params=chosen_kinds())
def first_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """The page behind the link that the program prints when nobody has set it up yet; its console must stay silent."""
    with open_company(request.param, company="Kartoteka") as company, running(company) as link:
        office = Office(company, link.partition("/setup/")[0], browser)
        with office.open() as context:
            page = office.page(context)
            page.goto(link)
            yield page
    assert not office.console, "\n".join(office.console)


@pytest.mark.catalogue("X-02", part="a list is imported through the pages, found right by itself, and undone")
@pytest.mark.catalogue("X-03", part="exactly the filtered list is exported")
@pytest.mark.catalogue("X-11", part="all results change hands in the background, and back")
@pytest.mark.catalogue("CL-41")
@pytest.mark.catalogue("CL-42", part="two spellings are found and merged")
def test_the_first_week(first_page: Page, payers: PayerList) -> None:
    page = first_page
    set_up(page)
    add_colleague(page)
    import_list(page, payers)
    expect_nothing_new(page, payers)
    merge_spellings(page, payers)
    handed_over = hand_over_all(page, payers)
    export_list(page, payers)
    undo_import(page, handed_over)


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def set_up(page: Page) -> None:
    """Take the first steps."""
    press(page, "Start")
    page.get_by_label("Company name").fill("UAB Miesto žemė")
    press(page, "Next")
    for module in page.get_by_role("checkbox").all():
        module.check()
    press(page, "Next")
    press(page, "Next")
    page.get_by_label("Your name").fill("Ona Onaitė")
    page.locator("input[name=login]").fill("ona")
    for name in ("password", "again"):
        page.locator(f"input[name={name}]").fill(PASSWORD)
    press(page, "Finish")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ona")


def add_colleague(page: Page) -> None:
    """Let a colleague in, who will get clients later."""
    page.get_by_role("link", name="Add a user").first.click()
    page.locator("main input[name=name]").fill("Kadri Tamm")
    page.locator("main input[name=login]").fill("kadri")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("main")).to_contain_text("Kadri Tamm")


def try_out(page: Page, payers: PayerList) -> None:
    """Upload the list and look at what would happen; everything is guessed right."""
    page.goto("/importing/")
    page.get_by_role("link", name="New import").first.click()
    page.locator("input[type=file]").set_input_files(payers.path)
    press(page, "Upload")
    expect(page.get_by_label("Letters are written in")).to_have_value(re.compile("utf.?8", re.IGNORECASE))
    expect(page.get_by_role("row").filter(has_text="Moketojo_ID")).to_be_visible()
    press(page, "Next")
    chosen = page.locator("select[name=field]").evaluate_all("all => all.map((one) => one.selectedOptions[0].text)")
    assert chosen[:3] == ["External number", "Registration code", "Name"]
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("What would happen")).to_be_visible(timeout=PATIENCE)


def count_of(page: Page, title: str) -> Locator:
    """Return the number under a title among the totals of an import."""
    return page.locator("dt", has_text=re.compile(f"^{title}$")).locator("xpath=following-sibling::dd[1]")


def import_list(page: Page, payers: PayerList) -> None:
    """Import what was tried out; the numbers are those that are known of the list."""
    try_out(page, payers)
    expect(count_of(page, "New")).to_have_text(f"{payers.payers:,}")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("What happened")).to_be_visible(timeout=PATIENCE)
    expect(count_of(page, "New")).to_have_text(f"{payers.payers:,}")
    page.goto("/clients/?crm=&kind=company")
    expect(page.get_by_text(f"Total: {payers.with_code:,}")).to_be_visible()


def expect_nothing_new(page: Page, payers: PayerList) -> None:
    """The same file once more: nothing to create, nothing to change, and the mapping is remembered."""
    try_out(page, payers)
    expect(count_of(page, "New")).to_have_text("0")
    expect(count_of(page, "Changed")).to_have_text("0")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)


def merge_spellings(page: Page, payers: PayerList) -> None:
    """Find two spellings of one firm, merge them in three clicks, and take it back with one."""
    kept, other = payers.spellings
    page.goto("/clients/pairs")
    page.get_by_role("button", name="Search now").click()
    page.get_by_role("link", name="Show the result").click(timeout=PATIENCE)
    page.wait_for_url("**/clients/pairs")
    pair = page.get_by_role("row").filter(has_text=other).filter(has_text=kept)
    while not pair.count():  # codes that differ speak against a pair: it stands behind surer ones
        here = page.url
        page.get_by_role("link", name="Next page").click()
        page.wait_for_url(lambda url, here=here: url != here)
    pair.get_by_role("link", name="Merge").click()
    expect(page.get_by_role("main")).to_contain_text("stays")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(kept)
    page.goto(f"/clients/?q={other}")
    expect(page.locator(ROWS).filter(has_text=other)).to_have_count(0)
    page.goto("/operations/")
    page.get_by_role("link", name=re.compile("merged into")).first.click()
    page.wait_for_url(re.compile(r"/operations/\d+"))
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
    page.goto(f"/clients/?q={other}")
    expect(page.locator(ROWS).filter(has_text=other)).to_have_count(1)


def hand_over_all(page: Page, payers: PayerList) -> int:
    """Choose all results of a search, on all pages, and give them to a colleague in the background."""
    page.goto(f"/clients/?q={payers.many}")
    total = int(re.sub(r"\D", "", page.get_by_text(re.compile(r"^Total: ")).inner_text()))
    assert total > 50, "more than one page"
    page.locator("thead").get_by_role("checkbox").check()
    page.get_by_label(re.compile("All .* results, on all pages")).check()
    press(page, "Hand over")
    page.get_by_label("New manager").select_option(label="Kadri Tamm")
    press(page, "Hand over")
    expect(page.get_by_role("main")).to_contain_text(re.compile(f"{total:,}|{total}"), timeout=PATIENCE)
    expect(page.get_by_role("main").get_by_text("Done", exact=True)).to_be_visible(timeout=PATIENCE)
    page.goto(f"/clients/?q={payers.many}")
    expect(page.locator(ROWS).filter(has_text="Kadri Tamm")).to_have_count(50)
    return total


def export_list(page: Page, payers: PayerList) -> None:
    """Take away exactly what the list shows."""
    page.goto(f"/clients/?q={payers.spellings[0]}")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.locator("#k-export").get_by_role("button", name="Export").click()
    lines = download.value.path().read_text("utf-8-sig").strip().splitlines()
    assert len(lines) == 2
    assert payers.spellings[0] in lines[1]


def undo_import(page: Page, handed_over: int) -> None:
    """Undo the whole import: clients that changed hands since are named before, and stay."""
    page.goto("/importing/")
    page.get_by_role("link", name=re.compile(r"\.tsv")).last.click()
    page.get_by_text("Undo the whole import").click()
    expect(page.get_by_role("main")).to_contain_text(f"{handed_over} records stand in the way", timeout=PATIENCE)
    press(page, "Undo the rest")
    done = page.get_by_role("main").get_by_text("Done", exact=True)
    expect(done.or_(page.get_by_text("This was undone."))).to_be_visible(timeout=PATIENCE)
    page.goto("/clients/")
    expect(page.get_by_text(f"Total: {handed_over}", exact=True)).to_be_visible()
