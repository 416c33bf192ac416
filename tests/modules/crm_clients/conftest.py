"""A company with the module switched on, a client, and somebody who may do everything in the module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.api.clients import create_client
from kartoteka_crm_clients import service
from tests.migrations.revisions import installation  # noqa: F401 - a fixture of test_migrations

RIGHTS = (
    "clients.view",
    "clients.create",
    "clients.edit",
    "clients.change_manager",
    "crm_clients.view",
    "crm_clients.edit",
    "crm_clients.birthdays",
    "crm_clients.view_contracts",
    "crm_clients.edit_contracts",
)


class House:
    """A company, its users and quick ways to put something into it."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.user_id = company.add_user(permissions=RIGHTS, login="ona", name="Ona Onaitė")
        self.other_id = company.add_user(permissions=RIGHTS, login="petras", name="Petras Petraitis")
        self.browser = company.browser(self.user_id)
        self.stranger = company.browser(self.other_id)

    def client(self, name: str = "UAB Žuvėdra", *, owner: int | None = None, **values: Any) -> int:
        """Add a client of a user (ona unless said otherwise) and return its id."""
        actor = self.company.actor(owner or self.user_id)
        with self.company.database.transaction(actor) as session:
            return create_client(session, {"name": name, "country": "LT", **values}).id

    def contact(self, client_id: int, **values: Any) -> int:
        """Add a contact and return its id."""
        with self.company.database.transaction(self.company.system) as session:
            return service.add_contact(session, client_id, {"surname": "Jonaitis", **values}).id

    def address(self, client_id: int, **values: Any) -> int:
        """Add an address and return its id."""
        with self.company.database.transaction(self.company.system) as session:
            return service.add_address(session, client_id, {"city": "Vilnius", **values}).id

    def reading(self) -> Any:
        """Open a session as ona."""
        return self.company.database.reading(self.company.actor(self.user_id))

    def writing(self) -> Any:
        """Open a transaction as ona."""
        return self.company.database.transaction(self.company.actor(self.user_id), "Test")


@pytest.fixture
def house(company: Callable[..., Any]) -> House:
    return House(company(modules=["crm_clients"]))
