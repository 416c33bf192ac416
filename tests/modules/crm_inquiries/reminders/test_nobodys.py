"""Inquiries that stand still and are nobody's are told to those who supervise, and hold up nobody else's (IN-51)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.naming import SUPERVISE
from kartoteka_crm_inquiries.reminders import queries
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse

RunJobs = Callable[..., int]
PLAIN = tuple(one for one in RIGHTS if one != SUPERVISE)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Clock) -> InquiryHouse:
    clock.set("2026-03-02 09:00")
    return InquiryHouse(company_on(request.param, modules=["crm_inquiries"]))


def told(office: InquiryHouse) -> list[tuple[int, int]]:
    """Return who was told of which inquiry, in that order."""
    with office.company.database.reading(office.company.system) as session:
        found = session.scalars(select(Notification).where(Notification.type == "crm_inquiries.still"))
        return sorted((one.user_id, one.about.id) for one in found if one.about is not None)


def worker(office: InquiryHouse, login: str) -> int:
    """Hire somebody who supervises nobody."""
    return int(office.company.add_user(permissions=PLAIN, login=login, reach="all"))


def still_of(office: InquiryHouse, manager_id: int | None) -> int:
    """Register an inquiry with an action far ahead."""
    client = office.client(f"UAB {manager_id}")
    return office.inquiry(client, at=utc_now() + timedelta(days=60), manager_id=manager_id)


@pytest.mark.catalogue("IN-51", part="the manager has left")
def test_what_stood_still_with_somebody_who_left_is_told_to_an_administrator(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    boss = office.company.add_user(ADMINISTRATOR, login="boss")
    gone = worker(office, "jonas")
    run_jobs(office.company)
    inquiry = still_of(office, gone)
    clock.move(days=4)
    run_jobs(office.company)
    assert told(office) == [(gone, inquiry)]
    with office.company.database.transaction(office.company.system) as session:
        deactivate_user(session, gone)
    for _quarter in range(2):
        clock.move(minutes=16)
        run_jobs(office.company)
    assert (boss, inquiry) in told(office)
    assert sum(user == boss for user, _inquiry in told(office)) == 1


@pytest.mark.catalogue("IN-51", part="nobody's hold up nobody else's")
def test_many_inquiries_that_nobody_is_told_of_hold_up_no_other(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    mine = worker(office, "rasa")
    for _one in range(5):
        still_of(office, None)
    last = still_of(office, mine)
    with office.company.database.transaction(office.company.system) as session:
        for supervisor in (office.user_id, office.other_id):
            deactivate_user(session, supervisor)
    run_jobs(office.company)
    clock.move(days=4)
    run_jobs(office.company)
    assert told(office) == [(mine, last)]
