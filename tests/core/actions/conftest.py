"""A company with a few hundred clients, on both databases, and people with different rights."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company

RIGHTS = ("clients.view", "clients.create", "clients.edit", "clients.archive", "clients.change_manager")


_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


def add_clients(company: Company, number: int, **values: Any) -> list[int]:
    """Store clients and return their ids."""
    usual = {"kind": "company", "registered_on": date(2026, 1, 1), "country": "LT", **values}
    with company.database.transaction(company.system, "Clients added") as session:
        rows = [
            {**usual, "number": f"T{next(_numbers):05}", "company_name": f"Client {index}"} for index in range(number)
        ]
        return insert_rows(session, "core_client", rows)
