"""What the list and the card may cost: statements, the same for any number of rows, and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from kartoteka.db.clock import utc_now
from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from tests.installed import installed

FEW, MANY = 10, 300
LIST_STATEMENTS, CARD_STATEMENTS = 6, 12
LIST_BYTES, CARD_BYTES = 120_000, 80_000
LISTS = (
    "/clients/",
    "/clients/?relationship=existing&sort=-name",
    "/clients/?q=langai",
    "/clients/?crm_clients.city=Vilnius",
    "/clients/?group=1",
    "/clients/?manager=none&group=1&q=langai",
)
LISTS = tuple(one for one in LISTS if "crm_clients" not in one or installed("crm_clients"))
CARD = "/clients/1"


def fill(company: Company, number: int) -> None:
    """Enter clients with a contact and an address each; the first one has as many contacts as there are clients."""
    usual: dict[str, object] = {"kind": "company", "group_id": 1, "country": "LT", "activity": "windows and doors"}
    usual["registered_on"] = utc_now().date()
    with company.database.transaction(company.system, "Filled") as session:
        insert_rows(session, "core_client_group", [{"id": 1, "name": "Builders", "colour": ""}])
        ids = insert_rows(
            session,
            "core_client",
            [
                {**usual, "number": f"K{index:05}", "company_name": f"UAB Langai {index}", "phone": f"+3706{index:07}"}
                for index in range(1, number + 1)
            ],
        )
        if not installed("crm_clients"):
            return
        people = [{"client_id": one, "surname": f"Onaitė {one}", "role": "director"} for one in ids]
        insert_rows(session, "crm_clients_contact", [*people, *({**one, "client_id": ids[0]} for one in people[1:])])
        places = [{"client_id": one, "city": "Vilnius", "street": f"Gedimino pr. {one}"} for one in ids]
        insert_rows(session, "crm_clients_address", places)


@pytest.fixture(scope="module", params=chosen_kinds())
def browsers(request: pytest.FixtureRequest) -> Iterator[tuple[tuple[Company, FlaskClient], ...]]:
    """Administrators of a company with few clients and of one with many."""
    with open_company(request.param) as small, open_company(request.param) as large:
        for company, number in ((small, FEW), (large, MANY)):
            company.switch(*installed("crm_clients"))
            fill(company, number)
        made = [(company, company.browser(company.add_user("administrator"))) for company in (small, large)]
        for _company, browser in made:
            browser.get("/clients/")  # rights and modules are read once per process
        yield tuple(made)


def cost(company: Company, browser: FlaskClient, url: str) -> tuple[int, int]:
    """Return statements and bytes of a page."""
    with counted_statements(company.database) as sent:
        answer = browser.get(url)
    assert answer.status_code == 200
    assert "UAB Langai" in answer.text or "/new" in url
    return len(sent), len(answer.data)


@pytest.mark.parametrize("url", LISTS)
def test_the_list_costs_the_same_for_any_number_of_clients(
    browsers: tuple[tuple[Company, FlaskClient], ...], url: str
) -> None:
    (few, _bytes), (many, size) = (cost(company, browser, url) for company, browser in browsers)
    assert few == many
    assert many <= LIST_STATEMENTS
    assert size < LIST_BYTES


def test_the_card_costs_the_same_for_any_number_of_contacts(
    browsers: tuple[tuple[Company, FlaskClient], ...],
) -> None:
    (few, _bytes), (many, size) = (cost(company, browser, CARD) for company, browser in browsers)
    assert few == many
    assert many <= CARD_STATEMENTS
    assert size < CARD_BYTES


def test_other_pages_cost_the_same_too(browsers: tuple[tuple[Company, FlaskClient], ...]) -> None:
    for url in (
        f"{CARD}/edit",
        f"{CARD}/log",
        *(f"/{name}{CARD}/contacts" for name in installed("crm_clients")),
        "/clients/suggest?q=langai",
        "/clients/new",
    ):
        (few, _bytes), (many, _size) = (cost(company, browser, url) for company, browser in browsers)
        assert many <= few, url  # a log that shows one sort of record only needs fewer


def test_the_first_request_of_a_process_may_ask_for_rights_and_modules(
    company_on: Callable[..., Company],
) -> None:
    company = company_on(modules=installed("crm_clients"))
    fill(company, 1)
    browser = company.browser(company.add_user("administrator"))
    first, _bytes = cost(company, browser, "/clients/")
    second, _bytes = cost(company, browser, "/clients/")
    assert second < first
