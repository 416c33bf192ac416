"""The search page, suggestions, the palette and records opened lately."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from tests.installed import installed

FEW, MANY = 5, 120
STATEMENTS = 14
"""Sign-in, three for each of three kinds, the clients that hits belong to, and the owners of two kinds."""


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts, once on each database."""
    made = company_on(request.param, modules=installed("crm_clients"))
    fill(made, FEW)
    return made


def fill(company: Company, number: int, start: int = 1) -> None:
    usual = {"kind": "company", "country": "LT", "registered_on": date(2026, 1, 1)}
    with company.database.transaction(company.system, "Filled") as session:
        numbers = range(start, start + number)
        ids = insert_rows(
            session,
            "core_client",
            [{**usual, "number": f"T{one:05}", "company_name": f"UAB Langai {one}"} for one in numbers],
        )
        if not installed("crm_clients"):
            return
        people = [{"client_id": one, "surname": f"Langaitė {one}", "phone": f"+3706{one:07}"} for one in ids]
        insert_rows(session, "crm_clients_contact", people)
        places = [{"client_id": one, "city": "Vilnius", "street": f"Langų g. {one}"} for one in ids]
        insert_rows(session, "crm_clients_address", places)


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-14", part="all kinds on one page")
def test_the_page_shows_hits_by_kind(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    html = browser.get("/search/?q=lang").text
    heads = re.findall(r'<h2 class="card-title"[^>]*>([^<]*)', html)
    assert heads == ["Clients", "Contact persons", "Addresses"] or set(heads) == {
        "Clients",
        "Contact persons",
        "Addresses",
    }
    assert heads[0] == "Clients"
    assert "UAB Langai 1" in html
    assert "Langaitė 1" in html


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-39", part="what belongs to a client leads to the client")
def test_a_contact_leads_to_its_client(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    html = browser.get("/search/suggest?q=langaitė 3").text
    assert re.search(r'href="/clients/3"[^>]*>[^§]*?Langaitė 3[^§]*?UAB Langai 3', html)
    html = browser.get("/search/suggest?q=60000003").text
    assert 'href="/clients/3"' in html


def test_one_kind_has_pages(office: Company) -> None:
    fill(office, MANY, FEW + 1)
    browser = office.browser(office.add_user("administrator"))
    html = browser.get("/search/?q=lang").text
    assert "kind=clients.client" in html
    seen: list[str] = []
    url = "/search/?q=lang&kind=clients.client"
    while url:
        page = browser.get(url).text
        seen += re.findall(r"<strong>(UAB [^<]*)</strong>", page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == FEW + MANY
    assert browser.get("/search/?q=lang&kind=access.role").status_code == 404
    assert browser.get("/search/?q=lang&kind=clients.client&at=nonsense").status_code == 200


def test_statements_do_not_grow_with_records(office: Company) -> None:
    browser, starts = office.browser(office.add_user("administrator")), count(1000, 100)
    for url in ("/search/?q=lang", "/search/suggest?q=lang", "/search/palette?q=lang", "/search/?q=lamgai"):
        browser.get(url)
        few = statements(office, browser, url)
        fill(office, 30, next(starts))
        assert statements(office, browser, url) <= max(few, STATEMENTS), url


def statements(company: Company, browser: FlaskClient, url: str) -> int:
    with counted_statements(company.database) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


@pytest.mark.needs_module("crm_clients")
def test_nobody_finds_what_he_may_not_see(office: Company) -> None:
    seller = office.add_user(permissions=["clients.view"])
    browser = office.browser(seller)
    for url in ("/search/?q=lang", "/search/suggest?q=lang", "/search/palette?q=lang"):
        assert "Langai" not in browser.get(url).text.replace("Langai 1</", "")
    own = office.add_client("UAB Langai nuosavi", manager_id=seller).id
    html = browser.get("/search/?q=lang").text
    assert f'href="/clients/{own}"' in html
    assert "Contact persons" not in html  # no right to see them
    office.switch("crm_clients", on=False)
    html = office.browser(office.add_user("administrator")).get("/search/?q=lang").text
    assert "UAB Langai 1" in html
    assert "Langaitė" not in html


def test_bad_queries_do_no_harm(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    for query in ("", " ", "%", '"', 'a" OR "b', "x" * 5000, "\x00", "😀", "((((", "1" * 300, "a b c d e f g h i j"):
        for page in ("/search/", "/search/suggest", "/search/palette"):
            assert browser.get(page, query_string={"q": query}).status_code == 200


@pytest.mark.catalogue("X-14", part="recent items")
def test_opened_records_are_remembered_as_long_as_they_may_be_seen(office: Company) -> None:
    seller = office.add_user(permissions=["clients.view", "crm_clients.view"])
    browser = office.browser(seller)
    own = [office.add_client(f"Atverta {number}", manager_id=seller).id for number in range(3)]
    card = browser.get(f"/clients/{own[0]}").text
    assert f'data-k-record="clients.client:{own[0]}"' in card
    assert opened(browser) == []  # showing a page writes nothing
    for one in [*own, own[0]]:
        assert browser.post("/search/opened", data={"record": f"clients.client:{one}"}).status_code == 204
    assert opened(browser) == ["Atverta 0", "Atverta 2", "Atverta 1"]
    for unseen in ("clients.client:1", "nothing.here:1"):
        assert browser.post("/search/opened", data={"record": unseen}).status_code == 204
        assert opened(browser) == ["Atverta 0", "Atverta 2", "Atverta 1"], unseen
    for nonsense in ("", "clients.client:0", "clients.client:99999999999", "x"):
        assert browser.post("/search/opened", data={"record": nonsense}).status_code == 404
    assert rows_of(office, seller) == [f"clients.client:{one}" for one in own]
    with office.database.transaction(office.system) as session:
        from kartoteka.builtin.clients.service import set_manager

        set_manager(session, [own[2]], office.add_user(permissions=["clients.view"]))
    assert opened(browser) == ["Atverta 0", "Atverta 1"]


@pytest.mark.catalogue("X-31", part="the card of a client in the bin")
def test_a_client_in_the_bin_is_shown_but_not_remembered(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    client = office.add_client("Atverta ir ištrinta").id
    browser.post("/clients/delete", data={"id": client})
    assert browser.get(f"/clients/{client}").status_code == 200
    assert browser.post("/search/opened", data={"record": f"clients.client:{client}"}).status_code == 204
    assert opened(browser) == []


def rows_of(office: Company, user_id: int) -> list[str]:
    from kartoteka.builtin.search.models import OpenedRecord

    with office.database.reading(office.system) as session:
        rows = session.scalars(select(OpenedRecord).where(OpenedRecord.user_id == user_id))
        return sorted(f"{row.kind}:{row.record_id}" for row in rows)


def opened(browser: FlaskClient) -> list[str]:
    html = browser.get("/search/").text
    return re.findall(r"<strong>(Atverta[^<]*)</strong>", html)


def test_only_the_latest_are_kept(office: Company) -> None:
    from kartoteka.builtin.search.service import KEPT, opened_lately, remember_opened
    from kartoteka.vocabulary.record import RecordRef

    fill(office, KEPT + 10, 500)
    actor = office.actor(office.add_user("administrator"))
    refs = [RecordRef("clients.client", one) for one in range(1, KEPT + 8)]
    for ref in refs:
        with office.database.transaction(actor) as session:
            remember_opened(session, ref)
    with office.database.reading(actor) as session:
        found = opened_lately(session, 1000)
    assert [hit.ref for hit in found] == refs[::-1][:KEPT]


@pytest.mark.catalogue("X-17", part="commands by rights")
def test_the_palette_offers_what_one_may_do(office: Company) -> None:
    chief = office.browser(office.add_user("administrator"))
    html = chief.get("/search/palette?record=clients.client:1&next=/clients/1").text
    assert "Archive" in html
    assert "next=%2Fclients%2F1" in html
    for query, expected in {
        "new client": "/clients/new",
        "repor": "/reports/",
        "dark": 'value="dark"',
        "lietuvi": 'value="lt"',
        "users": "/users/",
    }.items():
        assert expected in chief.get("/search/palette", query_string={"q": query}).text, query
    seller = office.browser(office.add_user(permissions=["clients.view"]))
    html = seller.get("/search/palette?q=client&record=clients.client:1").text
    assert "/clients/new" not in html
    assert "Archive" not in html
    assert "/clients/" in html
    answer = seller.post("/search/language", data={"language": "lt", "next": "/clients/"})
    assert answer.headers["Location"] == "/clients/"
    assert 'lang="lt"' in seller.get("/clients/").text
    assert seller.post("/search/language", data={"language": "xyz"}).status_code in (400, 409, 422)


def test_without_script_the_palette_is_the_search_page(office: Company) -> None:
    html = office.browser(office.add_user("administrator")).get("/clients/").text
    assert re.search(r'<a class="k-head-button k-palette-button" href="/search/"', html)
    assert re.search(r'<form class="k-search" role="search" action="/search/" method="get">', html)


@pytest.mark.catalogue("X-17", part="a full name means the record of that name")
def test_a_full_name_comes_before_what_was_opened_lately(office: Company) -> None:
    seller = office.add_user(permissions=["clients.view", "crm_clients.view"], reach="all")
    browser = office.browser(seller)
    longer, named = office.add_client("Langas Plius servisas").id, office.add_client("Langas Plius").id
    browser.post("/search/opened", data={"record": f"clients.client:{longer}"})
    assert palette(browser, "Langas") == [longer, named], "opened lately comes first"
    assert palette(browser, "langas  plius") == [named, longer], "but for a full name"


def palette(browser: FlaskClient, query: str) -> list[int]:
    html = browser.get("/search/palette", query_string={"q": query}).text
    return [int(found) for found in re.findall(r'href="/clients/(\d+)"', html)]
