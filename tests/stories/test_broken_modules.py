"""The modules page when a module is broken: it says what is wrong, and everything else works (X-39)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.declare import MenuItem, Module
from kartoteka.testing.company import Company, open_company
from kartoteka.vocabulary.message import Message

pytestmark = pytest.mark.needs_module("crm_clients")


def entry_point(name: str, plugin: ModuleType | BaseException) -> Any:
    """Return an installed module that needs no package."""

    def load() -> ModuleType:
        if isinstance(plugin, BaseException):
            raise plugin
        return plugin

    return SimpleNamespace(name=name, value=f"{name}.plugin", dist=None, load=load)


def nonsense() -> ModuleType:
    """Return a module whose menu leads to a route that nobody has."""
    words = {"title": Message("Warehouse"), "description": Message("Keeps goods.")}
    item = MenuItem(name="w", title=Message("W"), endpoint="warehouse.nowhere", permission="warehouse.gone", icon="box")
    plugin: Any = ModuleType("warehouse")
    plugin.register_module = hookimpl(lambda: Module(name="warehouse", version="0.3", api=API_VERSION, **words))
    plugin.register_menu = hookimpl(lambda: [item])
    return plugin  # type: ignore[no-any-return]


@pytest.fixture
def company() -> Iterator[Company]:
    points = [
        entry_point("crm_clients", import_module("kartoteka_crm_clients.plugin")),
        entry_point("payroll", ImportError("No module named 'abacus'")),
        entry_point("warehouse", nonsense()),
    ]
    with open_company(entry_points=points) as made:
        made.switch("crm_clients")
        yield made


@pytest.mark.catalogue("X-39", part="version, what it adds, reason of a failure, on and off; others work")
def test_a_broken_module_is_set_aside_and_the_rest_works(company: Company) -> None:
    browser = company.browser(company.add_user("administrator"))
    client = company.add_client("UAB Langai").id
    page = browser.get("/modules/").text
    assert "payroll was not loaded" in page
    assert "abacus" in page
    assert "warehouse was not loaded" in page
    assert "0.3" in page
    assert "warehouse.gone" in page
    assert "register_menu" in page
    assert "Traceback" not in page
    assert "Contacts and addresses" in page
    assert "0.1.0" in page
    assert browser.get(f"/clients/{client}").status_code == 200
    assert browser.get(f"/crm_clients/clients/{client}/contacts").status_code == 200
    for name in ("payroll", "warehouse"):
        assert browser.get(f"/{name}/").status_code == 404
        assert browser.post(f"/modules/{name}/switch", data={"on": "1"}).status_code == 404
    assert browser.post("/modules/crm_clients/switch", data={"on": "0"}).status_code == 302
    assert browser.get(f"/crm_clients/clients/{client}/contacts").status_code == 404
