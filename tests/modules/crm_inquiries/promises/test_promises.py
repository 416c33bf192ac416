"""Promises: written down, kept or broken, and whether the day has room for them (CL-27, M-10)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.promises.models import Promise

MONDAY = date(2026, 11, 23)


def promise(house, client_id, text="Send the drawings", due="2026-11-23", **values):
    """Write a promise down on the card and return what the page said."""
    return house.browser.post(
        f"/crm_inquiries/clients/{client_id}/promises/new", data={"text": text, "side": "ours", "due_on": due, **values}
    )


def only_promise(house):
    with house.reading() as session:
        return session.scalars(select(Promise).order_by(Promise.id.desc())).first()


@pytest.fixture
def saturday(clock):
    clock.set("2026-11-21 08:00")


@pytest.mark.catalogue("CL-27")
def test_a_promise_is_seen_with_its_state(saturday, house):
    client = house.client()
    promise(house, client)
    assert only_promise(house).user_id == house.user_id
    tab = house.browser.get(f"/crm_inquiries/clients/{client}/promises").text
    assert "Send the drawings" in tab
    assert "k-planned" in tab
    promise(house, client, text="Bring the samples", due="2026-11-20")
    for page in (
        f"/crm_inquiries/clients/{client}/promises",
        f"/panels/crm_inquiries/promises?record=clients.client:{client}",
    ):
        assert "k-overdue" in house.browser.get(page).text


@pytest.mark.catalogue("M-10")
@pytest.mark.catalogue("CL-27", part="rate")
def test_a_broken_promise_lowers_the_rate(saturday, house):
    client = house.client()
    for status in ("full", "broken"):
        promise(house, client, text=f"Promise {status}")
        house.browser.post(
            f"/crm_inquiries/promises/{only_promise(house).id}/settle", data={"status": status, "fulfilled_on": ""}
        )
        rate = house.browser.get(f"/panels/crm_inquiries/promises?record=clients.client:{client}").text
        assert ("100% of 1" if status == "full" else "50% of 2") in rate
    report = house.browser.get("/reports/crm_inquiries/promises_kept?period=year").text
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Ona Onait(?:(?!</tr>).)*</tr>", report, re.DOTALL)
    assert row is not None
    assert "50" in row[0]


def test_what_is_fulfilled_late_or_in_part_is_not_kept(saturday, house):
    client = house.client()
    promise(house, client, due="2026-11-20")
    house.browser.post(
        f"/crm_inquiries/promises/{only_promise(house).id}/settle",
        data={"status": "full", "fulfilled_on": "2026-11-21"},
    )
    promise(house, client)
    house.browser.post(
        f"/crm_inquiries/promises/{only_promise(house).id}/settle", data={"status": "part", "fulfilled_on": ""}
    )
    assert "0% of 2" in house.browser.get(f"/crm_inquiries/clients/{client}/promises").text


@pytest.mark.catalogue("M-10", part="clash")
def test_a_promise_into_a_full_day_warns(saturday, house):
    client = house.client()
    free = house.browser.post(
        f"/crm_inquiries/clients/{client}/promises/new",
        data={"text": "Free day", "side": "ours", "due_on": str(MONDAY), "minutes": "60"},
        follow_redirects=True,
    ).text
    assert "is full" not in free
    eight = datetime(2026, 11, 23, 6, tzinfo=UTC)
    with house.writing() as session:
        plan_activity(session, {"name": "Fair", "starts_at": eight, "ends_at": eight + timedelta(hours=9)})
    warned = house.browser.post(
        f"/crm_inquiries/clients/{client}/promises/new",
        data={"text": "Full day", "side": "ours", "due_on": str(MONDAY), "minutes": "60"},
        follow_redirects=True,
    ).text
    assert "The calendar of that day is full: 0 minutes are free." in warned
    theirs = house.browser.post(
        f"/crm_inquiries/clients/{client}/promises/new",
        data={"text": "Theirs", "side": "theirs", "due_on": str(MONDAY)},
        follow_redirects=True,
    ).text
    assert "is full" not in theirs


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"text": ""}, "Fill this in"),
        ({"due": ""}, "Fill this in"),
        ({"due": "3026-01-01"}, "year"),
        ({"minutes": "99999"}, "10"),
        ({"side": "nobody's"}, "Choose"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(house, values, complaint):
    client = house.client()
    answer = promise(house, client, **values)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert only_promise(house) is None


def test_a_stranger_sees_none_of_it(house):
    client = house.client()
    promise(house, client)
    found = only_promise(house).id
    for path in (f"clients/{client}/promises", f"promises/{found}", f"promises/{found}/edit"):
        assert house.stranger.get(f"/crm_inquiries/{path}").status_code == 404
    assert house.stranger.post(f"/crm_inquiries/promises/{found}/settle", data={"status": "full"}).status_code == 404
    assert "Send the drawings" not in house.stranger.get("/crm_inquiries/promises/").text


def test_a_promise_is_changed_put_away_and_taken_back(house):
    client = house.client()
    promise(house, client)
    found = only_promise(house)
    page = f"/crm_inquiries/promises/{found.id}"
    house.browser.post(
        f"{page}/edit",
        data={"text": "Send the plans", "side": "ours", "due_on": "2026-11-24", "version": str(found.version)},
    )
    assert "Send the plans" in house.browser.get(page).text
    house.browser.post(f"{page}/archive")
    assert "Send the plans" not in house.browser.get(f"/crm_inquiries/clients/{client}/promises").text
    house.browser.post(f"{page}/restore")
    assert "Send the plans" in house.browser.get(f"/crm_inquiries/clients/{client}/promises").text


def test_the_list_finds_overdue_ones_and_the_front_page_shows_mine(saturday, house):
    client = house.client()
    promise(house, client, text="Old promise", due="2026-11-20")
    promise(house, client, text="Coming promise", due="2026-11-27")
    overdue = house.browser.get("/crm_inquiries/promises/?how=overdue").text
    assert "Old promise" in overdue
    assert "Coming promise" not in overdue


@pytest.fixture
def after_midnight(clock):
    """Half past midnight of Tuesday in Vilnius, still Monday in UTC."""
    clock.set("2026-11-24 00:30")


@pytest.mark.catalogue("CL-27", part="in the user's own time zone")
def test_after_midnight_it_is_the_next_day_already(after_midnight, house):
    client = house.client()
    promise(house, client, due="2026-11-23")
    page = f"/crm_inquiries/promises/{only_promise(house).id}"
    house.browser.post(f"{page}/settle", data={"status": "full", "fulfilled_on": ""})
    assert only_promise(house).fulfilled_on == date(2026, 11, 24), "half an hour late"
    assert "0% of 1" in house.browser.get(f"/panels/crm_inquiries/promises?record=clients.client:{client}").text
    house.browser.post(f"{page}/settle", data={"status": "open", "fulfilled_on": ""})
    assert only_promise(house).status == "open", "taken back"
    house.browser.post(f"{page}/settle", data={"status": "full", "fulfilled_on": "2026-11-25"})
    assert only_promise(house).status == "open", "Wednesday is still to come"
    house.browser.post(f"{page}/settle", data={"status": "full", "fulfilled_on": "2026-11-24"})
    assert only_promise(house).fulfilled_on == date(2026, 11, 24)
