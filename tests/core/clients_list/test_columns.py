"""Columns that each user chooses and orders, and columns and filters that modules add."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from kartoteka.builtin.clients.fields import EDIT, VIEW
from kartoteka.testing.company import Company, open_company
from tests.core.clients_list.conftest import add_clients, listed

RIGHTS = (VIEW, EDIT)


def heads(html: str) -> list[str]:
    """Return the titles of the columns, in their order."""
    found = re.findall(r"<th scope=\"col\"[^>]*>(?:<a [^>]*>)?\s*([^<]+)", html)
    return [title.strip() for title in found if title.strip()]


def offered(html: str) -> list[str]:
    return re.findall(r'name="order" value="([^"]+)"', html)


@pytest.mark.catalogue("CL-33")
def test_columns_are_chosen_ordered_and_kept_per_user(shop: Company) -> None:
    ona, jonas = (shop.add_user(permissions=RIGHTS, reach="all") for _ in range(2))
    add_clients(shop, [{"company_name": "A", "website": "www.a.lt"}])
    browser = shop.browser(ona)
    names = offered(browser.get("/clients/columns").text)
    assert "name" not in names
    assert len(names) == len(set(names))
    order = ["website", "number", *(name for name in names if name not in ("website", "number"))]
    sent = {"do": "save", "order": order, "shown": ["number", "website"]}
    answer = browser.post("/clients/columns?importance=a&sort=-name", data=sent)
    assert answer.status_code == 302
    assert answer.location == "/clients/?importance=a&sort=-name"
    html = browser.get("/clients/").text
    assert heads(html)[:3] == ["Name", "Website", "Number"]
    assert "www.a.lt" in html
    assert offered(browser.get("/clients/columns").text)[:2] == ["website", "number"]
    assert "Website" not in heads(shop.browser(jonas).get("/clients/").text)
    assert browser.post("/clients/columns", data={"do": "reset"}).status_code == 302
    assert "Website" not in heads(browser.get("/clients/").text)


@pytest.mark.catalogue("CL-33")
def test_arrows_move_a_column_without_script_and_save_nothing(shop: Company) -> None:
    ona = shop.add_user(permissions=RIGHTS, reach="all")
    browser = shop.browser(ona)
    names = offered(browser.get("/clients/columns").text)
    sent: dict[str, Any] = {"order": names, "shown": [names[2]]}
    moved = browser.post("/clients/columns", data={**sent, "do": f"up:{names[1]}"}).text
    assert offered(moved) == [names[1], names[0], *names[2:]]
    assert f'name="shown" value="{names[2]}" checked' in moved
    assert f'name="shown" value="{names[0]}" checked' not in moved
    down = browser.post("/clients/columns", data={**sent, "do": f"down:{names[-1]}"}).text
    assert offered(down) == names
    assert offered(browser.get("/clients/columns").text) == names


@pytest.mark.parametrize(
    "names", [["nonsense"], ["<script>"], ["name"], ["id", "version", "personal_code"], ["x" * 9000]]
)
def test_nonsense_columns_fall_back_to_the_usual_ones(shop: Company, names: list[str]) -> None:
    ona = shop.add_user(permissions=RIGHTS, reach="all")
    add_clients(shop, [{"company_name": "A"}])
    browser = shop.browser(ona)
    usual = heads(browser.get("/clients/").text)
    assert browser.post("/clients/columns", data={"do": "save", "order": names, "shown": names}).status_code == 302
    assert heads(browser.get("/clients/").text) == usual


PLUGIN = """
from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.declare import *
from kartoteka.api.clients import Client
from kartoteka.extension.declarations.ui import *
from kartoteka.extension.declarations.data import *
from kartoteka.extension.declarations.access import *
from kartoteka.vocabulary.message import Texts

_ = Texts("shade")
BROKEN = set()

def letters(session, ids):
    if "value" in BROKEN:
        raise RuntimeError("no letters today")
    return {one: "<b>" + "x" * (one % 3 + 1) for one in ids if one % 2}

def length(record_id):
    same = aliased(Client)
    return func.length(func.coalesce(select(same.notes).where(same.id == record_id).scalar_subquery(), ""))

