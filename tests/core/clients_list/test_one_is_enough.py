"""Filters of which one is enough: in the address, on the page, in the form and in everything that a list finds."""

from __future__ import annotations

from datetime import date

import pytest

from kartoteka.testing.company import Company
from tests.core.clients_list.conftest import add_clients, listed, many
from tests.core.clients_list.test_list_page import RIGHTS, page


@pytest.fixture
def clerk(office: Company) -> int:
    return office.add_user(permissions=RIGHTS, reach="all", name="Ona Petraitė")


@pytest.mark.catalogue("CORE-21", part="filters of which one is enough")
def test_one_of_several_filters_may_be_enough(office: Company, clerk: int) -> None:
    rows = [
        {"company_name": "a", "importance": "a", "registered_on": date(2026, 1, 1)},
        {"company_name": "b", "country": "EE", "registered_on": date(2026, 2, 1)},
        {"company_name": "c", "manager_id": clerk, "relationship": "potential", "registered_on": date(2026, 2, 1)},
        {"company_name": "d", "registered_on": date(2025, 6, 1)},
        {"company_name": "e", "registered_on": date(2026, 2, 1)},
    ]
    a, b, c, d, e = add_clients(office, rows)
    asked = "importance=a&country=EE&manager=me&name=zzz&registered_on.to=2025-12-31"
    expected = {
        asked: [],
        f"{asked}&any=1": [a, b, c, d],
        f"{asked}&any=1&relationship=existing": [a, b, d],
        f"{asked}&any=1&q=b": [b],
        f"{asked}&any=1&state=archived": [],
        "importance=a&any=1": [a],
        "any=1": [a, b, c, d, e],
    }
    for address, ids in expected.items():
        assert listed(page(office, clerk, f"/clients/?{address}")) == ids, address


@pytest.mark.catalogue("CORE-21", part="filters of which one is enough")
def test_that_one_is_enough_is_said_carried_and_taken_away(office: Company, clerk: int) -> None:
    add_clients(office, many(3))
    html = page(office, clerk, "/clients/?importance=a&country=EE&any=1")
    assert "One of these filters is enough" in html
    assert 'href="/clients/?importance=a&amp;country=EE"' in html
    assert '<input type="hidden" name="any" value="1">' in html
    form = page(office, clerk, "/clients/filters?importance=a&country=EE&any=1")
    assert 'type="checkbox" name="any" value="1" checked' in form
    assert 'type="hidden" name="any"' not in form
    assert "One of these filters is enough" not in page(office, clerk, "/clients/?importance=a&any=1")
