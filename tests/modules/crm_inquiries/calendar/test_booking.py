"""A resource that one can use at a time is never booked twice: on both databases, and by two at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.errors import Refused
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.service import change_activity, finish_activity, plan_activity
from tests.modules.crm_inquiries.conftest import InquiryHouse

TEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(params=chosen_kinds())
def fleet(request: pytest.FixtureRequest, company: Callable[..., Any]) -> Any:
    house: Any = InquiryHouse(company(modules=["crm_inquiries"], database=request.param))
    with house.company.database.transaction(house.company.system) as session:
        car, room = Resource(name="Škoda"), Resource(name="Hall", exclusive=False)
        session.add_all([car, room])
        session.flush()
        house.car_id, house.room_id = car.id, room.id
    return house


def book(fleet: Any, hours: float = 0, *, long: float = 1, by: int | None = None, **values: Any) -> int:
    starts = TEN + timedelta(hours=hours)
    given = {"name": "Visit", "starts_at": starts, "ends_at": starts + timedelta(hours=long)}
    with fleet.writing(by) as session:
        return plan_activity(session, {**given, "resource_id": fleet.car_id, **values}).id


@pytest.mark.catalogue("IN-38", part="resources without double booking")
def test_a_second_booking_is_refused_and_the_first_is_named(fleet: Any) -> None:
    first = book(fleet, name="Trip to Kaunas")
    with fleet.reading() as session:
        number = session.scalars(select(Activity.number).where(Activity.id == first)).one()
    with pytest.raises(Refused) as refusal:
        book(fleet, 0.5)
    told = str(refusal.value.message)
    assert "Škoda" in told
    assert f"{number} “Trip to Kaunas” of Ona Onaitė" in told
    assert refusal.value.field == "resource_id"


def test_what_others_do_is_not_told(fleet: Any) -> None:
    book(fleet, name="Secret")
    with pytest.raises(Refused) as refusal:
        book(fleet, 0.5, by=fleet.other_id)
    told = str(refusal.value.message)
    assert "of Ona Onaitė" in told
    assert "Secret" not in told


def test_bookings_may_touch_and_ended_ones_let_go(fleet: Any) -> None:
    first = book(fleet)
    book(fleet, 1)
    book(fleet, -1)
    with fleet.writing() as session:
        finish_activity(session, first, {"actual": 10})
    book(fleet)


def test_what_many_can_use_is_booked_by_many(fleet: Any) -> None:
    book(fleet, resource_id=fleet.room_id)
    book(fleet, resource_id=fleet.room_id)


def test_moving_into_another_booking_is_refused_and_moving_within_one_s_own_is_not(fleet: Any) -> None:
    book(fleet)
    second = book(fleet, 2)
    with fleet.writing() as session:
        change_activity(session, second, {"starts_at": TEN + timedelta(hours=1.5)})
    with pytest.raises(Refused), fleet.writing() as session:
        change_activity(session, second, {"starts_at": TEN + timedelta(minutes=30)})


def test_of_many_who_book_at_the_same_moment_one_gets_it(fleet: Any) -> None:
    together = Barrier(4)

    def attempt(_number: int) -> bool:
        together.wait(timeout=20)
        try:
            book(fleet)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(attempt, range(4)))
    assert got.count(True) == 1
    with fleet.reading() as session:
        assert session.scalar(select(func.count(Activity.id))) == 1
