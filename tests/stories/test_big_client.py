"""What the card of a client with a long past costs: 5,000 entries of its timeline, 200 documents, 50 contacts.

The statements are those of a client with a few of each; the pages stay as short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from tests.installed import installed

CARD_STATEMENTS, CARD_BYTES = 12, 80_000
TAB_BYTES = 120_000
FEW, MANY = (8, 3, 3), (5_000, 200, 51)
"""How many entries, documents and contacts; one more of these than a page shows."""

SMALL, BIG = 1, 2
TABS = {
    "/clients/{id}/timeline": "Skambutis",
    "/clients/{id}/files": "Sutartis",
    "/crm_clients/clients/{id}/contacts": "Onaitė",
    "/crm_clients/clients/{id}/related": "Nobody",
    "/clients/{id}/log": "Langai",
    "/clients/{id}/as-of": "Langai",
}
TABS = {url: words for url, words in TABS.items() if "crm_clients" not in url or installed("crm_clients")}


@dataclass(frozen=True)
class Firm:
    """A company with a small and a big client, and who looks at their cards."""

    company: Company
    browser: FlaskClient

    def cost(self, url: str, expected: str) -> tuple[int, int]:
        """Return statements and bytes of a page, which must show what is expected of it."""
        with counted_statements(self.company.database) as sent:
            answer = self.browser.get(url)
        assert answer.status_code == 200, url
        assert expected in answer.text, url
        return len(sent), len(answer.data)


@pytest.fixture(scope="module", params=chosen_kinds())
def firm(request: pytest.FixtureRequest) -> Iterator[Firm]:
    with open_company(request.param) as company:
        company.switch(*installed("crm_clients"))
        with company.database.transaction(company.system, "Filled") as session:
            for client_id, sizes in ((SMALL, FEW), (BIG, MANY)):
                add_client(session, client_id)
                fill(session, client_id, *sizes)
        browser = company.browser(company.add_user("administrator"))
        browser.get(f"/clients/{SMALL}")  # rights and modules are read once per process
        yield Firm(company, browser)


def add_client(session: Session, client_id: int) -> None:
    values: dict[str, Any] = {"kind": "company", "country": "LT", "phone": "+370 5 212 3456", "activity": "windows"}
    values |= {"number": f"K{client_id:05}", "company_name": f"UAB Langai {client_id}"}
    insert_rows(session, "core_client", [{"id": client_id, "registered_on": utc_now().date(), **values}])


def fill(session: Session, client_id: int, entries: int, documents: int, contacts: int) -> None:
    """Give a client a past."""
    now, owned = utc_now(), {"client_id": client_id}
    notes = [
        {**owned, "about_kind": "clients.client", "about_id": client_id, "text": f"Skambutis {index}. " + "Kaina? " * 9}
        for index in range(entries)
    ]
    for begin in range(0, entries, 500):
        moments = [{"created_at": now - timedelta(hours=begin + index)} for index in range(500)]
        insert_rows(session, "core_note", [a | b for a, b in zip(notes[begin : begin + 500], moments, strict=False)])
    file = {
        **owned,
        "created_at": now - timedelta(days=400),
        "filename": "sutartis.pdf",
        "mimetype": "application/pdf",
        "size": 3,
    }
    file["blob"] = "0" * 64
    own = [
        {**file, "number": f"D{client_id}{index:05}", "title": f"Sutartis Nr. {index}", "registered_on": now.date()}
        for index in range(documents)
    ]
    people = [{**owned, "surname": f"Onaitė {index}", "phone": f"+370 612 {index:05}"} for index in range(contacts)]
    with at_moment(now - timedelta(days=400)):
        ids = insert_rows(session, "core_file", own)
        insert_rows(session, "core_file_version", [{**file, "file_id": one, "number": 1} for one in ids])
        if installed("crm_clients"):
            insert_rows(session, "crm_clients_contact", people)


def test_the_card_of_a_big_client_costs_no_more_statements_and_stays_short(firm: Firm) -> None:
    few, _size = firm.cost(f"/clients/{SMALL}", "UAB Langai 1")
    many, size = firm.cost(f"/clients/{BIG}", "UAB Langai 2")
    assert many == few
    assert many <= CARD_STATEMENTS
    assert size < CARD_BYTES


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_a_big_client_costs_no_more_and_has_pages(firm: Firm, tab: str) -> None:
    few, _size = firm.cost(tab.format(id=SMALL), TABS[tab])
    many, size = firm.cost(tab.format(id=BIG), TABS[tab])
    assert many <= few + 1  # whether there is more is asked where there is
    assert size < TAB_BYTES


def test_a_card_of_a_past_day_shows_all_records_page_by_page(firm: Firm) -> None:
    page = firm.browser.get(f"/clients/{BIG}/as-of").text
    address = re.search(r'href="([^"]+kind=files.file)"', page)
    assert address is not None
    shown: list[str] = []
    while address is not None:
        page = firm.browser.get(unescape(address[1])).text
        shown += re.findall(r'<h3 class="h4[^>]*>([^<]+)</h3>', page)
        address = re.search(r'rel="next" href="([^"]+)"', page)
    assert len(shown) == len(set(shown)) > 40
    assert "former-properties" not in page


@pytest.mark.parametrize(
    "tab", ["timeline", "files", pytest.param("log", marks=pytest.mark.needs_module("crm_clients"))]
)
def test_what_does_not_fit_is_on_further_pages(firm: Firm, tab: str) -> None:
    assert 'rel="next"' in firm.browser.get(f"/clients/{BIG}/{tab}").text
    assert 'rel="next"' not in firm.browser.get(f"/clients/{SMALL}/{tab}").text


@pytest.mark.needs_module("crm_clients")
def test_contacts_are_turned_over_page_by_page(firm: Firm) -> None:
    tab = f"/crm_clients/clients/{BIG}/contacts"
    first, second = (firm.browser.get(url).text for url in (tab, f"{tab}?from=50"))
    assert f'href="{tab}?from=50"' in first
    assert (first.count('id="contact-'), second.count('id="contact-')) == (50, 1)
    assert f'href="{tab}"' in second
    for nonsense in ("-1", "x", "9" * 30, "999999"):
        assert firm.browser.get(f"{tab}?from={nonsense}").status_code == 200


@pytest.mark.needs_module("crm_clients")
def test_the_counters_of_the_tabs_are_right(firm: Firm) -> None:
    page = firm.browser.get(f"/clients/{BIG}").text
    for wanted in ("200", "51"):
        assert f">{wanted}<" in page
