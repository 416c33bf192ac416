"""A company in which clients are entered and changed by people with different rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.builtin.clients.fields import CHANGE_MANAGER, CREATE, EDIT, VIEW
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import create_client
from kartoteka.db.actor import Actor
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

CLERK = (VIEW, CREATE, EDIT)
HEAD = (*CLERK, CHANGE_MANAGER)
WINDOWS = {"company_name": "UAB „Langų namai“", "country": "LT", "registration_code": "302345671"}


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


@pytest.fixture
def add_client() -> Callable[..., Client]:
    """Enter a client for an actor: ``add_client(company, actor, company_name=...)``."""

    def add(company: Company, actor: Actor, **values: Any) -> Client:
        with company.database.transaction(actor, "Client added") as session:
            return create_client(session, {**WINDOWS, **values})

    return add
