"""Companies with clients to list: duplicates and empties among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company

NAMES = (
    "UAB „Žuvėdra“",
    "Ąžuolas, UAB",
    "MB Ėglė",
    "Žalgiris",
    "žuvėdra",
    "Čekija",
    "Ёлка ООО",
    "Їжак ТОВ",
    "õunapuu OÜ",
)
FIRST_DAY = date(2026, 1, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


@pytest.fixture
def shop(company: Callable[..., Company]) -> Company:
    """A company on SQLite."""
    return company()


def add_clients(company: Company, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Store clients without the checks of the form; returns their ids."""
    made: list[dict[str, Any]] = []
    for index, values in enumerate(rows, start=1):
        usual = {"kind": "company", "number": f"K{index:05}", "registered_on": FIRST_DAY, "country": "LT"}
        made.append({**usual, **values})
    with company.database.transaction(company.system, "Clients added") as session:
        return insert_rows(session, "core_client", made)


def many(count: int, manager_id: int | None = None) -> list[dict[str, Any]]:
    """Return rows whose sort columns repeat themselves and are sometimes empty."""
    return [
        {
            "company_name": NAMES[index % len(NAMES)] if index % 3 else f"Client {index % 7}",
            "importance": ("", "a", "b", "c")[index % 4],
            "registration_code": "" if index % 2 else f"30{index % 11:07}",
            "registered_on": FIRST_DAY + timedelta(days=index % 13),
            "relationship": "potential" if index % 5 == 0 else "existing",
            "manager_id": manager_id,
        }
        for index in range(count)
    ]


def listed(html: str) -> list[int]:
    """Return the ids of the rows on a page, in their order."""
    return [int(found) for found in re.findall(r'<a id="r(\d+)"', html)]


def pager_links(html: str) -> dict[str, str]:
    """Return the addresses of the pager: first, previous, next, last."""
    found = re.findall(r'<a class="btn btn-icon"[^>]*? href="([^"]+)"[^>]*? aria-label="(\w+) page"', html)
    return {name.lower(): unescape(url) for url, name in found}
