"""A company with the module switched on, a client, and somebody who may do everything in the module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kartoteka.api.clients import create_client
from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.rights import PERMISSIONS
from tests.migrations.revisions import installation  # noqa: F401 - a fixture of test_migrations

RIGHTS = (
    "clients.view",
    "clients.create",
    "clients.edit",
    "files.view",
    "files.add",
    "timeline.view",
    "timeline.write",
    *(one.name for one in PERMISSIONS),
)


class InquiryHouse:
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

    def inquiry(
        self, client_id: int | None, /, *, by: int | None = None, at: datetime | None = None, **values: Any
    ) -> int:
        """Register an inquiry as ona, with a call as its next action, and return its id."""
        given = {"client_id": client_id, "subject": "Website", **values}
        with self.company.database.transaction(self.company.actor(by or self.user_id)) as session:
            return register_inquiry(session, given, step(at)).id

    def reading(self) -> Any:
        """Open a session as ona."""
        return self.company.database.reading(self.company.actor(self.user_id))

    def writing(self, user_id: int | None = None) -> Any:
        """Open a transaction as ona, or as another user."""
        return self.company.database.transaction(self.company.actor(user_id or self.user_id), "Test")


def step(at: datetime | None = None, **values: Any) -> NextStep:
    """Return a next action: a call tomorrow."""
    return NextStep(starts_at=at or utc_now() + timedelta(days=1), **{"name": "Call back", **values})


@pytest.fixture
def house(company: Callable[..., Any]) -> InquiryHouse:
    return InquiryHouse(company(modules=["crm_inquiries"]))
