"""Visitors of the website become inquiries with a planned return call; programs that fill in the trap do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.clients import Client
from kartoteka.api.db import utc_now
from kartoteka.builtin.notifications.models import Notification
from kartoteka.db.clock import at_moment
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.assignment.service import add_assignment
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.intake.models import WebForm
from kartoteka_crm_inquiries.intake.service import add_form
from tests.modules.crm_inquiries.conftest import InquiryHouse

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ASKED = ["name", "company", "email", "phone", "product", "message"]
SENT = {
    "name": "Jonas Jonaitis",
    "company": "UAB Stogai",
    "email": "jonas@stogai.lt",
    "phone": "+370 612 34567",
    "product": "Roof windows",
    "message": "Please call me back.",
}
STAMP = re.compile(r'name="stamp" value="([^"]+)"')


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company: Callable[..., Any]) -> InquiryHouse:
    house = InquiryHouse(company(modules=["crm_inquiries"], database=request.param))
    house.company.app.config["WTF_CSRF_ENABLED"] = True
    return house


def make_form(office: InquiryHouse, **values: Any) -> str:
    """Make a web form and return its address."""
    given = {"title": "Ask us", "fields": ASKED, "required": ["name"], "manager_id": office.user_id, **values}
    with office.writing() as session:
        return f"/crm_inquiries/form/{add_form(session, given).token}"


def opened(office: InquiryHouse, address: str) -> tuple[Any, str]:
    """Return a visitor's browser and the stamp of the page that he has opened."""
    browser = office.company.app.test_client()
    page = browser.get(address)
    assert page.status_code == 200
    found = STAMP.search(page.text)
    assert found
    return browser, found[1]


def send(office: InquiryHouse, address: str, after: float = 20, **values: str) -> Any:
    """Open the form, wait, and send it."""
    browser, stamp = opened(office, address)
    with at_moment(utc_now() + timedelta(seconds=after)):
        return browser.post(address, data={**SENT, "stamp": stamp, **values})


def count(office: InquiryHouse, model: Any = Inquiry) -> int:
    with office.company.database.reading(office.company.system) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def only(office: InquiryHouse, model: Any) -> Any:
    with office.company.database.reading(office.company.system) as session:
        return session.scalars(select(model)).one()


@pytest.mark.catalogue("IN-05")
@pytest.mark.catalogue("X-35")
def test_what_a_visitor_sends_is_an_inquiry_with_a_planned_return_call(office: InquiryHouse) -> None:
    address = make_form(office)
    with at_moment(FRIDAY):
        answer = send(office, address)
    assert answer.status_code == 303
    assert "Thank you" in office.company.app.test_client().get(answer.location).text
    inquiry, client, call = (only(office, one) for one in (Inquiry, Client, Activity))
    assert (client.name, client.relationship, client.manager_id) == ("UAB Stogai", "potential", office.user_id)
    assert (inquiry.client_id, inquiry.manager_id, inquiry.subject) == (client.id, office.user_id, "Roof windows")
    assert "Please call me back." in inquiry.description
    assert "Jonas Jonaitis" in inquiry.description
    assert only(office, InquiryLine).text == "Roof windows"
    assert (call.inquiry_id, call.performer_id) == (inquiry.id, office.user_id)
    assert call.starts_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Monday at ten in Vilnius"
    assert only(office, Notification).user_id == office.user_id
    assert inquiry.number in office.browser.get("/crm_inquiries/inquiries/").text


@pytest.mark.catalogue("X-35")
def test_who_fills_in_the_trap_creates_nothing_and_learns_nothing(office: InquiryHouse) -> None:
    address = make_form(office)
    before = {one: count(office, one) for one in (Inquiry, Client, Activity, Notification)}
    trapped = send(office, address, website="https://example.com")
    assert {one: count(office, one) for one in before} == before
    real = send(office, address)
    assert (trapped.status_code, trapped.location) == (real.status_code, real.location)
    assert count(office) == 1


