"""The report of unfinished tasks shows a past day as it was, whatever became of the tasks since (IN-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.activities.service import (
    archive_activity,
    cancel_activity,
    change_activity,
    finish_activity,
    hand_over_activity,
    plan_activity,
    reopen_activity,
    set_activity_state,
)
from kartoteka_crm_inquiries.reports.tasks import list_unfinished
from tests.modules.crm_inquiries.conftest import InquiryHouse

WEDNESDAY = date(2026, 11, 18)
DUE = datetime(2026, 11, 17, 9, tzinfo=UTC)


class House(InquiryHouse):
    """Ona, who works for days on end: the sign-in of a browser would not last as long."""

    def __init__(self, company: Any) -> None:
        super().__init__(company)
        self.ona = company.actor(self.user_id)

    def reading(self) -> Any:
        return self.company.database.reading(self.ona)

    def writing(self, user_id: int | None = None) -> Any:
        return self.company.database.transaction(self.ona, "Test")


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Any) -> InquiryHouse:
    clock.set("2026-11-16 09:00")
    return House(company_on(request.param, modules=["crm_inquiries"]))


def plan(house: InquiryHouse, name: str, **values: Any) -> int:
    with house.writing() as session:
        return plan_activity(session, {"name": name, "starts_at": DUE, **values}).id


def do(house: InquiryHouse, service: Callable[..., Any], *given: Any) -> None:
    with house.writing() as session:
        service(session, *given)


def on_wednesday(house: InquiryHouse, **params: Any) -> dict[str, Any]:
    """Return the rows of the report by name of the task."""
    with house.reading() as session:
        return {row["name"]: row for row in list_unfinished(session, {"day": WEDNESDAY, **params})}


@pytest.mark.catalogue("IN-14", part="a past day as it was")
def test_what_happened_since_is_taken_back(house: InquiryHouse, clock: Any) -> None:
    called_off, moved, done, given, put_away = (
        plan(house, name) for name in ("Call", "Visit", "Offer", "Bill", "Note")
    )
    do(house, change_activity, done, {"percent": 40})
    clock.set("2026-11-18 15:00")
    then = on_wednesday(house)
    assert {name: (row["late"], row["percent"]) for name, row in then.items()} == {
        "Call": (1, 0),
        "Visit": (1, 0),
        "Offer": (1, 40),
        "Bill": (1, 0),
        "Note": (1, 0),
    }
    clock.set("2026-11-20 09:00")
    do(house, cancel_activity, called_off)
    do(house, change_activity, moved, {"due_at": DUE + timedelta(days=9), "name": "Visit the new site"})
    do(house, change_activity, moved, {"percent": 70})
    do(house, finish_activity, done, {})
    do(house, hand_over_activity, given, house.other_id)
    do(house, archive_activity, put_away)
    assert on_wednesday(house) == then
    assert "Bill" in on_wednesday(house, performer_id=house.user_id)
    assert on_wednesday(house, performer_id=house.other_id) == {}


@pytest.mark.catalogue("IN-14", part="what was not unfinished on that day")
def test_what_was_not_unfinished_then_stays_out(house: InquiryHouse, clock: Any) -> None:
    called_off, reopened, deleted = (plan(house, name) for name in ("Call", "Visit", "Mistake"))
    clock.set("2026-11-17 09:00")
    do(house, cancel_activity, called_off)
    do(house, finish_activity, reopened, {})
    clock.set("2026-11-20 09:00")
    do(house, reopen_activity, called_off)
    do(house, reopen_activity, reopened)
    do(house, set_activity_state, deleted, "deleted")
    plan(house, "Entered later")
    assert on_wednesday(house) == {}


@pytest.mark.catalogue("IN-14", part="row rights of today")
def test_it_names_what_the_reader_sees(house: InquiryHouse, clock: Any) -> None:
    client = house.client()
    inquiry = house.inquiry(client, at=DUE)
    visit = plan(house, "Visit", client_id=client, inquiry_id=inquiry)
    stranger = house.company.actor(house.other_id)
    clock.set("2026-11-20 09:00")
    do(house, cancel_activity, visit)
    row = on_wednesday(house)["Visit"]
    assert (row["client"], row["inquiry"]) == ("UAB Žuvėdra", "U2026-00001")
    with house.company.database.reading(stranger) as session:
        assert list(list_unfinished(session, {"day": WEDNESDAY})) == []


def test_its_cost_does_not_grow(house: InquiryHouse, clock: Any) -> None:
    def cost() -> int:
        with house.reading() as session, counted_statements(house.company.database) as seen:
            list(list_unfinished(session, {"day": WEDNESDAY}))
        return len(seen)

    client = house.client()
    plan(house, "Visit", client_id=client)
    clock.set("2026-11-20 09:00")
    few = cost()
    clock.set("2026-11-16 09:00")
    for number in range(5):
        plan(house, f"Call {number}", client_id=client)
    clock.set("2026-11-20 09:00")
    assert cost() == few <= 6
