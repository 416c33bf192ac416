"""Clients that bought before and buy nothing, or much less, now; planning a contact with each of them (CL-57)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.web import today
from kartoteka.builtin.notifications.channels.models import Reminder
from kartoteka_crm_clients.classes.service import enter_turnover
from kartoteka_crm_clients.segments.service import add_clients, add_segment

RIGHTS = (
    "clients.view",
    "crm_clients.view",
    "crm_clients.classes",
    "crm_clients.manage_classes",
    "crm_clients.segments",
)
RIGHTS += ("timeline.view",)


@pytest.fixture
def seller(house: Any) -> Any:
    """A browser of somebody who sees all clients and their turnover."""
    house.seller_id = house.company.add_user(permissions=RIGHTS, reach="all")
    return house.company.browser(house.seller_id)


def buy(house: Any, client_id: int, *purchases: tuple[int, int]) -> None:
    """Let a client buy, so many days ago for so much."""
    with house.company.database.transaction(house.company.system) as session:
        for ago, amount in purchases:
            enter_turnover(
                session,
                client_id,
                today() - timedelta(days=ago),
                Decimal(amount),
            )


@pytest.fixture
def clients(house: Any) -> dict[str, int]:
    ids = {name: house.client(f"UAB {name}") for name in ("Gone", "Less", "Same", "Never")}
    buy(house, ids["Gone"], (400, 100), (91, 50))
    buy(house, ids["Less"], (100, 100), (5, 60))
    buy(house, ids["Same"], (100, 100), (89, 100))
    return ids


@pytest.mark.catalogue("CL-57")
@pytest.mark.parametrize(
    ("days", "percent", "expected"),
    [
        (90, None, {"Gone"}),
        (90, 40, {"Gone", "Less"}),
        (90, 41, {"Gone"}),
        (4, None, {"Gone", "Less", "Same"}),
        (500, None, set()),
    ],
)
def test_the_report_and_the_list_find_the_same_clients(
    seller: Any, clients: dict[str, int], days: int, percent: int | None, expected: set[str]
) -> None:
    query = f"days={days}" + (f"&percent={percent}" if percent else "")
    report = seller.get(f"/reports/crm_clients/dormant?{query}").text
    assert {name for name in clients if f">UAB {name}<" in report} == expected
    value = f"{days}%2F{percent}" if percent else str(days)
    listed = seller.get(f"/clients/?crm_clients.dormant={value}").text
    assert {name for name in clients if f"UAB {name}" in listed} == expected
    if expected:
        assert f"crm_clients.dormant={value}" in report


@pytest.mark.catalogue("CL-57", part="plan contact")
def test_a_contact_is_planned_once_for_each(house: Any, seller: Any, clients: dict[str, int]) -> None:
    at = (utc_now() + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    data = {"kind": "clients.client", "id": [str(clients["Gone"]), str(clients["Less"])], "confirmed": "1"}
    for text in ("Call them", "Call them again"):
        answer = seller.post("/actions/crm_clients/plan_contact", data={**data, "text": text, "at": at, "whom": "me"})
        assert answer.status_code == 302, answer.text
    page = seller.get(f"/clients/{clients['Gone']}/timeline").text
    assert page.count("Call them again") == 1
    assert "Call them<" not in page
    seller.post("/actions/crm_clients/plan_contact", data={**data, "text": "Visit", "at": at, "whom": "manager"})
    with house.company.database.reading(house.company.system) as session:
        planned = session.execute(select(Reminder.user_id, Reminder.about_id).order_by(Reminder.id)).all()
    assert [tuple(one) for one in planned] == [
        *((house.seller_id, clients[name]) for name in ("Gone", "Less")),
        *((house.user_id, clients[name]) for name in ("Gone", "Less")),
    ]
    late = seller.post(
        "/actions/crm_clients/plan_contact", data={**data, "text": "Call", "at": "2020-01-01T10:00", "whom": "me"}
    )
    assert late.status_code == 422


def test_the_report_may_be_about_a_segment(house: Any, seller: Any, clients: dict[str, int]) -> None:
    with house.company.database.transaction(house.company.actor(house.seller_id)) as session:
        segment = add_segment(session, {"name": "Picked", "is_fixed": True})
        add_clients(session, segment.id, [clients["Less"]])
        key = f"crm_clients.segment:{segment.id}"
    report = seller.get(f"/reports/crm_clients/dormant?days=4&segment={key}").text
    assert ">UAB Less<" in report
    assert ">UAB Gone<" not in report
    assert seller.get("/reports/crm_clients/dormant?days=4&segment=nothing").status_code == 422


def test_others_clients_are_nobodys_dormant_ones(house: Any, clients: dict[str, int]) -> None:
    own = house.company.browser(house.company.add_user(permissions=RIGHTS))
    assert "UAB Gone" not in own.get("/reports/crm_clients/dormant?days=90").text
    assert "UAB Gone" not in own.get("/clients/?crm_clients.dormant=90").text


@pytest.mark.parametrize("value", ["0", "x", "90/0", "90/x", "9999999", "-1"])
def test_nonsense_finds_nobody(seller: Any, clients: dict[str, int], value: str) -> None:
    page = seller.get("/clients/", query_string={"crm_clients.dormant": value})
    assert page.status_code == 200
    assert "UAB Gone" not in page.text
