"""Activities are planned, changed and finished, and an open inquiry is never left without a next action."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.errors import Forbidden, InvalidInput, NotFound, Refused
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities import service
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.next_action import NextStep
from tests.modules.crm_inquiries.activities.conftest import Desk

MONDAY = datetime(2030, 6, 3, 7, 0, tzinfo=UTC)


@pytest.fixture(params=chosen_kinds())
def desk(request: pytest.FixtureRequest, company_on: Any) -> Desk:
    return Desk(company_on(request.param, modules=["crm_inquiries"]))


def of_inquiry(session: Any, inquiry_id: int) -> list[Activity]:
    return list(session.scalars(select(Activity).where(Activity.inquiry_id == inquiry_id).order_by(Activity.id)))


@pytest.mark.catalogue("IN-23")
def test_performer_start_and_number_are_filled_in(desk: Any) -> None:
    before = utc_now().replace(second=0, microsecond=0)
    made = desk.found(desk.activity(name="Call"))

    assert (made.performer_id, made.creator_id) == (desk.user_id, desk.user_id)
    assert before <= made.starts_at <= utc_now()
    assert made.number.startswith(f"V{utc_now().year}-")
    assert made.ends_at == made.due_at == made.starts_at


@pytest.mark.catalogue("IN-32")
def test_times_follow_from_each_other(desk: Any) -> None:
    made = desk.found(desk.activity(starts_at=MONDAY, estimate=90, remind=30))
    assert made.ends_at == made.due_at == MONDAY + timedelta(minutes=90)

    with desk.writing() as session:
        service.change_activity(session, made.id, {"starts_at": MONDAY + timedelta(days=1)})
    moved = desk.found(made.id)
    assert moved.ends_at == moved.due_at == MONDAY + timedelta(days=1, minutes=90)
    assert (moved.sequence, moved.remind) == (1, 30)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"starts_at": MONDAY, "ends_at": MONDAY - timedelta(hours=1)}, "ends_at"),
        ({"importance": 5}, "importance"),
        ({"percent": 101}, "percent"),
        ({"starts_at": "2030-06-03T10:00"}, "starts_at"),
        ({"client_id": 999}, "client_id"),
        ({"performer_id": 999}, "performer_id"),
        ({"status": "lost"}, "status"),
        ({"kilometres": "NaN"}, "kilometres"),
        ({"secret": 1}, "secret"),
    ],
)
def test_wrong_values_are_named(desk: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        desk.activity(**values)
    assert list(problem.value.errors) == [field]


@pytest.mark.catalogue("IN-22")
def test_a_car_is_not_used_without_kilometres(desk: Any) -> None:
    with desk.company.database.transaction(desk.company.system) as session:
        car = Resource(name="Octavia", sort="car", km_rate=Decimal("0.25"), hour_price=Decimal(6))
        crane = ExtraService(name="Crane", price=Decimal(100))
        session.add_all([car, crane])
        session.flush()
        car_id, crane_id = car.id, crane.id
    visit = desk.activity(starts_at=MONDAY, estimate=60, resource_id=car_id, service_id=crane_id)

    for kilometres in (None, 0):
        with pytest.raises(InvalidInput) as problem, desk.writing() as session:
            service.finish_activity(session, visit, {"kilometres": kilometres})
        assert list(problem.value.errors) == ["kilometres"]
    with desk.writing() as session:
        service.finish_activity(session, visit, {"kilometres": "84,5", "actual": 90})
    assert desk.found(visit).cost == Decimal("130.13")  # 84.5 km x 0.25 + 1.5 h x 6 + 100


@pytest.mark.catalogue("M-09")
def test_the_last_action_of_an_open_inquiry_needs_a_next_one(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    with desk.reading() as session:
        (only,) = of_inquiry(session, inquiry_id)

    with pytest.raises(Refused, match="open"), desk.writing() as session:
        service.finish_activity(session, only.id, {"outcome": "Nobody answered"})
    with pytest.raises(Refused, match="open"), desk.writing() as session:
        service.cancel_activity(session, only.id)
    with pytest.raises(Refused, match="open"), desk.writing() as session:
        service.change_activity(session, only.id, {"status": "done"})
    with pytest.raises(Refused, match="open"), desk.writing() as session:
        service.change_activity(session, only.id, {"inquiry_id": None})
    with pytest.raises(Refused, match="open"), desk.writing() as session:
        service.archive_activity(session, only.id)
    assert desk.found(only.id).status == "planned"

    with desk.writing() as session:
        step = NextStep(starts_at=MONDAY, name="Send the offer", minutes=30)
        service.finish_activity(session, only.id, {"outcome": "Wants an offer"}, step)
    with desk.reading() as session:
        done, following = of_inquiry(session, inquiry_id)
    assert (done.status, done.percent, done.next_step) == ("done", 100, "Send the offer")
    assert (following.name, following.client_id, following.performer_id) == (
        "Send the offer",
        done.client_id,
        desk.user_id,
    )
    assert desk.next_at(inquiry_id) == following.due_at == MONDAY + timedelta(minutes=30)


@pytest.mark.catalogue("IN-08")
@pytest.mark.parametrize("sort", ["inquiry", "order"])
def test_what_is_planned_about_an_inquiry_or_order_is_seen_where_it_is_looked_for(desk: Any, sort: str) -> None:
    client_id = desk.client()
    inquiry_id = desk.inquiry(client_id, sort=sort)
    at = utc_now() + timedelta(minutes=5)
    desk.activity(name="Measure the roof", inquiry_id=inquiry_id, starts_at=at, performer_id=desk.other_id)
    pages = (
        f"/crm_inquiries/inquiries/{inquiry_id}",
        f"/crm_inquiries/clients/{client_id}/activities",
        f"/crm_inquiries/activities/?view=open&performer_id={desk.other_id}",
    )
    for page in pages:
        assert "Measure the roof" in desk.browser.get(page).text, page
    assert "Measure the roof" in desk.browser.get(f"/clients/{client_id}").text, "the card"
    assert (
        "Measure the roof"
        not in desk.browser.get(f"/crm_inquiries/activities/?view=open&performer_id={desk.user_id}").text
    )


@pytest.mark.catalogue("IN-08")
def test_next_at_is_when_the_earliest_action_is_due(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    early = desk.activity(inquiry_id=inquiry_id, starts_at=utc_now())
    assert desk.next_at(inquiry_id) == desk.found(early).due_at

    with desk.writing() as session:
        service.change_activity(session, early, {"starts_at": MONDAY})
    assert desk.next_at(inquiry_id) < MONDAY


@pytest.mark.catalogue("CORE-27")
def test_work_is_handed_over_with_a_note(desk: Any) -> None:
    call = desk.activity(client_id=desk.client())
    with desk.writing() as session:
        service.hand_over_activity(session, call, desk.other_id, "She speaks Polish")
    assert desk.found(call).performer_id == desk.other_id
    assert "She speaks Polish" in desk.other.get("/notifications/").text

    with desk.writing(desk.other_id) as session:
        service.finish_activity(session, call, {"outcome": "Done"})
    assert "finished" in desk.browser.get("/notifications/").text


def test_who_may_not_assign_plans_for_himself_only(desk: Any) -> None:
    modest = desk.company.add_user(permissions=("crm_inquiries.edit_activities", "crm_inquiries.view_activities"))
    with pytest.raises(Forbidden), desk.writing(modest) as session:
        service.plan_activity(session, {"name": "Call", "performer_id": desk.user_id})
    hidden = desk.activity(name="Not his")
    with pytest.raises(NotFound), desk.writing(modest) as session:
        service.finish_activity(session, hidden, {})


def test_a_performer_goes_on_with_a_client_he_does_not_see(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    modest = desk.company.add_user(permissions=("crm_inquiries.edit_activities", "crm_inquiries.view_activities"))
    with desk.reading() as session:
        (only,) = of_inquiry(session, inquiry_id)
    with desk.writing() as session:
        service.hand_over_activity(session, only.id, modest)
    with desk.writing(modest) as session:
        service.finish_activity(session, only.id, {}, NextStep(starts_at=MONDAY, name="Again"))
    assert desk.next_at(inquiry_id) == MONDAY
