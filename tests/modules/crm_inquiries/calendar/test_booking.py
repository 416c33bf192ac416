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
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka.testing.databases import chosen_kinds
from kartoteka.web.i18n import formats, formats_for
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.service import (
    cancel_activity,
    change_activity,
    finish_activity,
    plan_activity,
    reopen_activity,
    set_activity_state,
)
from kartoteka_crm_inquiries.series.service import begin_series, change_occurrence
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


def begin(fleet: Any, rule: str = "FREQ=DAILY;COUNT=4", **values: Any) -> int:
    given = {"name": "Stand-up", "starts_at": TEN, "ends_at": TEN + timedelta(hours=1), "resource_id": fleet.car_id}
    with fleet.writing() as session:
        return begin_series(session, {**given, **values}, rule, "Europe/Vilnius").id


def count(fleet: Any) -> int:
    with fleet.reading() as session:
        return session.scalar(select(func.count(Activity.id)).where(Activity.state == "active")) or 0


def test_the_moment_is_written_as_the_reader_does(fleet: Any) -> None:
    book(fleet)
    token = formats.set(formats_for("lt", "Europe/Kyiv"))
    try:
        with pytest.raises(Refused, match="booked at 2026-11-23\xa010:30 already"):
            book(fleet, 0.5)
    finally:
        formats.reset(token)


@pytest.mark.catalogue("IN-38", part="resources without double booking")
@pytest.mark.catalogue("IN-33")
def test_a_series_books_no_moment_twice_and_the_first_clash_is_named(fleet: Any) -> None:
    book(fleet, 24 * 3, name="Far trip")
    book(fleet, 24 * 2 + 0.5, name="Trip to Kaunas")
    with pytest.raises(Refused) as refusal:
        begin(fleet)
    told = str(refusal.value.message)
    assert "Škoda” is booked at 25\xa0Nov\xa02026\xa010:00 already" in told
    assert "“Trip to Kaunas” of Ona Onaitė" in told
    assert count(fleet) == 2, "nothing of the series is left"
    begin(fleet, resource_id=fleet.room_id)


def test_a_series_is_not_moved_into_another_booking(fleet: Any) -> None:
    book(fleet, 24 + 3)
    series_id = begin(fleet)
    with fleet.reading() as session:
        first = session.scalars(
            select(Activity.id).where(Activity.series_id == series_id).order_by(Activity.id)
        ).first()
    values = {"starts_at": TEN + timedelta(hours=2.5), "ends_at": TEN + timedelta(hours=3.5)}
    with pytest.raises(Refused), fleet.writing() as session:
        change_occurrence(session, first or 0, values, "all")
    with pytest.raises(Refused), fleet.writing() as session:
        change_occurrence(session, first or 0, {"ends_at": TEN + timedelta(hours=25)}, "all")
    later = {"starts_at": TEN + timedelta(days=1), "ends_at": TEN + timedelta(days=1, hours=1)}
    with fleet.writing() as session:
        change_occurrence(session, first or 0, later, "all")


def test_what_the_night_makes_of_a_series_does_without_what_is_booked(fleet: Any, clock: Any, run_jobs: Any) -> None:
    series_id = begin(fleet, "FREQ=WEEKLY")
    far = 24 * 7 * 56
    book(fleet, far, name="Far trip")
    run_jobs(fleet.company)
    clock.set("2026-12-24 04:00")
    run_jobs(fleet.company)
    with fleet.company.database.reading(fleet.company.system) as session:
        found = session.scalars(select(Activity).where(Activity.series_id == series_id, Activity.starts_at > TEN)).all()
        booked = {row.starts_at: row.resource_id for row in found}
    assert booked.pop(TEN + timedelta(hours=far)) is None
    assert set(booked.values()) == {fleet.car_id}
    assert len(booked) == 56


def test_what_is_taken_up_again_books_no_more_than_it_may(fleet: Any) -> None:
    called_off, away, done = book(fleet), book(fleet, 2), book(fleet, 4)
    with fleet.writing() as session:
        cancel_activity(session, called_off)
        set_activity_state(session, away, "archived")
        finish_activity(session, done, {"actual": 10, "kilometres": 5})
    with fleet.writing() as session:
        plan_activity(session, {"name": "x", "starts_at": TEN, "estimate": 300, "resource_id": fleet.car_id})
    for again in (
        lambda session: reopen_activity(session, called_off),
        lambda session: set_activity_state(session, away, "active"),
        lambda session: reopen_activity(session, done),
    ):
        with pytest.raises(Refused, match="Škoda"), fleet.writing() as session:
            again(session)


def test_an_undo_books_nothing_twice(fleet: Any) -> None:
    called_off = book(fleet)
    with fleet.writing() as session:
        cancel_activity(session, called_off)
        operation = operation_of(session)
    other = book(fleet)
    with pytest.raises(Refused, match="Škoda"), fleet.writing() as session:
        undo(session, operation)
    with fleet.writing() as session:
        cancel_activity(session, other)
    with fleet.writing() as session:
        undo(session, operation)