@pytest.mark.catalogue("X-35")
def test_too_quick_too_old_and_forged_pages_create_nothing(office: InquiryHouse) -> None:
    address = make_form(office)
    assert send(office, address, after=1).status_code == 422
    assert send(office, address, after=25 * 3600).status_code == 422
    stamp = opened(office, make_form(office, title="Another"))[1]
    stranger = office.company.app.test_client()
    for forged in ("", "x", stamp, "1.x.y", "\x00", "9" * 5000, f"1{stamp}"):
        assert stranger.post(address, data={**SENT, "stamp": forged}).status_code == 400, forged
    assert count(office) == 0


@pytest.mark.catalogue("X-35")
def test_many_from_one_address_are_let_through_no_more(office: InquiryHouse) -> None:
    address = make_form(office)
    browser, stamp = opened(office, address)
    with at_moment(utc_now() + timedelta(seconds=20)):
        got = [browser.post(address, data={**SENT, "stamp": stamp}).status_code for _number in range(12)]
    assert set(got[:10]) == {303}
    assert got[-1] == 429
    office.company.app.extensions["kartoteka"].caches.pop("visits:web form")
    with at_moment(utc_now() + timedelta(seconds=20)):
        assert browser.post(address, data={**SENT, "stamp": stamp}).status_code == 429, "another process knows of it"
    assert count(office) == 1


@pytest.mark.catalogue("X-35")
def test_the_same_page_sent_by_two_at_once_is_one_inquiry(office: InquiryHouse) -> None:
    address = make_form(office)
    browser, stamp = opened(office, address)
    together = Barrier(3)

    def attempt(_number: int) -> int:
        together.wait(timeout=20)
        with at_moment(utc_now() + timedelta(seconds=20)):
            mine = office.company.app.test_client()
            return int(mine.post(address, data={**SENT, "stamp": stamp}).status_code)

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(attempt, range(3))) == {303}
    assert (count(office), count(office, Client)) == (1, 1)
    assert not browser.get_cookie("kartoteka")


def test_a_known_client_is_recognised_and_keeps_its_manager(office: InquiryHouse) -> None:
    known = office.client("UAB Stogai", owner=office.other_id, email="jonas@stogai.lt")
    assert send(office, make_form(office)).status_code == 303
    inquiry = only(office, Inquiry)
    assert (inquiry.client_id, inquiry.manager_id, count(office, Client)) == (known, office.other_id, 1)
    assert only(office, Client).phone in ("", None), "visitors change nothing of a client"


def test_whoever_could_be_two_clients_becomes_a_new_one(office: InquiryHouse) -> None:
    office.client("UAB Pirmas", email="jonas@stogai.lt")
    office.client("UAB Antras", phone="+370 612 34567")
    assert send(office, make_form(office)).status_code == 303
    assert count(office, Client) == 3


def test_without_a_named_manager_the_rules_of_assignment_decide(office: InquiryHouse) -> None:
    with office.writing() as session:
        add_assignment(session, {"name": "All", "users": [office.other_id]})
    assert send(office, make_form(office, manager_id=None)).status_code == 303
    assert only(office, Inquiry).manager_id == only(office, Client).manager_id == office.other_id


