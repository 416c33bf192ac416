"""crm_clients and crm_inquiries as a pair: both on, one off or absent; merging, erasing, giving out, backing up."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.api.records import RecordRef
from kartoteka.backup import make_backup, restore_backup
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka.testing.checksums import differing_tables, table_checksums
from kartoteka.testing.company import ADMINISTRATOR, Company, demo_template
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.pages import Page, crawl
from kartoteka_crm_clients.service import add_contact
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.core.killing import ROOT, environment_of
from tests.together.trading import CLIENTS, INQUIRIES, MARK, TradingHouse, client_columns, rows_of, tables_with

ABOUT_MODULES = ("/modules/", "/access/roles", "/access/users", "/audit/", "/handover/")
"""Pages that name modules, their rights and their work whether they are on or not: nothing is lost meanwhile."""
PERSON, CONTACT = "Kunigundė Varnaitė", f"{CLIENTS}.contact"
OWN = [
    f"/{INQUIRIES}/{page}"
    for page in ("inquiries/", "inquiries/1", "activities/", "activities/1", "work", "calendar", "board/", "letters/")
]
NEW = {"inquiry": "/crm_inquiries/inquiries/new?client={}", "activity": "/crm_inquiries/activities/new?client={}"}


def installed(*names: str) -> list[EntryPoint]:
    """Return the entry points of these modules only, as if nothing else were installed."""
    return [one for one in entry_points(group="kartoteka.modules") if one.name in names]


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> TradingHouse:
    return TradingHouse(company_on(request.param, modules=[CLIENTS, INQUIRIES]))


@pytest.fixture
def pair(house: TradingHouse) -> tuple[int, int]:
    """Two spellings of one client, about both of which everything is known."""
    return house.known("UAB Durys", "info@durys.lt"), house.known("Durys, UAB", "durys@durys.ee")


@pytest.mark.parametrize("state", ["both on", "crm_clients off", "crm_inquiries off"])
def test_every_page_works_whichever_of_the_two_is_on(company_on: Callable[..., Company], state: str) -> None:
    company = company_on(template=demo_template(CLIENTS, INQUIRIES, clients=12))
    off = state.removesuffix(" off")
    if state != "both on":
        company.switch(off, on=False)
    visited = walk(company)
    assert broken(visited) == []
    assert traces(visited, off) == []
    seen = {name for name in (CLIENTS, INQUIRIES) if any(f"/{name}/" in page.url for page in visited)}
    assert seen == {CLIENTS, INQUIRIES} - {off}


@pytest.mark.parametrize("absent", [CLIENTS, INQUIRIES])
def test_every_page_works_where_one_of_them_is_not_installed(company_on: Callable[..., Company], absent: str) -> None:
    there = INQUIRIES if absent == CLIENTS else CLIENTS
    company = company_on(entry_points=installed(there), modules=[there])
    company.fill(12)
    visited = walk(company)
    assert broken(visited) == []
    assert [page.url for page in visited if absent in page.text] == []
    assert any(f"/{there}/" in page.url for page in visited)


def test_off_keeps_its_data_and_on_again_all_is_back(company_on: Callable[..., Company]) -> None:
    company = company_on(template=demo_template(CLIENTS, INQUIRIES, clients=12))
    before = own_tables(company)
    boss = company.browser(company.add_user(ADMINISTRATOR))
    company.switch(INQUIRIES, on=False)
    for address in OWN:
        assert (address, boss.get(address).status_code) == (address, 404)
    company.switch(INQUIRIES)
    for address in OWN:
        assert (address, boss.get(address).status_code) == (address, 200)
    assert own_tables(company) == before


def own_tables(company: Company) -> dict[str, str]:
    """Return the checksums of the module's tables."""
    return {name: one for name, one in table_checksums(company.database).items() if name.startswith(INQUIRIES)}


