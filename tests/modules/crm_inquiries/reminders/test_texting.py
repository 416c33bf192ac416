"""Reminders by text message: a module's channel, a gateway that answers over HTTP, and workers that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import Any

import pytest

from kartoteka.api.db import utc_now
from kartoteka.testing.clock import Clock
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities import service as activities
from tests.modules.crm_inquiries.conftest import InquiryHouse
from tests.modules.crm_inquiries.reminders.texting import LONGEST, Gateway, texting

WAY = "crm_inquiries.reminder|texting.sms"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


@pytest.fixture(params=chosen_kinds())
def office(
    request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Clock, gateway: Gateway
) -> InquiryHouse:
    clock.set("2026-03-02 09:00")
    module = texting(gateway)
    point: Any = SimpleNamespace(name="texting", value="texting", dist=None, load=lambda: module)
    points = [*entry_points(group="kartoteka.modules"), point]
    made = InquiryHouse(company_on(request.param, entry_points=points, modules=["crm_inquiries", "texting"]))
    gateway.phones[made.user_id] = "+37061234567"
    chosen = {"wanted": ["crm_inquiries.reminder"], "with_channels": "1", "via": [WAY]}
    assert made.browser.post("/notifications/types", data=chosen).status_code == 302
    return made


def plan(office: InquiryHouse, **values: Any) -> None:
    given = {"name": "Call Žuvėdra", "starts_at": utc_now() + timedelta(hours=6), "remind": 30, **values}
    with office.writing(given.pop("by", None)) as session:
        activities.plan_activity(session, given)


@pytest.mark.catalogue("CORE-11", part="reminders by text message")
def test_a_reminder_goes_by_text_message_once(
    office: InquiryHouse, clock: Clock, run_jobs: Callable[..., int], gateway: Gateway
) -> None:
    plan(office)
    plan(office, by=office.other_id)
    run_jobs(office.company)
    assert gateway.texts == []
    clock.move(hours=5, minutes=31)
    for _worker in range(3):
        run_jobs(office.company)
    ((number, text),) = gateway.texts
    assert (number, "Call Žuvėdra" in text, len(text) <= LONGEST) == ("+37061234567", True, True)
    assert gateway.calls == 1, "who has no phone gets none"


@pytest.mark.catalogue("CORE-11", part="a gateway that is busy is asked again, one that refuses is not")
def test_a_busy_gateway_is_asked_again_and_one_that_refuses_is_not(
    office: InquiryHouse, clock: Clock, run_jobs: Callable[..., int], gateway: Gateway
) -> None:
    gateway.failures = 2
    plan(office)
    clock.move(hours=5, minutes=31)
    for _try in range(6):
        run_jobs(office.company)
        clock.move(minutes=20)
    assert (len(gateway.texts), gateway.calls) == (1, 3)
    gateway.phones[office.user_id] = "nonsense"
    plan(office, name="Visit", starts_at=utc_now() + timedelta(hours=1))
    clock.move(minutes=31)
    for _try in range(4):
        run_jobs(office.company)
        clock.move(minutes=20)
    assert (len(gateway.texts), gateway.calls) == (1, 4)
