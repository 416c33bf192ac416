"""Saved views of lists: own and shared, pinned with counters, one to open first (X-10, CORE-21)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from importlib.metadata import EntryPoint

import pytest
from flask.testing import FlaskClient

from kartoteka.api.db import Model
from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from tests.core.web_lists import test_own_list as own

VIEWS = "/search/views/clients"
LIST_STATEMENTS = 6


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with clients of every importance, once on each database."""
    made = company_on(request.param)
    with made.database.transaction(made.system, "Filled") as session:
        insert_rows(
            session,
            "core_client",
            [
                {
                    "kind": "company",
                    "number": f"T{index:05}",
                    "country": "LT",
                    "registered_on": date(2026, 1, 1),
                    "company_name": f"UAB Langai {index}",
                    "importance": ("", "a", "b", "c")[index % 4],
                    "relationship": "potential" if index % 3 else "existing",
                    "phone": "+37061234567" if index % 2 else "",
                }
                for index in range(60)
            ],
        )
    return made


def save(browser: FlaskClient, state: str, title: str, **more: str) -> str:
    """Save what a list shows; return the address it leads to."""
    answer = browser.post(f"{VIEWS}?{state}", data={"do": "save", "title": title, "pinned": "yes", **more})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def total(html: str) -> int:
    found = re.search(r"Total: ([\d,]+)", html)
    assert found is not None
    return int(found[1].replace(",", ""))


def badges(html: str) -> dict[str, int]:
    """Return the tabs of saved views and their counters."""
    found = re.findall(r'<li><a href="[^"]*view=\d+"[^>]*>([^<]*?) <span class="k-tab-count">([\d,]+)', html)
    return {unescape(title): int(number.replace(",", "")) for title, number in found}


def names(html: str) -> list[str]:
    return re.findall(r'<a id="r\d+"[^>]*>([^<]*)', html)


