"""Contacts planned with dormant clients are activities where these are kept, and reminders elsewhere (CL-57)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.builtin.notifications.channels.models import Reminder
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from tests.together.trading import CLIENTS, INQUIRIES

RIGHTS = ("clients.view", "clients.edit", "crm_clients.view", "timeline.view")
PLANS = (*RIGHTS, "crm_inquiries.view_activities", "crm_inquiries.edit_activities")
ASSIGNS = (*PLANS, "crm_inquiries.assign")


class Desk:
    """Somebody who plans contacts with two clients, one of which is a colleague's."""

    def __init__(self, company: Company, rights: tuple[str, ...]) -> None:
        self.company = company
        self.user_id = company.add_user(permissions=rights, reach="all")
        self.colleague = company.add_user(permissions=rights, reach="all")
        self.clients = [company.add_client(f"UAB {name}").id for name in ("Pirma", "Antra")]
        self.clients.append(company.add_client("UAB Trečia", manager_id=self.colleague).id)
        self.day = (utc_now() + timedelta(days=3)).date()

    def plan(self, text: str, clients: list[int], whom: str = "me", hour: int = 10) -> None:
        data = {"kind": "clients.client", "id": [str(one) for one in clients], "confirmed": "1", "whom": whom}
        at = f"{self.day.isoformat()}T{hour}:00"
        browser = self.company.browser(self.user_id)
        answer = browser.post("/actions/crm_clients/plan_contact", data={**data, "text": text, "at": at})
        assert answer.status_code == 302, answer.text

    def rows(self, *columns: Any) -> list[tuple[Any, ...]]:
        with self.company.database.reading(self.company.system) as session:
            return [tuple(row) for row in session.execute(select(*columns).order_by(columns[0].table.c.id))]

    @property
    def activities(self) -> list[tuple[Any, ...]]:
        return self.rows(Activity.__table__.c.client_id, Activity.name, Activity.performer_id)

    @property
    def reminders(self) -> list[tuple[Any, ...]]:
        return self.rows(Reminder.__table__.c.about_id, Reminder.user_id)


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=[CLIENTS, INQUIRIES])


@pytest.mark.catalogue("CL-57", part="one activity for each client")
def test_each_client_gets_an_activity_that_the_work_desk_and_the_card_show(company: Company) -> None:
    desk = Desk(company, ASSIGNS)
    desk.plan("Call: no purchase lately", desk.clients[:2])
    mine = [(one, "Call: no purchase lately", desk.user_id) for one in desk.clients[:2]]
    assert desk.activities == mine
    assert [row for row in desk.reminders if row[0] in desk.clients] == []
    browser = company.browser(desk.user_id)
    assert "Call: no purchase lately" in browser.get(f"/crm_inquiries/clients/{desk.clients[0]}/activities").text
    desk.plan("Visit", desk.clients[2:], whom="manager")
    assert desk.activities == [*mine, (desk.clients[2], "Visit", desk.colleague)]


def test_planned_again_the_open_activity_is_moved(company: Company) -> None:
    desk = Desk(company, ASSIGNS)
    desk.plan("Call", desk.clients[:1])
    desk.plan("Call again", desk.clients[:2], hour=15)
    assert desk.activities == [(one, "Call again", desk.user_id) for one in desk.clients[:2]]
    moments = {row[1] for row in desk.rows(Activity.__table__.c.id, Activity.starts_at)}
    assert len(moments) == 1
    due = {row[1] for row in desk.rows(Activity.__table__.c.id, Activity.due_at)}
    assert due == moments
    with company.database.transaction(company.system) as session:
        for one in session.scalars(select(Activity)):
            one.status = "cancelled"
    desk.plan("Call once more", desk.clients[:1])
    assert len(desk.activities) == 3


@pytest.mark.parametrize("why", ["no right", "not for others", "switched off"])
def test_elsewhere_they_are_reminders(company: Company, why: str) -> None:
    desk = Desk(company, {"no right": RIGHTS, "not for others": PLANS}.get(why, ASSIGNS))
    if why == "switched off":
        company.switch(INQUIRIES, on=False)
    whom = "manager" if why == "not for others" else "me"
    desk.plan("Call", desk.clients[2:], whom=whom)
    assert desk.activities == []
    assert desk.reminders == [(desk.clients[2], desk.colleague if whom == "manager" else desk.user_id)]