def test_contact_persons_are_offered_only_while_crm_clients_is_on(house: TradingHouse) -> None:
    client = house.client("UAB Durys", owner=house.boss_id)
    person = contact_of(house, client)
    page = f"/crm_inquiries/inquiries/{house.inquiry(client, by=house.boss_id, person=person)}"
    for what, address in NEW.items():
        assert PERSON in house.boss.get(address.format(client)).text, what
    house.company.switch(CLIENTS, on=False)
    for what, address in NEW.items():
        answer = house.boss.get(address.format(client))
        assert (what, answer.status_code, PERSON in answer.text) == (what, 200, False)
    for address in (page, f"{page}/edit", "/crm_inquiries/activities/1"):
        answer = house.boss.get(address)
        assert (answer.status_code, PERSON in answer.text) == (200, False)
    assert house.boss.post(f"{page}/edit", data=typed(house, f"{page}/edit", subject="Doors")).status_code == 302
    house.company.switch(CLIENTS)
    shown = house.boss.get(page).text
    assert "Doors" in shown
    assert PERSON in shown, "what a form does not offer is not taken away by it"


@pytest.mark.parametrize("is_on", [True, False])
def test_merging_moves_everything_and_its_undo_moves_it_back(
    house: TradingHouse, pair: tuple[int, int], is_on: bool
) -> None:
    kept, merged = pair
    first, second = rows_of(house.company, kept), rows_of(house.company, merged)
    assert [table for table, count in second.items() if not count] == [], "the test fills every table"
    house.company.switch(INQUIRIES, on=is_on)
    before = table_checksums(house.company.database)
    actor = house.company.actor(house.boss_id)
    with house.company.database.transaction(actor, "Merged") as session:
        merge_clients(session, kept, [merged])
        operation = operation_of(session)
    assert not any(rows_of(house.company, merged).values())
    assert rows_of(house.company, kept) == {table: first[table] + second[table] for table in first}
    if is_on:
        every = house.boss.get(f"/crm_inquiries/clients/{kept}/inquiries").text
        assert every.count(f"Doors for {MARK}") == 2
    with house.company.database.transaction(house.company.actor(house.boss_id)) as session:
        undo(session, operation)
    assert differing_tables(before, table_checksums(house.company.database)) == []


def test_merging_and_its_undo_with_one_module_off_and_one_uninstalled(
    house: TradingHouse, pair: tuple[int, int]
) -> None:
    kept, merged = pair
    first, second = rows_of(house.company, kept), rows_of(house.company, merged)
    house.company.switch(CLIENTS, on=False)
    before = table_checksums(house.company.database)
    operation = without_inquiries(house, "merge", kept, merged)
    assert not any(rows_of(house.company, merged).values())
    assert rows_of(house.company, kept) == {table: first[table] + second[table] for table in first}
    without_inquiries(house, "undo", operation)
    assert differing_tables(before, table_checksums(house.company.database)) == []


def without_inquiries(house: TradingHouse, task: str, *numbers: int) -> int:
    """Do something in a process that knows nothing of the module but its tables."""
    words = map(str, (CLIENTS, house.boss_id, task, *numbers))
    command = [sys.executable, "-m", "tests.together.without_code", *words]
    environment = environment_of(house.company)
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout)


def test_a_person_goes_with_the_merge(house: TradingHouse) -> None:
    kept = house.client("UAB Durys", owner=house.boss_id)
    merged = house.client("Durys, UAB", owner=house.boss_id)
    person = contact_of(house, merged)
    inquiry = house.inquiry(merged, by=house.boss_id, person=person)
    with house.company.database.transaction(house.company.actor(house.boss_id), "Merged") as session:
        merge_clients(session, kept, [merged])
    assert PERSON in house.boss.get(f"/crm_inquiries/inquiries/{inquiry}").text
    assert PERSON in house.boss.get(NEW["activity"].format(kept)).text


