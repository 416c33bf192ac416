"""Reports of the work: what was done, what was not, by whom, for whom, how long, at what cost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import select

from kartoteka.api.db import find
from kartoteka.api.directories import DirectoryEntry
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import finish_activity, plan_activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry

CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
SHORT = ("finished", "contacts_by_employee", "work_by_month", "work_with_clients", "talks", "plan_and_actual")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def friday(clock):
    clock.set("2026-11-20 09:00")


def rows_of(house, report, **params):
    """Return the cells of each row of a report, as its page shows them."""
    query = "&".join(f"{name}={value}" for name, value in params.items())
    page = house.browser.get(f"/reports/crm_inquiries/{report}?{query}")
    assert page.status_code == 200, page.text[:500]
    body = page.text.split("<tbody", 1)[-1]
    rows = [
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]
    return [[" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in row] for row in rows]


def plan(house, name, *, starts=NOW, **values):
    with house.writing() as session:
        return plan_activity(session, {"name": name, "starts_at": starts, **values}).id


def finish(house, id, **values):
    with house.writing() as session:
        finish_activity(session, id, values)


def holds(rows, *words):
    return any(all(word in row for word in words) for row in rows)


@pytest.mark.catalogue("IN-13")
@pytest.mark.catalogue("IN-20", part="estimated and actual")
def test_finished_tasks(friday, house):
    client = house.client()
    finish(house, plan(house, "Measure windows", client_id=client, estimate=60), actual=75, outcome="Measured")
    plan(house, "Still to do", client_id=client)
    rows = rows_of(house, "finished")
    assert holds(rows, "Measure windows", "UAB Žuvėdra", "60", "75", "15", "Measured")
    assert not holds(rows, "Still to do")
    assert not holds(rows_of(house, "finished", span="last_year"), "Measure windows")


@pytest.mark.catalogue("IN-14")
def test_unfinished_tasks_on_a_day(friday, house):
    client = house.client()
    late = plan(house, "Send offer", starts=NOW - timedelta(days=3), client_id=client)
    with house.company.database.transaction(house.company.system) as session:
        session.get(Activity, late).created_at = NOW - timedelta(days=5)
    rows = rows_of(house, "unfinished")
    assert holds(rows, "Send offer", "3", "0")
    finish(house, late)
    assert not holds(rows_of(house, "unfinished"), "Send offer")
    assert holds(rows_of(house, "unfinished", day="2026-11-18"), "Send offer", "1")


@pytest.mark.catalogue("IN-15")
def test_work_with_clients(friday, house):
    first, second = house.client(), house.client("UAB Langas")
    for client in (first, first, second):
        finish(house, plan(house, "Call", client_id=client), actual=10)
    rows = rows_of(house, "work_with_clients")
    assert holds(rows, "UAB Žuvėdra", "2", "20")
    assert holds(rows, "UAB Langas", "1", "10")


@pytest.mark.catalogue("IN-17")
def test_contacts_by_employee_lead_to_their_list(friday, house):
    first, second = house.client(), house.client("UAB Langas")
    for client in (first, first, second):
        finish(house, plan(house, "Call", client_id=client), actual=10)
    finish(house, plan(house, "Internal"), actual=99)
    assert holds(rows_of(house, "contacts_by_employee"), "3", "30", "2")
    page = unescape(house.browser.get("/reports/crm_inquiries/contacts_by_employee").text)
    address = re.search(r'href="(/crm_inquiries/activities/\?status=done[^"]*)"', page)
    assert address is not None
    listed = house.browser.get(address[1]).text
    assert "UAB Langas" in listed


@pytest.mark.catalogue("IN-18")
def test_history_of_talks(friday, house):
    client = house.client()
    inquiry = house.inquiry(client)
    with house.writing() as session:
        number = find(session, Inquiry, inquiry).number
        call = session.scalars(select(Activity).where(Activity.inquiry_id == inquiry)).one()
        step = NextStep(starts_at=NOW + timedelta(days=2), name="Send the offer")
        finish_activity(session, call.id, {"outcome": "They want three windows"}, step)
    assert holds(rows_of(house, "talks"), "UAB Žuvėdra", "They want three windows", "Send the offer", number)


@pytest.mark.catalogue("IN-12")
def test_register_with_plan(friday, house):
    client = house.client()
    house.inquiry(client, subject="Three windows", value="1200")
    rows = rows_of(house, "register")
    assert holds(rows, "Three windows", "Call back")


@pytest.mark.catalogue("IN-22")
@pytest.mark.catalogue("CL-53")
def test_costs_by_client(friday, house):
    client = house.client()
    with house.company.database.transaction(house.company.system) as session:
        car = Resource(name="Van", sort="car", km_rate=Decimal("0.5"), hour_price=Decimal("12"), exclusive=False)
        session.add(car)
        session.flush()
        car_id = car.id
    trip = plan(house, "Deliver", client_id=client, resource_id=car_id, kilometres="40")
    finish(house, trip, actual=30, kilometres="40", service_price="5")
    rows = rows_of(house, "client_costs")
    assert holds(rows, "UAB Žuvėdra", "26.00", "5.00", "31.00")
    tab = house.browser.get(f"/crm_inquiries/clients/{client}/costs").text
    assert "31.00 EUR" in tab
    assert house.stranger.get(f"/crm_inquiries/clients/{client}/costs").status_code == 404


@pytest.mark.catalogue("IN-41")
def test_planned_and_actual_time(friday, house):
    client = house.client()
    finish(house, plan(house, "Meeting", client_id=client, estimate=60), actual=90)
    plan(house, "Later", client_id=client, estimate=30)
    assert holds(rows_of(house, "plan_and_actual"), "2", "1", "90", "90", "0")


@pytest.mark.catalogue("IN-48")
def test_ad_sources(friday, house):
    client = house.client()
    with house.company.database.transaction(house.company.system) as session:
        fair = DirectoryEntry(directory="crm_inquiries.sources", name="Trade fair")
        session.add(fair)
        session.flush()
        fair_id = fair.id
    house.inquiry(client, source_id=fair_id)
    house.inquiry(client, source_id=fair_id, sort="order", value="500")
    rows = rows_of(house, "sources")
    assert holds(rows, "Trade fair", "0", "1", "1", "500.00")


@pytest.mark.catalogue("CORE-32", part="time to answer")
def test_time_to_answer(friday, house):
    client = house.client()
    for hours in (2, 4, 9):
        found = house.inquiry(client)
        with house.company.database.transaction(house.company.system) as session:
            inquiry = session.get(Inquiry, found)
            inquiry.received_at = NOW - timedelta(hours=hours)
            inquiry.answered_at = NOW
    assert holds(rows_of(house, "service_times"), "3", "4.0")


@pytest.mark.catalogue("CORE-32", part="time to execute")
def test_time_to_execute(friday, house):
    client = house.client()
    for days in (1, 3, 8):
        found = house.inquiry(client, sort="order")
        with house.company.database.transaction(house.company.system) as session:
            order = session.get(Inquiry, found)
            order.received_at, order.executed_at = NOW - timedelta(days=days), NOW
    rows = rows_of(house, "service_times")
    assert holds(rows, "3", "72.0"), rows


def test_reports_take_few_statements(friday, house):
    for number in range(3):
        client = house.client(f"UAB Firma {number}")
        finish(house, plan(house, "Call", client_id=client), actual=10)
    for report in (
        "finished",
        "contacts_by_employee",
        "work_by_month",
        "work_with_clients",
        "talks",
        "plan_and_actual",
    ):
        with counted_statements(house.company.database) as counted:
            house.browser.get(f"/reports/crm_inquiries/{report}")
        assert len(counted) <= 14, report
