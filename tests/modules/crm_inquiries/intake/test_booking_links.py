"""Visitors book free time of a user: what one has booked is offered to nobody else, even at the same moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, select

from kartoteka.api.clients import Client
from kartoteka.api.mail import Mail
from kartoteka.builtin.mail.models import MailFile
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.rest.models import ApiUse
from kartoteka.db.clock import at_moment
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.intake.models import BookingLink
from kartoteka_crm_inquiries.intake.rules import client_values, free_slots
from kartoteka_crm_inquiries.intake.service import add_link
from tests.modules.crm_inquiries.conftest import InquiryHouse

MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Seven o'clock in Vilnius."""
TEN = "2026-11-23T08:00Z"
SENT = {"name": "Rūta Rūtaitė", "email": "ruta@example.lt", "message": "About the roof"}
STAMP = re.compile(r'name="stamp" value="([^"]+)"')


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company: Callable[..., Any]) -> InquiryHouse:
    house = InquiryHouse(company(modules=["crm_inquiries"], database=request.param))
    house.company.app.config["WTF_CSRF_ENABLED"] = True
    return house


def make_link(office: InquiryHouse, by: int | None = None, **values: Any) -> str:
    """Make a booking link and return its address."""
    given = {"title": "Half an hour", "minutes": 30, "notice": 1, "days_ahead": 10, **values}
    with office.writing(by) as session:
        return f"/crm_inquiries/book/{add_link(session, given).token}"


def times(office: InquiryHouse, address: str, query: str = "") -> list[str]:
    """Return the moments that a visitor is offered."""
    with at_moment(MONDAY):
        page = office.company.app.test_client().get(address + query)
    assert page.status_code == 200
    return re.findall(r"at=([0-9TZ:-]+)\"", page.text)


def stamp_of(office: InquiryHouse, address: str) -> str:
    with at_moment(MONDAY):
        found = STAMP.search(office.company.app.test_client().get(f"{address}?at={TEN}").text)
    assert found
    return found[1]


def book(office: InquiryHouse, address: str, at: str = TEN, stamp: str | None = None, **values: str) -> Any:
    stamp = stamp or stamp_of(office, address)
    with at_moment(MONDAY + timedelta(minutes=1)):
        data = {**SENT, "at": at, "stamp": stamp, **values}
        return office.company.app.test_client().post(address, data=data)


def rows(office: InquiryHouse, model: Any) -> list[Any]:
    with office.company.database.reading(office.company.system) as session:
        return list(session.scalars(select(model)))


@pytest.mark.catalogue("X-37")
def test_a_booked_time_disappears_for_the_next_visitor(office: InquiryHouse) -> None:
    address = make_link(office)
    offered = times(office, address)
    assert TEN in offered
    slower = stamp_of(office, address)
    answer = book(office, address)
    assert answer.status_code == 303
    left = times(office, address)
    assert TEN not in left
    assert set(offered) - set(left) == {TEN}
    refused = book(office, address, stamp=slower)
    assert refused.status_code == 409
    assert "just been taken" in refused.text
    (activity,), (client,), (told,) = (rows(office, one) for one in (Activity, Client, Notification))
    assert (activity.performer_id, activity.client_id, activity.estimate) == (office.user_id, client.id, None)
    assert (activity.starts_at.isoformat(), activity.ends_at - activity.starts_at) == (
        "2026-11-23T08:00:00+00:00",
        timedelta(minutes=30),
    )
    assert (client.name, client.relationship, client.manager_id) == ("Rūtaitė Rūta", "potential", office.user_id)
    assert told.user_id == office.user_id
    assert "About the roof" in activity.description


@pytest.mark.catalogue("X-37")
def test_of_visitors_at_the_same_moment_one_gets_it(office: InquiryHouse) -> None:
    addresses = [make_link(office), make_link(office, title="Another link", minutes=30)] * 2
    stamps = [stamp_of(office, address) for address in addresses]
    together = Barrier(4)

    def attempt(number: int) -> int:
        together.wait(timeout=20)
        return int(book(office, addresses[number], stamp=stamps[number]).status_code)

    with ThreadPoolExecutor(4) as pool:
        got = sorted(pool.map(attempt, range(4)))
    assert got == [303, 409, 409, 409]
    assert len(rows(office, Activity)) == 1


