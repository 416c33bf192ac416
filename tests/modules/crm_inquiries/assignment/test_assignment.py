"""New inquiries without a manager go to somebody: in turns, by load, by where the client is; clocks of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.errors import InvalidInput
from kartoteka_crm_inquiries.assignment import service
from kartoteka_crm_inquiries.assignment.rules import fits, least_busy, next_in_turn
from kartoteka_crm_inquiries.calendar.working_time import USUAL_HOURS, WorkingTime
from kartoteka_crm_inquiries.inquiries.answering import clock_of
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.processes.models import Process
from kartoteka_crm_inquiries.processes.service import ensure_processes

WORKING = WorkingTime("LT", "Europe/Vilnius", USUAL_HOURS)


def rule(house: Any, **values: Any) -> int:
    """Add a rule for both users."""
    given = {"name": "All", "way": "turns", "users": [house.user_id, house.other_id], **values}
    with house.writing() as session:
        return service.add_assignment(session, given).id


def managers(house: Any) -> list[int | None]:
    """Return who answers for the inquiries, in the order in which they came."""
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Inquiry.manager_id).order_by(Inquiry.id)))


@pytest.mark.catalogue("X-29")
def test_inquiries_go_round(house: Any) -> None:
    rule(house)
    client = house.client()
    for _number in range(3):
        house.inquiry(client, manager_id=None)
    assert managers(house) == [house.user_id, house.other_id, house.user_id]


@pytest.mark.catalogue("X-29")
def test_inquiries_go_to_who_has_the_fewest(house: Any) -> None:
    client = house.client()
    house.inquiry(client)
    house.inquiry(client)
    rule(house, way="load")
    for _number in range(3):
        house.inquiry(client, manager_id=None)
    assert managers(house)[2:] == [house.other_id, house.other_id, house.user_id]


@pytest.mark.catalogue("X-29")
def test_the_first_rule_that_fits_decides_by_country(house: Any) -> None:
    rule(house, name="Latvia", country="LV", users=[house.other_id])
    rule(house, name="Others", users=[house.user_id])
    house.inquiry(house.client("SIA Kaija", country="LV"), manager_id=None)
    house.inquiry(house.client("UAB Kita"), manager_id=None)
    assert managers(house) == [house.other_id, house.user_id]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-29")
def test_a_territory_is_known_by_city_and_region(company: Any) -> None:
    from kartoteka_crm_clients.service import add_address
    from tests.modules.crm_inquiries.conftest import InquiryHouse

    house = InquiryHouse(company(modules=["crm_clients", "crm_inquiries"]))
    rule(house, name="Coast", places="Klaipėda, Palanga", users=[house.other_id])
    here, there = house.client("UAB Jūra"), house.client("UAB Miškas")
    with house.company.database.transaction(house.company.system) as session:
        add_address(session, here, {"city": "Klaipeda"})
        add_address(session, there, {"city": "Vilnius"})
    house.inquiry(here, manager_id=None)
    house.inquiry(there, manager_id=None)
    assert managers(house) == [house.other_id, None]


def test_who_is_named_keeps_the_inquiry(house: Any) -> None:
    rule(house, users=[house.other_id])
    house.inquiry(house.client())
    assert managers(house) == [house.user_id]


def test_rules_without_a_database() -> None:
    some = SimpleNamespace(sort="order", source_id=None, country="LT", places=[])
    assert fits(some, sort="order", source_id=4, country="LT", places=())
    assert not fits(some, sort="tender", source_id=4, country="LT", places=())
    assert not fits(some, sort="order", source_id=4, country="EE", places=())
    assert next_in_turn([1, 2, 3], 3) == 1
    assert next_in_turn([1, 2], 9) == 1
    assert next_in_turn([], None) is None
    assert least_busy([1, 2, 3], {1: 2, 2: 0, 3: 0}) == 2
    assert least_busy([], {}) is None


def test_rules_are_kept_on_pages(house: Any) -> None:
    assert "No rules yet" in house.browser.get("/crm_inquiries/assignment/").text
    made = house.browser.post(
        "/crm_inquiries/assignment/new",
        data={"name": "Coast", "way": "turns", "places": "Palanga", "users": [str(house.other_id)]},
    )
    assert made.status_code == 302
    page = house.browser.get("/crm_inquiries/assignment/").text
    assert "Coast" in page
    assert "Petras" in page
    refused = house.browser.post("/crm_inquiries/assignment/new", data={"name": "Nobody", "way": "turns"})
    assert refused.status_code == 422
    assert "Choose who gets the inquiries." in refused.text
    with pytest.raises(InvalidInput), house.writing() as session:
        service.add_assignment(session, {"name": "x", "users": [999_999]})


@pytest.mark.catalogue("X-29")
@pytest.mark.parametrize(
    ("country", "zone", "since", "due"),
    [
        # The day after is a public holiday: 24 December in Lithuania, Latvia and Estonia.
        ("LT", "Europe/Vilnius", datetime(2026, 12, 23, 13, 0, tzinfo=UTC), datetime(2026, 12, 28, 8, 0, tzinfo=UTC)),
        ("LV", "Europe/Riga", datetime(2026, 12, 23, 13, 0, tzinfo=UTC), datetime(2026, 12, 28, 8, 0, tzinfo=UTC)),
        ("EE", "Europe/Tallinn", datetime(2026, 12, 23, 13, 0, tzinfo=UTC), datetime(2026, 12, 28, 8, 0, tzinfo=UTC)),
        # Ukraine works on its holidays under martial law.
        ("UA", "Europe/Kyiv", datetime(2026, 12, 23, 13, 0, tzinfo=UTC), datetime(2026, 12, 24, 8, 0, tzinfo=UTC)),
        ("UA", "Europe/Kyiv", datetime(2021, 3, 5, 13, 0, tzinfo=UTC), datetime(2021, 3, 9, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_of_an_answer_stops_on_public_holidays(
    country: str, zone: str, since: datetime, due: datetime
) -> None:
    working = WorkingTime(country, zone, USUAL_HOURS)
    assert working.after(since, 4 * 60) == due
    inquiry = SimpleNamespace(answer_by=due, answered_at=None, closed_at=None)
    holiday = since + timedelta(days=1) if due - since > timedelta(days=1) else since
    clock = clock_of(inquiry, holiday, working)
    assert clock is not None
    assert clock.state == "running"
    assert clock.minutes == (120 if due - since > timedelta(days=1) else 240)


def test_clocks_end(house: Any) -> None:
    moment = datetime(2026, 6, 3, 9, 0, tzinfo=UTC)
    late = SimpleNamespace(answer_by=moment, answered_at=None, closed_at=None)
    found = clock_of(late, moment + timedelta(hours=1), WORKING)
    assert found is not None
    assert (found.state, found.minutes) == ("late", -60)
    kept = SimpleNamespace(answer_by=moment, answered_at=moment - timedelta(minutes=30), closed_at=moment)
    found = clock_of(kept, moment, WORKING)
    assert found is not None
    assert (found.state, found.colour) == ("kept", "done")
    assert clock_of(SimpleNamespace(answer_by=None), moment, WORKING) is None


@pytest.mark.catalogue("X-29")
def test_a_new_inquiry_gets_its_deadline(house: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        ensure_processes(session)
        session.scalars(select(Process).where(Process.sort == "inquiry")).one().answer_hours = 8
    house.inquiry(house.client(), received_at=datetime(2026, 6, 3, 8, 0, tzinfo=UTC))
    with house.reading() as session:
        inquiry = session.scalars(select(Inquiry)).one()
    # 3 June 2026 is a Wednesday: three hours are left of its working day at 11 in Vilnius, two of them after noon.
    assert inquiry.answer_by == datetime(2026, 6, 4, 7, 0, tzinfo=UTC)


@pytest.mark.catalogue("X-29")
def test_the_clock_is_shown_and_stops_when_the_client_is_answered(house: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        ensure_processes(session)
        session.scalars(select(Process).where(Process.sort == "inquiry")).one().answer_hours = 8
    found = house.inquiry(house.client(), subject="Roof")
    assert "Answer within" in house.browser.get("/crm_inquiries/inquiries/").text
    page = f"/crm_inquiries/inquiries/{found}"
    assert "Time to answer" in house.browser.get(page).text
    assert house.browser.post(f"{page}/answered").status_code == 302
    assert "Answered in time" in house.browser.get(page).text
    assert "Answer within" not in house.browser.get("/crm_inquiries/inquiries/").text


@pytest.mark.catalogue("CORE-15", part="an inquiry joins a project of its client")
def test_an_inquiry_is_put_into_a_project_of_its_client_only(house: Any) -> None:
    from kartoteka_crm_inquiries.projects.service import start_project

    one, other = house.client(), house.client("UAB Kita")
    with house.writing() as session:
        own = start_project(session, one, {"name": "Warehouse"}).id
        foreign = start_project(session, other, {"name": "Foreign shop"}).id
    found = house.inquiry(one, subject="Racks")
    page = f"/crm_inquiries/inquiries/{found}"
    panel = f"/panels/crm_inquiries/project_of_inquiry?record=crm_inquiries.inquiry:{found}"
    shown = house.browser.get(panel).text
    assert "Warehouse" in shown
    assert "Foreign shop" not in shown
    house.browser.post(f"{page}/project", data={"project_id": foreign})
    assert "another client" in house.browser.get(page).text
    house.browser.post(f"{page}/project", data={"project_id": own})
    with house.reading() as session:
        assert session.scalars(select(Inquiry.project_id)).one() == own
