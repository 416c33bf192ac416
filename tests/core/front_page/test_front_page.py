"""The front page: what each user finds there, how he arranges it, and what a broken widget does to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.db.journal import insert_rows
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.ui import Widget
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.message import Message
from tests.installed import installed

STATEMENTS = 9
SECRET = "what nobody may read in a log"
NOTICES, BIRTHDAYS, CHANGES, MINE = "Notices", "Birthdays", "Latest changes", "My clients"


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    return company(modules=installed("crm_clients"))


def boxes(browser: FlaskClient, url: str = "/") -> list[str]:
    page = browser.get(url)
    assert page.status_code == 200
    return re.findall(r'k-widget[^>]* aria-label="([^"]+)"', page.text)


def number_of(browser: FlaskClient, title: str) -> int:
    """Return the number of the first box with this title."""
    found = re.search(rf'id="widget-(\d+)"[^>]* aria-label="{title}"', browser.get("/?edit=1").text)
    assert found is not None
    return int(found[1])


def change(browser: FlaskClient, do: str) -> int:
    return browser.post("/dashboard/layout", data={"do": do}).status_code


@pytest.mark.needs_module("crm_clients")
@pytest.mark.parametrize("role", [ADMINISTRATOR, None])
def test_everybody_finds_what_his_rights_allow(made: Company, role: str | None) -> None:
    made.add_client("UAB Langai")
    found = boxes(made.browser(made.add_user(role)))
    assert NOTICES in found
    assert (CHANGES in found) == (role is not None)
    assert ("Birthdays of contacts" in found) == (role is not None)


def test_a_user_arranges_the_page_for_himself(made: Company) -> None:
    anna, other = made.browser(made.add_user(ADMINISTRATOR)), made.browser(made.add_user(ADMINISTRATOR))
    made.add_client("UAB Langai")
    before = boxes(anna, "/?edit=1")
    notices = number_of(anna, NOTICES)
    here = before.index(NOTICES)
    assert change(anna, f"down:{notices}") == 302
    after = boxes(anna, "/?edit=1")
    assert after[here : here + 2] == [before[here + 1], before[here]]
    assert change(anna, f"up:{notices}") == 302
    assert boxes(anna, "/?edit=1") == before
    change(anna, f"remove:{notices}")
    assert NOTICES not in boxes(anna)
    assert "Add: Notices" in anna.get("/?edit=1").text
    change(anna, "add:dashboard.notices")
    assert boxes(anna, "/?edit=1")[-1] == NOTICES
    birthdays = number_of(anna, BIRTHDAYS)
    change(anna, f"size:{birthdays}:3")
    assert re.search(rf'k-span-3" id="widget-{birthdays}"', anna.get("/").text)
    assert boxes(other, "/?edit=1") == before
    change(anna, "reset")
    assert boxes(anna, "/?edit=1") == before


@pytest.mark.parametrize("do", ["", "up", "up:", "up:x", "up:99", "size:99:1", "add:no.widget", "fly:1", "remove:²"])
def test_nonsense_changes_nothing(made: Company, do: str) -> None:
    browser = made.browser(made.add_user(ADMINISTRATOR))
    before = boxes(browser, "/?edit=1")
    assert change(browser, do) == 404
    assert boxes(browser, "/?edit=1") == before


@pytest.mark.needs_module("crm_clients")
def test_a_widget_of_a_module_that_is_off_goes_and_comes_back_to_its_place(made: Company) -> None:
    browser = made.browser(made.add_user(ADMINISTRATOR))
    change(browser, "size:2:1")
    before = boxes(browser, "/?edit=1")
    assert "Birthdays of contacts" in before
    made.switch("crm_clients", on=False)
    without = boxes(browser, "/?edit=1")
    assert "Birthdays of contacts" not in without
    assert change(browser, f"down:{without.index(CHANGES) + 1}") == 302
    made.switch("crm_clients")
    assert sorted(boxes(browser, "/?edit=1")) == sorted(before)


def test_a_widget_shows_what_its_owner_chose(made: Company, clock: Clock) -> None:
    clock.set("2026-03-02 10:00")
    browser = made.browser(made.add_user(ADMINISTRATOR, birth_date=date(1990, 3, 12)))
    fragment = {"HX-Request": "true"}
    box = f"/dashboard/boxes/{number_of(browser, BIRTHDAYS)}"
    assert "User" not in browser.get(box, headers=fragment).text
    assert browser.post(f"{box}/options", data={"days": "14"}).status_code == 302
    page = browser.get(box, headers=fragment).text
    assert "colleague" in page
    assert "1990" not in page, "colleagues see the day, not the year"
    assert browser.post(f"{box}/options", data={"days": "9999"}).status_code == 422
    assert browser.get(f"/dashboard/boxes/{number_of(browser, NOTICES)}/options").status_code == 404
    assert browser.get("/dashboard/boxes/99").status_code == 404


@pytest.mark.catalogue("CORE-08", part="clients and the team; 29 February and the turn of the year")
@pytest.mark.parametrize(
    ("today", "shown"),
    [
        ("2026-12-28", ["Tomas Tamm", "Ona Onaitė"]),
        ("2027-02-28", ["Leap Year"]),
        ("2028-02-28", ["Leap Year"]),
        ("2026-06-01", []),
    ],
)
def test_birthdays_of_clients_and_colleagues(made: Company, clock: Clock, today: str, shown: list[str]) -> None:
    clock.set(f"{today} 10:00")
    anna = made.add_user(ADMINISTRATOR)
    made.add_user(name="Tomas Tamm", birth_date=date(1990, 12, 30))
    made.add_client(kind="person", first_name="Ona", surname="Onaitė", birth_date=date(1980, 1, 2))
    made.add_client(kind="person", first_name="Leap", surname="Year", birth_date=date(1996, 2, 29))
    browser = made.browser(anna)
    page = browser.get(f"/dashboard/boxes/{number_of(browser, BIRTHDAYS)}", headers={"HX-Request": "true"}).text
    names = {"Tomas Tamm": "Tomas Tamm", "Onaitė Ona": "Ona Onaitė", "Year Leap": "Leap Year"}
    assert [names[one] for one in re.findall(r">(Tomas Tamm|Onaitė Ona|Year Leap)<", page)] == shown


def test_latest_changes_are_those_of_clients_that_the_user_sees(made: Company) -> None:
    boss = made.actor(made.add_user(ADMINISTRATOR, name="Rasa"))
    seller = made.add_user(permissions=["clients.view"])
    made.add_client("UAB Hers", manager_id=seller, actor=boss)
    made.add_client("UAB Others", manager_id=boss.user_id, actor=boss)
    page = made.browser(seller).get("/").text
    assert "UAB Hers" in page
    assert "UAB Others" not in page


@pytest.mark.parametrize("kind", chosen_kinds())
def test_the_front_page_costs_the_same_for_any_number_of_records(kind: str) -> None:
    spent = []
    for number in (3, 150):
        with open_company(kind) as made:
            made.switch(*installed("crm_clients"))
            anna = made.add_user(ADMINISTRATOR, birth_date=date(1990, 3, 12))
            with made.database.transaction(made.system, "Filled") as session:
                usual = {"kind": "company", "country": "LT", "manager_id": anna, "registered_on": date(2026, 1, 1)}
                rows = [{**usual, "number": f"K{one}", "company_name": f"UAB {one}"} for one in range(number)]
                insert_rows(session, "core_client", rows)
                notice = {"title": "News", "text": "", "important": False, "valid_from": date(2020, 1, 1)}
                insert_rows(session, "core_notice", [{**notice, "state": "active"} for _one in range(number)])
            browser = made.browser(anna)
            browser.get("/")
            with counted_statements(made.database) as sent:
                assert "UAB" in browser.get("/").text
            spent.append(len(sent))
    assert spent[0] == spent[1] <= STATEMENTS


# --- Widgets of modules ----------------------------------------------------------------------------------------------


def explode(*_arguments: Any) -> dict[str, Any]:
    raise RuntimeError(SECRET)


class Broken:
    """A module whose widgets fail, each in its own way."""

    @hookimpl
    def register_module(self) -> Module:
        title, description = Message("Broken things"), Message("-")
        return Module(name="broken", title=title, description=description, version="1", api=API_VERSION)

    @hookimpl
    def register_widgets(self) -> list[Widget]:
        usual: dict[str, Any] = {"permission": None, "template": "broken/none.html"}
        return [
            Widget(name="raises", title=Message("Raises"), load=explode, **usual),
            Widget(name="no_template", title=Message("No template"), load=lambda *_: {}, **usual),
            Widget(name="no_dict", title=Message("No dictionary"), load=lambda *_: [1], **usual),  # type: ignore[arg-type, return-value]
            Widget(name="nothing", title=Message("Nothing"), load=lambda *_: None, **usual),
        ]


@pytest.fixture
def broken() -> Iterator[Company]:
    entry = type("Point", (), {"name": "broken", "value": "broken", "dist": None, "load": lambda self: Broken()})()
    with open_company(entry_points=[entry]) as made:
        made.switch("broken")
        yield made


def test_a_broken_widget_shows_its_module_and_the_page_stays(broken: Company, caplog: pytest.LogCaptureFixture) -> None:
    browser = broken.browser(broken.add_user(ADMINISTRATOR))
    page = browser.get("/").text
    assert page.count("The module “Broken things” could not show this.") == 3
    assert NOTICES in boxes(browser)
    assert "Nothing" not in boxes(browser), "there is nothing to show"
    assert "Nothing" in boxes(browser, "/?edit=1"), "but it can be arranged"
    assert SECRET not in page + caplog.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"size": 4}, "size"),
        ({"size": "1"}, "size"),
        ({"refresh": 5}, "refresh"),
        ({"template": "elsewhere/w.html"}, "template"),
        ({"load": lambda session: None}, "load"),
        ({"permission": "broken.unknown"}, "permission"),
        ({"icon": "No Icon"}, "icon"),
    ],
)
def test_a_widget_that_makes_no_sense_sets_its_module_aside(wrong: dict[str, Any], field: str) -> None:
    class Wrong(Broken):
        @hookimpl
        def register_widgets(self) -> list[Widget]:
            sound = {"name": "w", "title": Message("W"), "permission": None, "template": "broken/w.html"}
            return [Widget(**{**sound, "load": explode, **wrong})]

    entry = type("Point", (), {"name": "broken", "value": "broken", "dist": None, "load": lambda self: Wrong()})()
    with open_company(entry_points=[entry]) as made:
        (found,) = made.installation.registry.broken
        assert (found.name, found.hook, found.field) == ("broken", "register_widgets", f"w.{field}")
