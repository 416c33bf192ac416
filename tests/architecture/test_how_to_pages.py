"""The how-to pages hold one module between them: it is put together here, installed and used, page by page."""

from __future__ import annotations

import re
import shutil
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.db.search import restrict_to_matches
from kartoteka.extension import dispatch
from kartoteka.extension.calls import hook_names
from kartoteka.extension.loading import load_badges, load_panels, load_widget
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.search import parse_query
from tests.architecture.conftest import RIGHTS
from tests.architecture.machine import Machine

FOLDER = Path(__file__).resolve().parents[2] / "docs/how-to"
BUILDING = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["kartoteka_crm_visits"]
"""
_TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+\.md)(?:#[^)]*)?\)")


def point(name, plugins):
    entry = {"name": name, "value": f"kartoteka_{name}.plugin", "dist": None, "load": lambda self: plugins[name]}
    return type("EntryPoint", (), entry)()


def test_every_page_is_in_the_overview_and_every_link_leads_somewhere(how_to):
    assert {page.name for page in how_to.pages} == {file.name for file in FOLDER.glob("*.md")} - {"README.md"}
    for page in FOLDER.glob("*.md"):
        for link in _LINK.findall(page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_block_of_code_says_where_it_belongs(how_to):
    assert [(block.page.name, block.code[:40]) for block in how_to.blocks if not block.file] == []


def test_every_hook_has_a_page(how_to):
    shown = set(re.findall(r"@hookimpl\ndef (\w+)", "".join(block.code for block in how_to.blocks)))
    assert shown == hook_names()


def test_modules_use_the_public_door_only(how_to):
    imported = {line for block in how_to.blocks for line in re.findall(r"^from (kartoteka\.\S+)", block.code, re.M)}
    assert imported
    assert all(name.startswith(("kartoteka.api", "kartoteka.testing")) for name in imported)


def test_panels_and_badges(visits, user):
    with visits.database.reading(user) as session:
        panels = {one.panel.key: one for one in load_panels(session, "card.side", RecordRef("clients.client", 1))}
        assert panels["crm_visits.last_visit"].values["visit"].place == "Žvėrynas"
        others = load_panels(session, "card.side", RecordRef("clients.client", 2))
        assert "crm_visits.last_visit" not in {one.panel.key for one in others}
        badges = load_badges(session, "clients.client", [1, 2])
        assert [str(badge.text) for badge in badges.of(2)] == ["Never visited"]
        assert (badges.of(1), badges.failures) == ((), ())


def test_columns_and_filters(visits, user):
    page = visits.browser(user.user_id).get("/clients/?q=alfa").text
    assert "/crm_visits/plan?where=q%3Dalfa" in page
    assert visits.browser(user.user_id).get("/crm_visits/plan?where=q%3Dalfa").text == "Search: alfa"
    with visits.database.reading(user) as session:
        column = next(one for one in dispatch.columns(session, "clients") if one.module == "crm_visits")
        assert column.value(session, [1, 2]) == {1: date(2026, 3, 2)}
        place = next(one for one in dispatch.filters(session, "clients") if one.module == "crm_visits")
        assert session.scalars(select(Client.id).where(place.condition(Client.id, "Žvėrynas"))).all() == [1]


def test_actions_write_into_the_change_log_and_into_search(visits, user, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    with visits.database.transaction(user) as session:
        action = next(one for one in dispatch.bulk_actions(session, "clients.client") if one.name == "log_visit")
        records = [RecordRef("clients.client", number) for number in (1, 2)]
        outcome = action.run(session, user, records, {"visited_on": date(2026, 5, 5), "place": "Õismäe"})
        assert (outcome.changed, str(outcome.message)) == (2, "2 visits are logged.")
    with visits.database.reading(user) as session:
        found = restrict_to_matches(
            session, select(visit.client_id), visit.id, parse_query("oismae"), ["crm_visits.visit"], column="record_id"
        )
        assert sorted(session.scalars(found)) == [1, 2]


def test_reports(visits, user):
    with visits.database.reading(user) as session:
        report = dispatch.find_report(session, "crm_visits.visits_by_place")
        assert [dict(row) for row in report.rows(session, {})] == [{"place": "Žvėrynas", "visits": 1}]


def test_documents(visits, how_to):
    rights = (*RIGHTS, "documents.view")
    browser = visits.browser(visits.add_user(permissions=rights, reach="all"))
    made = browser.post("/documents/new/crm_visits/visit_report", data={"record": "crm_visits.visit:1"})
    page = browser.get(made.location).text
    assert re.search(r"V20\d\d-001 Alfa", page)
    assert browser.get(f"{made.location}/pdf").data.startswith(b"%PDF")


def test_files(visits, user, how_to):
    files, letters = (import_module(f"kartoteka_crm_visits.{name}") for name in ("files", "letters"))
    with visits.database.transaction(user) as session:
        first = files.keep_minutes(session, 1, "We met.")
        assert files.keep_minutes(session, 1, "We met and agreed.") == first
        photo = files.keep_photo(session, 1, BytesIO(b"picture"), "Roof.jpg")
    rights = (*RIGHTS, "files.view")
    seen, unseen = (
        visits.browser(visits.add_user(permissions=[one for one in rights if one != left_out], reach="all"))
        for left_out in ("", "crm_visits.view")
    )
    assert seen.get(f"/files/{first}/download").data == b"We met and agreed."
    assert seen.get(f"/files/{first}/download?version=1").data == b"We met."
    assert "Roof" in seen.get("/clients/1/files").text
    assert unseen.get(f"/files/{photo}/download").status_code == 404
    with visits.app.test_request_context():
        frame = letters.letter_frame(1)
    assert "<h1>Žvėrynas</h1>" in (page := seen.get(frame).text)
    assert "stolen" not in page


def test_widgets(visits, user):
    widget = visits.installation.registry.find_widget("crm_visits.last_visits")
    assert widget is not None
    with visits.database.reading(user) as session:
        loaded = load_widget(session, widget, {"lines": 1})
    assert [visit.place for visit in loaded.values["visits"]] == ["Žvėrynas"]
    browser = visits.browser(user.user_id)
    page = browser.get("/").text
    assert "Žvėrynas, 2\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in page
    options = re.search(r'href="(/dashboard/boxes/\d+/options)" aria-label="[^"]*Last visits"', page)
    assert options is not None
    assert browser.post(options[1], data={"lines": "3"}).status_code == 302
    assert browser.post(options[1], data={"lines": "99"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/crm_visits/", '2026-03-02: <a href="/crm_visits/1">Žvėrynas</a>'),
        ("/crm_visits/1", "<p>2026-03-02: "),
        ("/crm_visits/clients/1/visits", "2026-03-02: Žvėrynas"),
        ("/clients/1", "Last visit"),
        ("/reports/crm_visits/visits_by_place", "Žvėrynas"),
    ],
)
def test_pages(visits, path, shown):
    browser = visits.browser(visits.add_user(permissions=RIGHTS, reach="all"))
    page = browser.get(path)
    assert page.status_code == 200
    assert shown in page.text
    assert 'href="/crm_visits/"' in page.text, "the menu"
    visits.switch("crm_visits", on=False)
    gone = browser.get(path)
    assert gone.status_code == (200 if path.startswith("/clients") else 404)
    assert shown not in gone.text


def test_the_module_keeps_the_contract_and_its_tests_pass(how_to, tmp_path):
    project = tmp_path / "crm_visits"
    for name in ("kartoteka_crm_visits", "tests"):
        shutil.copytree(how_to.folder / name, project / name)
    project_file = _TOML.search((FOLDER / "module.md").read_text("utf-8"))[1]
    (project / "pyproject.toml").write_text(project_file + BUILDING, "utf-8")
    (project / "README.md").write_text("Visits. " + "Who visited which client, and what came of it. " * 3, "utf-8")
    machine = Machine(tmp_path)
    machine.install(project, editable=True)
    machine.stage([["db", "upgrade"], ["db", "revision", "crm_visits", "Add visits"]], [])
    done = machine.pytest(project, "--import-mode=importlib")
    assert done.returncode == 0, done.stdout
    (passed,) = re.findall(r"(\d+) passed", done.stdout)
    assert int(passed) > 30, "the contract ran beside the tests of the page"
