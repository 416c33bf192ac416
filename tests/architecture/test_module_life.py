"""The whole life of a module made by somebody else: made, tested, installed, on, off, gone, back, purged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.architecture.machine import Machine, make_project

NAME, PACKAGE = "life_notes", "kartoteka-life-notes"
NOTE = {"confirmed": "1", "id": "1", "day": "2026-03-02", "subject": "Wants new doors"}
ACTION = f"/actions/{NAME}/add_note"
PAGES = ["/clients/1", f"/{NAME}/clients/1/notes", f"/reports/{NAME}/notes?since=2026-01-01&until=2026-12-31"]
TRACES = (f'"/{NAME}/', f"/actions/{NAME}/", f"/reports/{NAME}/", "Wants new doors")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module fresh from its template."""
    return make_project(NAME, tmp_path_factory.mktemp("made"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def visits(pages: list[str] = PAGES, method: str = "GET") -> list[Any]:
    return [(method, page, None) for page in pages]


def test_a_new_module_passes_its_own_tests(project: Path, machine: Machine) -> None:
    machine.install(project)
    done = machine.pytest(project)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.catalogue("CORE-01", part="install, on, off, uninstall, reinstall, purge")
def test_the_life_of_a_module(project: Path, machine: Machine) -> None:
    machine.install(project)
    printed, pages = machine.stage(
        [["db", "upgrade"], ["module", "list"], ["module", "on", NAME]],
        [("POST", ACTION, NOTE), *visits()],
    )
    assert f"{NAME}: nothing -> 0001" in printed[0]
    assert line_of(printed[1]).split()[2] == "off"
    assert "The note is added." in pages[0][1]
    for status, text in pages[1:]:
        assert (status, "Wants new doors" in text) == (200, True)

    wrong = [*visits(PAGES[1:], "POST"), *visits(PAGES[1:], "DELETE"), ("GET", ACTION, None), ("POST", ACTION, NOTE)]
    printed, pages = machine.stage([["module", "off", NAME]], [*visits(), *wrong])
    assert_no_trace(pages)

    machine.pip("uninstall", "--yes", PACKAGE)
    printed, pages = machine.stage([["module", "list"], ["db", "upgrade"], ["db", "status"]], visits())
    assert f"data without code: {NAME}_note" in line_of(printed[0])
    assert f"data without code: {NAME}_note" in line_of(printed[2])
    assert_no_trace(pages)
    assert machine.rows(f"SELECT subject FROM {NAME}_note") == [("Wants new doors",)]
    remembered = machine.rows(f"SELECT table_name, column_name FROM core_client_reference WHERE module = '{NAME}'")
    assert remembered == [(f"{NAME}_note", "client_id")]
    assert machine.rows(f"SELECT table_name FROM core_personal_data WHERE module = '{NAME}'") == [(f"{NAME}_note",)]

    machine.install(project)
    _printed, pages = machine.stage([["db", "upgrade"], ["module", "on", NAME]], visits())
    assert all("Wants new doors" in text for _status, text in pages)

    printed, _pages = machine.stage([["module", "off", NAME], ["module", "purge", NAME, "--yes"]], [])
    assert f"The data of {NAME} is gone: {NAME}_note" in printed[1]
    assert machine.tables(NAME) == []
    assert machine.tables(f"kartoteka_revision_{NAME}") == []
    assert machine.rows(f"SELECT count(*) FROM core_client_reference WHERE module = '{NAME}'") == [(0,)]


def test_data_is_purged_without_its_code(project: Path, machine: Machine) -> None:
    machine.install(project)
    machine.stage([["db", "upgrade"], ["module", "on", NAME]], [("POST", ACTION, NOTE)])
    machine.pip("uninstall", "--yes", PACKAGE)
    printed, _pages = machine.stage([["module", "off", NAME], ["module", "purge", NAME, "--yes"]], [])
    assert f"The data of {NAME} is gone: {NAME}_note" in printed[1]
    assert machine.tables(NAME) == []
    assert NAME not in machine.command("module", "list")


def assert_no_trace(pages: list[tuple[int, str]]) -> None:
    """The client card is there as if the module had never been; its own addresses are nowhere."""
    (status, card), *gone = pages
    assert status == 200
    assert [trace for trace in TRACES if trace in card] == []
    assert {status for status, _text in gone} == {404}


def line_of(listing: str) -> str:
    """Return the module's line of a listing."""
    return next(line for line in listing.splitlines() if line.startswith(NAME))