def broken(record_id):
    return func.no_such_function(record_id)

def longer(record_id, value):
    if "filter" in BROKEN:
        return func.no_such_function(record_id) > value
    return length(record_id) > value

@hookimpl
def register_module():
    return Module(name="shade", title=_("Shade"), description=_("Shade"), version="1", api=API_VERSION)

@hookimpl
def register_permissions():
    return [Permission(name="shade.view", title=_("See"), description=_("See"))]

@hookimpl
def register_columns():
    common = dict(list_name="clients", permission="shade.view")
    return [
        Column(name="letters", title=_("Letters"), type=FieldType.LINE, value=letters, **common),
        Column(name="length", title=_("Length"), type=FieldType.INTEGER, expression=length, sort="name", **common),
        Column(name="broken", title=_("Broken"), type=FieldType.LINE, expression=broken, **common),
    ]

@hookimpl
def register_filters():
    common = dict(list_name="clients", permission="shade.view")
    return [Filter(name="longer", title=_("Longer than"), type=FieldType.INTEGER, condition=longer, **common)]

@hookimpl
def register_badges():
    return [Badge(kinds=("clients.client",), name="odd", permission="shade.view",
        load=lambda session, ids: {one: BadgeValue("odd <i>", "today") for one in ids if one % 2})]
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def shaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    """A company with a module that adds columns, a filter and a badge, on both databases."""
    folder = tmp_path_factory.mktemp("shade")
    name = f"shade_{request.param}_{abs(hash(folder))}"
    (folder / f"{name}.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(folder))
    point = EntryPoint("shade", name, "kartoteka.modules")
    with open_company(request.param, entry_points=[point]) as made:
        made.switch("shade")
        made.app.extensions["shade"] = importlib.import_module(name)
        yield made


def see(company: Company, user_id: int, *columns: str) -> Callable[[str], str]:
    browser = company.browser(user_id)
    browser.post("/clients/columns", data={"do": "save", "order": list(columns), "shown": list(columns)})
    return lambda address: browser.get(address).text


@pytest.mark.catalogue("CL-32")
def test_modules_add_columns_filters_and_badges(shaded: Company) -> None:
    ona = shaded.add_user(permissions=(*RIGHTS, "shade.view"), reach="all")
    one, two = add_clients(shaded, [{"company_name": "A", "notes": "12345"}, {"company_name": "B"}])
    show = see(shaded, ona, "shade.length", "shade.letters")
    html = show("/clients/")
    assert heads(html)[1:3] == ["Length", "Letters"]
    assert '<td class="k-number" data-label="Length">5</td>' in html
    assert "&lt;b&gt;xx" in html
    assert 'k-badge k-today">odd &lt;i&gt;</span>' in html
    assert listed(show("/clients/?shade.longer=4")) == [one]
    assert listed(show("/clients/?shade.longer=nonsense")) == [one, two]
    assert 'name="shade.longer"' in show("/clients/filters")
    stranger = shaded.add_user(permissions=RIGHTS, reach="all")
    seen = see(shaded, stranger, "shade.length", "shade.letters", "number")
    assert "Length" not in seen("/clients/")
    assert "odd" not in seen("/clients/")
    assert listed(seen("/clients/?shade.longer=4")) == [one, two]
    shaded.switch("shade", on=False)
    assert "Length" not in show("/clients/")


def test_what_a_module_breaks_is_told_and_the_list_stays(shaded: Company) -> None:
    ona = shaded.add_user(permissions=(*RIGHTS, "shade.view"), reach="all")
    ids = add_clients(shaded, [{"company_name": "A"}, {"company_name": "B"}])
    html = see(shaded, ona, "shade.broken", "number")("/clients/")
    assert listed(html) == ids
    assert "This could not be loaded now: Broken" in html
    plugin = shaded.app.extensions["shade"]
    plugin.BROKEN.update({"value", "filter"})
    try:
        html = see(shaded, ona, "shade.letters")("/clients/?shade.longer=1")
    finally:
        plugin.BROKEN.clear()
    assert listed(html) == ids
    assert "This could not be loaded now: Longer than" in html