@pytest.mark.parametrize("is_on", [True, False])
def test_an_erased_client_leaves_nothing_behind(house: TradingHouse, is_on: bool) -> None:
    client = house.known("UAB Durys", "info@durys.lt")
    assert set(tables_with(house.company, MARK)) >= {table for table, _column in client_columns(house.company)} - {
        "crm_inquiries_stage_step"
    }
    house.company.switch(INQUIRIES, on=is_on)
    sent = {"reason": "Asked for on 1 March", "sure": "y"}
    assert house.boss.post(f"/privacy/clients/{client}/erase", data=sent).status_code == 302
    assert tables_with(house.company, MARK) == []
    assert tables_with(house.company, "info@durys.lt") == []
    house.company.switch(INQUIRIES)
    assert broken(crawl(house.boss, "/crm_inquiries/activities/", limit=60)) == []


@pytest.mark.parametrize("is_on", [True, False])
def test_what_is_given_out_holds_everything(house: TradingHouse, is_on: bool) -> None:
    client = house.known("UAB Durys", "info@durys.lt")
    house.known("UAB Langai", "info@langai.lt", mark="Somebody else")
    house.company.switch(INQUIRIES, on=is_on)
    answer = house.boss.post(f"/privacy/clients/{client}/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    data = next(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))
    for table, _column in client_columns(house.company):
        assert f'"{table}"' in data, table
    for text in ("Doors for", "Door of", "House of", "Meet", "Visit", "An offer to", "Guest of", "From"):
        assert f"{text} {MARK}" in data, text
    assert "Somebody else" not in data


def test_a_backup_keeps_all_of_it(house: TradingHouse, company_on: Callable[..., Company], tmp_path: Path) -> None:
    house.known("UAB Durys", "info@durys.lt")
    made = make_backup(house.company.installation, tmp_path / "company.zip")
    new = company_on()
    restore_backup(new.installation, tmp_path / "company.zip")
    again = make_backup(new.installation, tmp_path / "again.zip")
    ours = {name: (one.rows, one.digest) for name, one in made.tables.items() if name.startswith(INQUIRIES)}
    assert len([name for name, (rows, _digest) in ours.items() if rows]) > len(client_columns(house.company))
    assert ours == {name: (one.rows, one.digest) for name, one in again.tables.items() if name.startswith(INQUIRIES)}
    with new.database.reading(new.system) as session:
        assert all(one.next_at is not None for one in session.scalars(select(Inquiry)))
        assert session.scalars(select(Activity)).first() is not None
    browser = new.browser(house.boss_id)
    assert MARK in browser.get("/crm_inquiries/inquiries/1").text


def contact_of(house: TradingHouse, client: int) -> RecordRef:
    """Add a contact person to a client."""
    first, last = PERSON.split()
    with house.company.database.transaction(house.company.actor(house.boss_id)) as session:
        return RecordRef(CONTACT, add_contact(session, client, {"first_name": first, "surname": last}).id)


def typed(house: TradingHouse, address: str, **values: str) -> dict[str, str]:
    """Return what the form at an address sends when these values are typed and nothing else is touched."""
    form = house.boss.get(address).text
    found = {name: value for value, name in re.findall(r'value="([^"]*)"[^>]*name="(\w+)"', form)}
    found |= dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    chosen = re.findall(r'<select[^>]*name="(\w+)".*?<option selected value="([^"]*)"', form, re.S)
    return {**found, **dict(chosen), **values}


def walk(company: Company) -> list[Page]:
    """Visit everything an administrator can reach by links."""
    return crawl(company.browser(company.add_user(ADMINISTRATOR)), "/", limit=600)


def broken(pages: list[Page]) -> list[tuple[str, int]]:
    """Return the pages that did not open."""
    return [(page.url, page.status) for page in pages if page.status >= 400]


def traces(pages: list[Page], module: str) -> list[tuple[str, str]]:
    """Return where something of a module is left."""
    found: Iterator[tuple[str, str]] = (
        (page.url, trace)
        for page in pages
        for trace in (f"/{module}/", f"{module}.")
        if trace in page.text and not page.url.startswith(ABOUT_MODULES)
    )
    return list(found)


def shapes(pages: list[Page]) -> set[str]:
    """Return the addresses without their numbers; how many pages a log has differs."""
    return {re.sub(r"\d+", "0", re.sub(r"\?after=\d+$", "", page.url)) for page in pages}
