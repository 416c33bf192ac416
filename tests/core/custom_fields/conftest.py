"""A company that has added fields of every kind to its clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from kartoteka.builtin.custom_fields.queries import MANAGE
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.db.session import Session, use_workplace
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

CLIENT = "clients.client"
FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "line", "title": "Favourite cake", "searchable": True, "titles": {"lt": "Mėgstamas pyragas"}},
    {"type": "block", "title": "How to park"},
    {"type": "integer", "title": "Trucks"},
    {"type": "decimal", "title": "Load in tons"},
    {"type": "money", "title": "Yearly budget", "currency": "eur"},
    {"type": "date", "title": "Audited on", "personal": False},
    {"type": "yes_no", "title": "Has a ramp"},
    {"type": "choice", "title": "Fuel", "choices": "Diesel\nElectric\nGas"},
    {"type": "choices", "title": "Days of delivery", "choices": "Monday\nWednesday\nFriday"},
    {"type": "record", "title": "Carrier"},
    {"type": "url", "title": "Map"},
)
RIGHTS = (
    *("clients.view", "clients.create", "clients.edit", "clients.import", "clients.export", "clients.merge"),
    *("importing.use", "privacy.export", "files.view", "files.add", MANAGE),
)


@dataclass
class Office:
    """A company, its administrator of fields, and his browser."""

    company: Company
    user_id: int
    names: dict[str, str] = field(default_factory=dict)

    @property
    def browser(self) -> Any:
        return self.company.browser(self.user_id)

    @contextmanager
    def working(self) -> Iterator[Session]:
        """Work as the administrator, as a request would."""
        actor = self.company.actor(self.user_id)
        with use_workplace(self.company.database, actor), self.company.database.transaction(actor) as session:
            yield session

    def add(self, **values: Any) -> str:
        """Add a field to clients and return its name."""
        with self.working() as session:
            name = add_field(session, CLIENT, values).name
        self.names[values["title"]] = name
        return name


@pytest.fixture(params=chosen_kinds())
def bare(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Office:
    """A company without fields of its own, once on each database."""
    company = company_on(request.param)
    return Office(company, company.add_user(permissions=RIGHTS, reach="all", name="Rasa Petraitė"))


@pytest.fixture
def office(bare: Office) -> Office:
    """A company with fields of every kind."""
    for values in FIELDS:
        bare.add(**values)
    return bare
