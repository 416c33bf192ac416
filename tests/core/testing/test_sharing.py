"""Companies of one test run share what says nothing about them, and leave nothing of themselves behind."""

from __future__ import annotations

import gc
from importlib.metadata import entry_points
from types import ModuleType, SimpleNamespace
from typing import Any
from weakref import ref

import pytest
from sqlalchemy import String, column, inspect, select, table
from werkzeug.routing import Map, Rule

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.declare import Module
from kartoteka.builtin.clients import plugin as clients
from kartoteka.installation import unready
from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds, ram_disk
from kartoteka.testing.routing import SharedMap
from kartoteka.vocabulary.message import Message
from tests.installed import installed

RULES = (("/clients/", "list"), ("/clients/<int:client_id>", "card"))


def make_map(*more: tuple[str, str], **settings: Any) -> SharedMap:
    return SharedMap([made_rule(*pair) for pair in (*RULES, *more)], **settings)


def made_rule(path: str, endpoint: str) -> Rule:
    rule = Rule(path, endpoint=endpoint)
    rule.provide_automatic_options = True  # type: ignore[attr-defined]
    return rule


def found(given: Map, path: str) -> str:
    return str(given.bind("localhost").match(path)[0])


@pytest.mark.parametrize("kind", chosen_kinds())
def test_nothing_of_a_company_stays_when_it_is_gone(kind: str) -> None:
    with open_company(kind) as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        client_id = company.add_client("Alfa").id
        browser = company.browser(company.add_user("administrator"))
        pages = ("/", "/clients/", f"/clients/{client_id}", "/search/?q=Alfa")
        assert [browser.get(page).status_code for page in pages] == [200] * 4
        left = [ref(company.database), ref(company.app), ref(company.database.engine)]
        del browser
    del company
    gc.collect()
    assert [one() for one in left] == [None, None, None]


def test_modules_are_loaded_once_until_somebody_changes_one(company_on: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = company_on().installation.registry, company_on().installation.registry
    assert first is second
    monkeypatch.setattr(clients, "MENU", list(reversed(clients.MENU)))
    assert company_on().installation.registry is not first
    assert company_on(entry_points=[]).installation.registry is not first


def test_modules_that_a_test_brings_along_are_loaded_once_and_never_taken_for_others(company_on: Any) -> None:
    visits, other = stand_in("Visits"), stand_in("Other")

    def registry(plugin: Any) -> Any:
        point = SimpleNamespace(name="crm_visits", value="crm_visits", dist=None, load=lambda: plugin)
        return company_on(entry_points=[point]).installation.registry

    first = registry(visits)
    assert registry(visits) is first
    assert registry(other).module("crm_visits").title.english == "Other"
    first = registry(visits)
    assert first.module("crm_visits").title.english == "Visits"
    visits.register_module = other.register_module
    assert registry(visits).module("crm_visits").title.english == "Other"


def stand_in(title: str) -> ModuleType:
    """Return the plugin of a module crm_visits with this title."""
    plugin: Any = ModuleType("crm_visits")
    facts: Any = {"name": "crm_visits", "title": Message(title), "description": Message("Who went where.")}
    plugin.register_module = hookimpl(lambda: Module(api=API_VERSION, version="1", **facts))
    return plugin


@pytest.mark.parametrize("kind", chosen_kinds())
def test_tables_are_there_of_what_is_installed_among_the_modules_of_a_company(kind: str) -> None:
    point = SimpleNamespace(name="crm_visits", value="crm_visits", dist=None, load=lambda: stand_in("Visits"))
    for names in ([], installed("crm_clients"), installed("crm_inquiries"), installed("crm_clients", "crm_inquiries")):
        points: Any = [one for one in entry_points(group="kartoteka.modules") if one.name in names]
        for others in ([], [point]):
            with open_company(kind, entry_points=[*points, *others]) as company:
                tables = set(inspect(company.database.engine).get_table_names())
                assert unready(company.installation) is None
        there = {name.partition("kartoteka_revision_")[2] for name in tables if name.startswith("kartoteka_revision_")}
        assert there - {"core"} == set(names)


def test_a_statement_compiled_for_one_company_serves_the_next(company_on: Any) -> None:
    statement = select(table("core_client", column("company_name", String)))
    for company in (first := company_on("sqlite"), company_on("sqlite")):
        with company.database.reading(company.system) as session:
            session.execute(statement)
            known = len(company.database.engine._compiled_cache)
    assert company.database.engine.dialect == first.database.engine.dialect
    with first.database.reading(first.system) as session:
        session.execute(statement)
    assert len(first.database.engine._compiled_cache) == known


def test_equal_maps_share_what_they_arranged_and_a_late_rule_changes_one_only() -> None:
    first, second = make_map(), make_map()
    assert found(first, "/clients/7") == found(second, "/clients/7") == "card"
    assert first._matcher is second._matcher
    second.add(made_rule("/late", "late"))
    assert found(second, "/late") == "late"
    assert not first.bind("localhost").test("/late")


def test_maps_that_differ_share_nothing() -> None:
    plain = make_map()
    found(plain, "/clients/")
    for other in (make_map(("/more", "more")), make_map(strict_slashes=False), make_map(merge_slashes=False)):
        assert found(other, "/clients/") == "list"
        assert other._matcher is not plain._matcher
    assert all(rule.provide_automatic_options for rule in plain.iter_rules())  # type: ignore[attr-defined]


def test_a_named_folder_goes_before_the_disk_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/somewhere")
    assert ram_disk.__wrapped__() is None