@pytest.mark.catalogue("IN-06")
def test_an_inquiry_from_a_newsletter_names_it_and_is_answered_in_so_many_days(office: InquiryHouse) -> None:
    address = make_form(office, days=3)
    with at_moment(FRIDAY):
        browser = office.company.app.test_client()
        page = browser.get(f"{address}?newsletter=November+offers&product=Gates")
        assert 'value="November offers"' in page.text
        assert 'value="Gates"' in page.text
        stamp = STAMP.search(page.text)
        assert stamp
    sent = {"name": "Ona", "phone": "+370 612 00000", "product": "Gates", "newsletter": "November offers"}
    with at_moment(FRIDAY + timedelta(minutes=1)):
        assert browser.post(address, data={**sent, "stamp": stamp[1]}).status_code == 303
    inquiry = only(office, Inquiry)
    assert (inquiry.subject, inquiry.manager_id) == ("Gates", office.user_id)
    assert "Newsletter: November offers" in inquiry.description
    assert only(office, Activity).starts_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_what_is_missing_or_wrong_is_named_and_nothing_is_lost(office: InquiryHouse) -> None:
    address = make_form(office)
    for values, told in (
        ({"name": ""}, "Fill this in."),
        ({"email": "no address"}, "e-mail"),
        ({"message": "a" * 6000}, "Too long"),
        ({"email": "", "phone": ""}, "Write your e-mail address or your phone number."),
    ):
        answer = send(office, address, **values)
        assert answer.status_code == 422
        assert "Please correct the marked fields." in answer.text
        assert "Not saved yet" not in answer.text
        assert told in answer.text
        assert "UAB Stogai" in answer.text
        office.company.app.extensions["kartoteka"].caches.pop("visits:web form")
    assert count(office) == 0


def test_hostile_texts_stay_texts(office: InquiryHouse) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}'; DROP TABLE core_client;--"
    answer = send(office, make_form(office), name=hostile, company=hostile, product=hostile, message=f"{hostile}\x00")
    assert answer.status_code == 303
    page = office.browser.get(f"/crm_inquiries/inquiries/{only(office, Inquiry).id}").text
    assert "<script>alert(1)" not in page
    assert "{{7*7}}" in only(office, Inquiry).description


def test_pages_for_visitors_are_strict_and_off_means_gone(office: InquiryHouse) -> None:
    address = make_form(office)
    page = office.company.app.test_client().get(address, headers={"Accept-Language": "lt"})
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert "<script" not in page.text
    assert 'lang="lt"' in page.text
    visitor = office.company.app.test_client()
    for wrong in (address + "x", address[:-1], "/crm_inquiries/form/" + "a" * 43, "/crm_inquiries/form/%00"):
        assert visitor.get(wrong).status_code == 404
    form = only(office, WebForm)
    data = {"title": "Ask us", "fields": ASKED, "days": "1", "version": str(form.version)}
    office.company.app.config["WTF_CSRF_ENABLED"] = False
    assert office.browser.post(f"/crm_inquiries/forms/{form.id}/renew").status_code == 302
    assert visitor.get(address).status_code == 404
    address = f"/crm_inquiries/form/{only(office, WebForm).token}"
    assert visitor.get(address).status_code == 200
    data["version"] = str(only(office, WebForm).version)
    assert office.browser.post(f"/crm_inquiries/forms/{form.id}", data=data).status_code == 302
    assert visitor.get(address).status_code == 404
    office.company.switch("crm_inquiries", on=False)
    assert visitor.get(address).status_code == 404


def test_forms_are_set_up_on_pages(office: InquiryHouse) -> None:
    office.company.app.config["WTF_CSRF_ENABLED"] = False
    assert "No web forms yet" in office.browser.get("/crm_inquiries/forms/").text
    data = {"title": "Ask", "fields": ["name", "email"], "required": ["email"], "days": "2", "enabled": "y"}
    made = office.browser.post("/crm_inquiries/forms/new", data=data)
    assert made.status_code == 302
    form = only(office, WebForm)
    assert (form.fields, form.required, form.days) == (["name", "email"], ["email"], 2)
    assert form.token in office.browser.get(made.location).text
    refused = office.browser.post("/crm_inquiries/forms/new", data={**data, "fields": ["name"]})
    assert refused.status_code == 422
    assert "so that you can answer" in refused.text
    assert office.browser.post(f"/crm_inquiries/forms/{form.id}/remove").status_code == 302
    assert "No web forms yet" in office.browser.get("/crm_inquiries/forms/").text
