"""A company with a module whose jobs the tests ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.testing.databases import chosen_kinds
from tests.core.jobs.visits import EntryPoint


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Any:
    """A company with five clients and the module switched on."""
    company = company_on(request.param, modules=["crm_visits"], entry_points=[EntryPoint()])
    for number in range(5):
        company.add_client(f"Client {number}")
    return company
