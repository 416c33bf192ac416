"""Pages of the client list: every order, forwards and backwards, to a value, and what a page costs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.fields import CREATE, EDIT, VIEW
from kartoteka.builtin.clients.list_columns import CLIENTS
from kartoteka.builtin.clients.models import Client
from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company
from kartoteka.testing.statements import counted_statements
from tests.core.clients_list.conftest import add_clients, listed, many, pager_links
from tests.installed import installed

RIGHTS = (VIEW, CREATE, EDIT)
LARGEST = 120_000
MOST_STATEMENTS = 6
"""Signing in, the total, the rows; with crm_clients on its addresses and badges too; one more for short searches."""


def walk(browser: Any, address: str, link: str) -> list[list[int]]:
    """Return the ids of all pages, from an address on along one kind of link."""
    pages: list[list[int]] = []
    seen: set[str] = set()
    while address:
        assert address not in seen, "the pager goes round in a circle"
        seen.add(address)
        html = browser.get(address).text
        pages.append(listed(html))
        address = pager_links(html).get(link, "")
    return pages


def joined(pages: list[list[int]]) -> list[int]:
    return [one for page in pages for one in page]


def expected_order(company: Company, order: str, *, descending: bool) -> list[int]:
    """Return the ids as Python sorts them: by code point, then by id, empties first."""
    column: Any = next(one.column for one in CLIENTS.orders if one.name == order)
    with company.database.reading(company.system) as session:
        rows = session.execute(select(column, Client.id)).all()
    return [row[1] for row in sorted(rows, key=tuple, reverse=descending)]


@pytest.mark.catalogue("CORE-21", part="filters combined by AND, in the address")
@pytest.mark.parametrize("order", [one.name for one in CLIENTS.orders])
def test_every_order_is_the_same_forwards_backwards_and_on_both_databases(office: Company, order: str) -> None:
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    add_clients(office, many(130))
    for descending in (False, True):
        address = f"/clients/?sort={'-' if descending else ''}{order}"
        forwards = walk(browser, address, "next")
        assert [len(page) for page in forwards] == [50, 50, 30]
        assert joined(forwards) == expected_order(office, order, descending=descending)
        last = pager_links(browser.get(address).text)["last"]
        backwards = walk(browser, last, "previous")
        right = expected_order(office, order, descending=descending)
        assert all(page == right[right.index(page[0]) :][:50] for page in backwards)
        assert backwards[0] == joined(forwards)[-50:]
        assert backwards[-1] == forwards[0]
        assert set(joined(backwards)) == set(joined(forwards))


def test_own_clients_are_paged_alike(office: Company) -> None:
    own = office.add_user(permissions=RIGHTS, reach="own")
    add_clients(office, [{**row, "manager_id": own if index % 2 else None} for index, row in enumerate(many(250))])
    browser = office.browser(own)
    for sort in ("name", "-registered_on", "importance"):
        pages = walk(browser, f"/clients/?sort={sort}", "next")
        assert [len(page) for page in pages] == [50, 50, 25]
        assert len(set(joined(pages))) == 125


def test_a_page_can_be_searched_and_filtered_and_still_be_walked(office: Company) -> None:
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    add_clients(office, many(300))
    pages = walk(
        browser, "/clients/?relationship=existing&importance=a&importance=b&importance=c&q=client&sort=-name", "next"
    )
    assert len(set(joined(pages))) == len(joined(pages)) > 50
    with office.database.reading(office.system) as session:
        names = dict(session.execute(select(Client.id, Client.name_sort)).all())
    shown = [names[one] for one in joined(pages)]
    assert shown == sorted(shown, reverse=True)
    assert all("client" in name for name in shown)


def test_more_clients_than_are_gathered_are_walked(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartoteka.web.lists import loading

    monkeypatch.setattr(loading, "FEW", 5)
    own = office.add_user(permissions=RIGHTS, reach="own")
    add_clients(office, [{**row, "manager_id": own if index % 2 else None} for index, row in enumerate(many(130))])
    pages = walk(office.browser(own), "/clients/?manager=me&sort=-registered_on", "next")
    assert len(set(joined(pages))) == 65


def test_go_to_a_value_of_the_column(office: Company) -> None:
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    ids = add_clients(
        office,
        [
            {"company_name": f"Client {index:03}", "registered_on": date(2026, 1, 1 + index // 10)}
            for index in range(120)
        ],
    )
    assert listed(browser.get("/clients/?go=client+060").text) == ids[60:110]
    assert listed(browser.get("/clients/?go=CLIENT 0605").text)[0] == ids[61]
    assert listed(browser.get("/clients/?sort=registered_on&go=2026-01-05").text)[0] == ids[40]
    html = browser.get("/clients/?go=zzz").text
    assert listed(html)[-1] == ids[-1]
    wrong = browser.get("/clients/?sort=registered_on&go=yesterday").text
    assert "This is not a date." in wrong
    assert listed(wrong) == ids[:50]


def test_a_cursor_of_another_list_leads_to_the_first_page_and_says_so(shop: Company) -> None:
    browser = shop.browser(shop.add_user(permissions=RIGHTS, reach="all"))
    ids = add_clients(shop, many(60))
    cursor = re.search(r"at=([^&\"]+)", browser.get("/clients/").text)
    assert cursor
    for address in (
        f"/clients/?importance=a&at={cursor[1]}",
        "/clients/?at=forged",
        f"/clients/?sort=-name&at={cursor[1]}",
    ):
        html = browser.get(address).text
        assert "That page of the list does not exist any more." in html
        assert set(listed(html)) <= set(ids)


@pytest.mark.parametrize("reach", ["all", "department", "own"])
def test_a_page_costs_few_statements_however_many_rows_it_has(office: Company, reach: str) -> None:
    office.switch(*installed("crm_clients"))
    rights = [right.name for right in office.installation.registry.permissions]
    own = office.add_user(permissions=rights, reach=reach)
    browser = office.browser(own)
    addresses = (
        "/clients/",
        "/clients/?manager=me&importance=a&relationship=existing&sort=-registered_on&q=client",
        f"/clients/?manager={own}",
    )
    add_clients(office, many(5, own))
    few = {address: _cost(office, browser, address) for address in addresses}
    add_clients(office, [{**row, "number": f"N{index:05}"} for index, row in enumerate(many(60, own))])
    for address in addresses:
        assert _cost(office, browser, address) <= max(few[address], MOST_STATEMENTS) == MOST_STATEMENTS


def _cost(company: Company, browser: Any, address: str) -> int:
    browser.get(address)
    with counted_statements(company.database) as sent:
        assert browser.get(address).status_code == 200
    return len(sent)


def test_a_page_is_small(shop: Company) -> None:
    shop.switch(*installed("crm_clients"))
    clerk = shop.add_user("administrator")
    long = {
        "company_name": "UAB „Labai ilgo pavadinimo įmonė ir partneriai“",
        "activity": "Wholesale of building materials",
    }
    add_clients(shop, [{**row, **long, "phone": "+370 612 34567", "manager_id": clerk} for row in many(60)])
    html = shop.browser(clerk).get("/clients/").text
    assert len(listed(html)) == 50
    assert len(html.encode()) < LARGEST


@pytest.mark.parametrize("limits", [(1000, 10_000), (5, 10_000), (5, 20), (5, 100)])
def test_a_search_with_many_hits_shows_the_right_pages(
    office: Company, monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int]
) -> None:
    from kartoteka.web.lists import loading

    few, counted = limits
    monkeypatch.setattr(loading, "FEW", few)
    monkeypatch.setattr(loading, "MOST_COUNTED", counted)
    own = office.add_user(permissions=RIGHTS, reach="own")
    add_clients(office, [{**row, "manager_id": own if index % 2 else None} for index, row in enumerate(many(400))])
    with office.database.reading(office.system) as session:
        rows = session.execute(select(Client.registered_on, Client.id, Client.name_sort, Client.manager_id)).all()
    right = [row[1] for row in sorted(rows, reverse=True) if "client" in row[2] and row[3] == own]
    browser = office.browser(own)
    pages = walk(browser, "/clients/?q=client&sort=-registered_on", "next")
    assert len(right) > 50
    assert joined(pages) == right
    total = f"Total: {len(right)}" if len(right) <= counted else f"Total: {counted}+"
    assert total in browser.get("/clients/?q=client").text
    assert f"Total: {len(right)}" in browser.get("/clients/?q=client&count=exact").text


@pytest.mark.needs_module("crm_clients")
def test_totals_of_searches_count_a_client_once_however_often_it_is_hit(office: Company) -> None:
    from kartoteka.db.gathering import gather_up_to
    from kartoteka.db.search import search_for
    from kartoteka.vocabulary.search import parse_query

    office.switch("crm_clients")
    ids = add_clients(office, many(30))
    contacts = [{"client_id": one, "surname": f"Client {index}", "role": "other"} for index, one in enumerate(ids * 3)]
    with office.database.transaction(office.system) as session:
        insert_rows(session, "crm_clients_contact", contacts)
    kinds = ("clients.client", "crm_clients.contact")
    with office.database.reading(office.system) as session:
        search = search_for(session, Client.id, parse_query("client"), kinds)
        for limit in (10, 29, 30, 40, 60, 1000):
            count, gathered = gather_up_to(session, select(Client.id), search, limit)
            assert (count.number, count.exact) == (min(limit, 30), limit >= 30)
            assert gathered is None or set(map(int, re.findall(r"[0-9]+", gathered))) == set(ids)
