"""A house with things in its calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kartoteka_crm_inquiries.activities.service import plan_activity
from tests.modules.crm_inquiries.conftest import InquiryHouse

ZONE = ZoneInfo("Europe/Vilnius")
SELLER = ("clients.view", "crm_inquiries.view_activities", "crm_inquiries.edit_activities")


def local(text: str) -> datetime:
    """Return a moment of Vilnius."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class CalendarHouse(InquiryHouse):
    """Ona may do everything; jonas only plans and does his own work."""

    def __init__(self, company: Any) -> None:
        super().__init__(company)
        self.jonas_id = company.add_user(permissions=SELLER, login="jonas", name="Jonas Jonaitis")
        self.jonas = company.browser(self.jonas_id)

    def plan(self, at: str, minutes: int = 60, *, by: int | None = None, **values: Any) -> int:
        """Plan something at a time of Vilnius, as ona unless said otherwise."""
        starts = local(at)
        given = {"name": "Meeting", "starts_at": starts, "ends_at": starts + timedelta(minutes=minutes), **values}
        with self.writing(by) as session:
            return plan_activity(session, given).id


@pytest.fixture
def calendar(company: Callable[..., Any]) -> CalendarHouse:
    return CalendarHouse(company(modules=["crm_inquiries"], timezone="Europe/Vilnius"))