@pytest.mark.catalogue("CORE-21", part="saved under a name and reopened gives the same rows")
def test_a_saved_view_gives_the_same_rows_again(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    state = (
        "importance=a&importance=b&relationship=existing&relationship.is=not&phone.is=filled&registered_on.from=2000-01-01"
        "&manager=none&q=uab+langai&sort=-name"
    )
    rows = names(browser.get(f"/clients/?{state}").text)
    assert rows
    where = save(browser, state, "Many filters")
    again = browser.get(where).text
    assert names(again) == rows
    assert 'aria-current="page">Many filters' in again
    assert where == "/clients/?view=1"


@pytest.mark.catalogue("X-10", part="the counter equals the list")
def test_counters_equal_the_lists(office: Company) -> None:
    seller = office.add_user(permissions=["clients.view", "search.share_views"], reach="own")
    office.add_client("Own A", importance="a", manager_id=seller)
    chief = office.browser(office.add_user("administrator"))
    asked = {
        "A": "importance=a",
        "Not A": "importance=a&importance.is=not",
        "Nothing": "q=qwertyuiop",
        "Found": "q=langai+1",
        "One letter": "q=l",
        "No phone": "phone.is=empty",
        "Archived": "state=archived",
        "All of them": "sort=-name",
    }
    for title, state in asked.items():
        save(chief, state, title, shared="yes")
    for browser in (chief, office.browser(seller)):
        shown = badges(browser.get("/clients/").text)
        assert set(shown) == set(asked)
        for number, title in enumerate(asked, start=1):
            assert total_or_none(browser.get(f"/clients/?view={number}").text) == shown[title], title


def total_or_none(html: str) -> int:
    return total(html) if "Total:" in html else 0


@pytest.mark.catalogue("X-10", part="shared views appear at colleagues, with their own rights")
def test_sharing(office: Company) -> None:
    chief = office.browser(office.add_user("administrator"))
    seller_id = office.add_user(permissions=["clients.view"])
    own = office.add_client("Own A", importance="a", manager_id=seller_id)
    seller = office.browser(seller_id)
    save(chief, "importance=a", "Ours", shared="yes")
    save(chief, "importance=b", "Mine alone")
    html = seller.get("/clients/?view=1").text
    assert names(html) == [own.name]
    assert badges(html) == {"Ours": 1}
    assert "no such saved view" in seller.get("/clients/?view=2").text
    # Who may not share can neither share nor change what is shared.
    refused = seller.post(f"{VIEWS}?q=x", data={"do": "save", "title": "For all", "shared": "yes"})
    assert refused.status_code == 403
    for do in ("delete:1", "overwrite:1", "change:1"):
        assert seller.post(VIEWS, data={"do": do, "title-1": "Taken"}).status_code == 403
    for do in ("delete:2", "overwrite:2", "change:2", "pin:2", "first:2"):
        assert seller.post(VIEWS, data={"do": do, "title-2": "Taken"}).status_code == 404
    assert seller.post(VIEWS, data={"do": "unpin:1"}).status_code == 302
    assert badges(seller.get("/clients/").text) == {}
    assert badges(chief.get("/clients/").text).keys() == {"Ours", "Mine alone"}


@pytest.mark.catalogue("X-10", part="renamed, overwritten, deleted, ordered, one opens first")
def test_managing(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    for title, state in {"First": "importance=a", "Second": "importance=b", "Third": "importance=c"}.items():
        save(browser, state, title)
    assert browser.post(VIEWS, data={"do": "change:1", "title-1": "Renamed"}).status_code == 302
    browser.post(VIEWS, data={"do": "down:1"})
    assert list(badges(browser.get("/clients/").text)) == ["Second", "Renamed", "Third"]
    browser.post(VIEWS, data={"do": "up:3"})
    assert list(badges(browser.get("/clients/").text)) == ["Second", "Third", "Renamed"]
    changed = browser.get("/clients/?view=1&importance=c").text
    assert "changed" in changed
    assert (
        browser.post(f"{VIEWS}?view=1&importance=c", data={"do": "overwrite:1"}).headers["Location"].endswith("view=1")
    )
    assert total(browser.get("/clients/?view=1").text) == total(browser.get("/clients/?importance=c").text)
    browser.post(VIEWS, data={"do": "first:2"})
    everything = browser.get("/clients/?view=all").text
    assert total(browser.get("/clients/").text) == total(browser.get("/clients/?importance=b").text)
    assert total(everything) == 60
    assert 'href="/clients/?view=all"' in browser.get("/clients/").text
    browser.post(VIEWS, data={"do": "plain:2"})
    assert total(browser.get("/clients/").text) == 60
    assert browser.post(VIEWS, data={"do": "delete:2"}).headers["Location"] == "/clients/"
    assert "no such saved view" in browser.get("/clients/?view=2").text


def test_names_are_checked(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    save(browser, "importance=a", "Taken")
    for title, said in {"": "Enter a name for the view", " tAKEN ": "already", "x" * 61: "at most 60"}.items():
        answer = browser.post(f"{VIEWS}?importance=b", data={"do": "save", "title": title})
        assert answer.status_code == 422
        assert said in answer.text
    for do in ("", "nonsense", "delete:x", "delete:99", "change:99999999999999", "up:99"):
        assert browser.post(VIEWS, data={"do": do}).status_code == 404, do
    assert browser.get("/search/views/nothing").status_code == 404
    longest = "&".join(f"manager=none&activity={'x' * 190}&phone={'y' * 190}&email={'z' * 190}" for _one in range(3))
    assert browser.get(f"{VIEWS}?{longest}").status_code == 200


def test_columns_belong_to_the_view(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    browser.post(
        "/clients/columns", data={"do": "save", "order": ["vat_code", "email"], "shown": ["vat_code", "email"]}
    )
    save(browser, "importance=a", "With codes", columns="yes")
    browser.post("/clients/columns", data={"do": "reset"})
    assert "VAT code" in heads(browser.get("/clients/?view=1").text)
    assert "VAT code" not in heads(browser.get("/clients/").text)
    browser.post("/clients/columns?view=1", data={"do": "save", "order": ["email"], "shown": ["email"]})
    assert "VAT code" not in heads(browser.get("/clients/?view=1").text)
    browser.post("/clients/columns?view=1", data={"do": "reset"})
    assert "VAT code" in heads(browser.get("/clients/?view=1").text)


def heads(html: str) -> str:
    return html[html.index("<thead>") : html.index("</thead>")]


def test_forms_keep_the_view(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    save(browser, "importance=a&sort=-name", "A", columns="yes")
    html = browser.get("/clients/?view=1").text
    assert '<input type="hidden" name="view" value="1">' in html
    # A form that is sent as it is leads back to the view's own short address.
    sent = browser.get("/clients/?view=1&importance=a&sort=-name&q=")
    assert sent.headers["Location"] == "/clients/?view=1"
    assert '<input type="hidden" name="view" value="1">' in browser.get("/clients/filters?view=1").text
    everything = browser.get("/clients/?view=1&importance=a&sort=-name&q=langai+1").text
    assert "changed" in everything


def test_the_list_keeps_its_budget(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    for number in range(6):
        save(browser, f"importance=a&q=langai+{number}", f"View {number}")
    browser.get("/clients/")
    with counted_statements(office.database) as seen:
        html = browser.get("/clients/?view=1").text
    assert len(badges(html)) == 6
    assert len(seen) <= LIST_STATEMENTS
    with counted_statements(office.database) as seen:
        browser.get("/clients/?q=langai&view=1", headers={"HX-Request": "true"})
    assert len(seen) <= LIST_STATEMENTS - 1  # nothing is counted anew while somebody types


def test_any_list_has_views(stock: Company) -> None:
    """A module's own list that names itself has views without a line of code."""
    browser = stock.browser(stock.add_user("administrator"))
    answer = browser.post("/search/views/stock.items?sold=yes", data={"do": "save", "title": "Sold", "pinned": "yes"})
    assert answer.headers["Location"] == "/stock/?view=1"
    html = browser.get("/stock/?view=1").text
    assert "Sold <span" in html or ">Sold" in html
    assert stock.browser(stock.add_user(permissions=[])).get("/search/views/stock.items").status_code == 404


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company with the module of the test of own lists."""
    monkeypatch.setitem(sys.modules, "stock_for_lists", own.make_plugin())
    with open_company(entry_points=[EntryPoint("stock", "stock_for_lists", "kartoteka.modules")]) as made:
        Model.metadata.create_all(made.database.engine, [own.Item.__table__])
        made.switch("stock")
        yield made