@pytest.mark.catalogue("X-37")
def test_free_is_what_is_within_working_hours_and_holds_nothing_else(office: InquiryHouse) -> None:
    address = make_link(office, minutes=60, notice=2, days_ahead=1)
    with at_moment(MONDAY), office.writing() as session:
        given = {"name": "Visit", "starts_at": MONDAY + timedelta(hours=6), "ends_at": MONDAY + timedelta(hours=7)}
        plan_activity(session, given)
    offered = times(office, address)
    assert offered[0] == "2026-11-23T07:00Z", "two hours before"
    assert "2026-11-23T11:00Z" not in offered, "a visit"
    assert "2026-11-23T14:00Z" in offered
    assert "2026-11-23T15:00Z" not in offered, "nobody works then"
    assert {one[:10] for one in offered} == {"2026-11-23", "2026-11-24"}
    for wrong in ("2026-11-23T08:05Z", "2026-11-22T08:00Z", "2026-12-23T08:00Z", "", "x", "2026-11-23T15:00Z"):
        assert book(office, address, wrong).status_code == 409, wrong
        office.company.app.extensions["kartoteka"].caches.pop("visits:booking link")
        with office.company.database.transaction(office.company.system) as session:
            session.execute(delete(ApiUse))
    assert len(rows(office, Activity)) == 1


@pytest.mark.catalogue("X-37")
def test_a_visitor_gets_a_mail_with_the_entry_and_can_call_it_off(office: InquiryHouse) -> None:
    address = make_link(office, place="Main street 1")
    answer = book(office, address)
    (mail,) = rows(office, Mail)
    assert mail.recipient_line == "ruta@example.lt"
    assert answer.location in mail.text
    (attached,) = rows(office, MailFile)
    assert (attached.name, attached.mime) == ("booking.ics", "text/calendar")
    visitor = office.company.app.test_client()
    with at_moment(MONDAY + timedelta(minutes=5)):
        page = visitor.get(answer.location)
        assert "Main street 1" in page.text
        found = STAMP.search(page.text)
        assert found
        assert visitor.post(answer.location, data={"stamp": "x"}).status_code == 400
        assert visitor.get(answer.location + "x").status_code == 404
        assert visitor.get("/crm_inquiries/booked/1-x").status_code == 404
        assert "cancelled" in visitor.post(answer.location, data={"stamp": found[1]}).text
        assert visitor.post(answer.location, data={"stamp": found[1]}).status_code == 422
    assert rows(office, Activity)[0].status == "cancelled"
    assert len(rows(office, Notification)) == 2
    assert TEN in times(office, address)


@pytest.mark.catalogue("X-37")
def test_the_same_page_sent_again_books_once_and_the_trap_books_nothing(office: InquiryHouse) -> None:
    address = make_link(office)
    assert book(office, address, website="x").status_code == 200
    assert rows(office, Activity) == []
    stamp = stamp_of(office, address)
    first, again = (book(office, address, stamp=stamp) for _number in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert len(rows(office, Activity)) == 1
    assert len(rows(office, Mail)) == 1


def test_links_belong_to_their_user_and_end_when_he_says_so(office: InquiryHouse) -> None:
    office.company.app.config["WTF_CSRF_ENABLED"] = False
    assert "No booking links yet" in office.browser.get("/crm_inquiries/booking/").text
    data = {"title": "Talk", "minutes": "45", "days_ahead": "5", "notice": "2", "enabled": "y"}
    made = office.browser.post("/crm_inquiries/booking/new", data=data)
    assert made.status_code == 302
    (link,) = rows(office, BookingLink)
    assert (link.user_id, link.minutes) == (office.user_id, 45)
    assert office.stranger.get(made.location).status_code == 404
    visitor, address = office.company.app.test_client(), f"/crm_inquiries/book/{link.token}"
    assert visitor.get(address).status_code == 200
    assert office.browser.post(f"/crm_inquiries/booking/{link.id}/renew").status_code == 302
    assert visitor.get(address).status_code == 404
    assert office.browser.post(f"/crm_inquiries/booking/{link.id}/remove").status_code == 302
    assert visitor.get(f"/crm_inquiries/book/{rows(office, BookingLink)[0].token}").status_code == 404
    for wrong in ("0", "9", "x", "10000000000"):
        assert office.browser.post("/crm_inquiries/booking/new", data={**data, "minutes": wrong}).status_code == 422


def test_rules_without_a_database() -> None:
    nine = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    hour = timedelta(hours=1)
    day = [(nine, nine + 4 * hour)]
    assert free_slots(day, [], hour, nine, nine + 9 * hour) == [nine + number * hour for number in range(4)]
    assert free_slots(day, [(nine + hour, nine + 2 * hour)], hour, nine, nine + 3 * hour) == [nine, nine + 2 * hour]
    assert free_slots(day, [], 5 * hour, nine, nine + 9 * hour) == []
    assert client_values({"name": "Ona"}, "LT")["surname"] == "Ona"
    assert client_values({"email": "a@b.lt"}, "LT")["surname"] == "a@b.lt"
    assert client_values({"company": "UAB", "name": "Ona Onaitė"}, "LT")["kind"] == "company"
