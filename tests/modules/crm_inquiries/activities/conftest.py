"""A company with the module switched on, a client, two who work, and quick ways to an inquiry and an activity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kartoteka.api.clients import create_client
from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities import service
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.processes.models import Process, Stage

RIGHTS = (
    "clients.view",
    "clients.create",
    "clients.edit",
    "timeline.view",
    "timeline.write",
    "crm_inquiries.view",
    "crm_inquiries.edit",
    "crm_inquiries.view_activities",
    "crm_inquiries.edit_activities",
    "crm_inquiries.assign",
)


class Desk:
    """A company, its users and quick ways to put work into it."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.user_id = company.add_user(permissions=RIGHTS, login="ona", name="Ona Onaitė")
        self.other_id = company.add_user(permissions=RIGHTS, login="petras", name="Petras Petraitis")
        self.browser = company.browser(self.user_id)
        self.other = company.browser(self.other_id)

    def client(self, name: str = "UAB Žuvėdra", **values: Any) -> int:
        """Add a client of ona and return its id."""
        with self.writing() as session:
            return create_client(session, {"name": name, "country": "LT", **values}).id

    def inquiry(self, client_id: int, **values: Any) -> int:
        """Add an open inquiry with its next action, a call of tomorrow, and return its id."""
        with self.company.database.transaction(self.company.system) as session:
            process = Process(name="Sales")
            session.add(process)
            session.flush()
            stage = Stage(process_id=process.id, name="New")
            session.add(stage)
            session.flush()
            inquiry = Inquiry(
                client_id=client_id,
                number=f"U-{process.id}",
                subject="Twenty chairs",
                manager_id=self.user_id,
                process_id=process.id,
                stage_id=stage.id,
                next_at=utc_now(),
                **values,
            )
            session.add(inquiry)
            session.flush()
            inquiry_id = inquiry.id
        self.activity(inquiry_id=inquiry_id, name="Call back", starts_at=utc_now() + timedelta(days=1))
        return inquiry_id

    def activity(self, **values: Any) -> int:
        """Plan an activity as ona and return its id."""
        with self.writing() as session:
            return service.plan_activity(session, {"name": "Call", **values}).id

    def found(self, id: int) -> Activity:
        """Return an activity as it is stored."""
        with self.company.database.reading(self.company.system) as session:
            found: Activity = session.get_one(Activity, id)
            return found

    def next_at(self, inquiry_id: int) -> datetime | None:
        """Return when the next action of an inquiry is due."""
        with self.company.database.reading(self.company.system) as session:
            moment: datetime | None = session.get_one(Inquiry, inquiry_id).next_at
            return moment

    def reading(self) -> Any:
        """Open a session as ona."""
        return self.company.database.reading(self.company.actor(self.user_id))

    def writing(self, user_id: int | None = None) -> Any:
        """Open a transaction as ona, or as somebody else."""
        return self.company.database.transaction(self.company.actor(user_id or self.user_id), "Test")


@pytest.fixture
def desk(company: Callable[..., Any]) -> Desk:
    return Desk(company(modules=["crm_inquiries"]))
