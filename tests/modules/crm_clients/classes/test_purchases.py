"""Clients by the sum of their purchases, in the list and in segments, as a module that sells knows it (CL-45)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Date, Integer, Numeric, Select, literal, select, union_all

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.clients import Client, find_segment
from kartoteka.api.declare import Module, TurnoverSource
from kartoteka.api.texts import Texts
from kartoteka.api.web import today
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.classes.rules import read_sum

_ = Texts("shop")
RIGHTS = ("clients.view", "crm_clients.view", "crm_clients.classes", "crm_clients.segments")
SOLD: list[tuple[int, Any, Decimal]] = []


def sold() -> Select[Any]:
    """Return what the shop sold."""
    rows = [
        select(
            literal(client_id, Integer).label("client_id"),
            literal(day, Date).label("day"),
            literal(amount, Numeric(14, 2)).label("amount"),
        )
        for client_id, day, amount in SOLD
    ]
    table = union_all(*rows).subquery()
    return select(table.c.client_id, table.c.day, table.c.amount)


@hookimpl
def register_module() -> Module:
    return Module(name="shop", title=_("Shop"), description=_("Sells."), version="1.0", api=API_VERSION)


@hookimpl
def register_turnover_sources() -> list[TurnoverSource]:
    return [TurnoverSource(name="sold", title=_("Sold"), permission="clients.view", rows=sold, weight=1)]


ENTRY_POINT: Any = SimpleNamespace(name="shop", value="shop", dist=None, load=lambda: sys.modules[__name__])


@pytest.fixture(params=chosen_kinds())
def shop(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Any:
    """A company with a shop that has sold to three of four clients, to one of them long ago."""
    company = company_on(request.param, modules=["crm_clients", "shop"], entry_points=_with_shop())
    names = {name: company.add_client(f"UAB {name}").id for name in ("Large", "Small", "Former", "Never")}
    SOLD[:] = [
        (names["Large"], today() - timedelta(days=10), Decimal("4000")),
        (names["Large"], today() - timedelta(days=300), Decimal("2000.50")),
        (names["Small"], today() - timedelta(days=20), Decimal("150")),
        (names["Small"], today() - timedelta(days=19), Decimal("-50")),
        (names["Former"], today() - timedelta(days=500), Decimal("9000")),
    ]
    return company


def _with_shop() -> list[Any]:
    from importlib.metadata import entry_points

    own = [one for one in entry_points(group="kartoteka.modules") if one.name == "crm_clients"]
    return [*own, ENTRY_POINT]


@pytest.mark.catalogue("CL-45", part="purchase sum")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("1000", {"Large"}),
        ("100", {"Large", "Small"}),
        ("101-6000.50", {"Large"}),
        ("101-6000,49", set()),
        ("4000-5000/90", {"Large"}),
        ("-100", {"Small", "Former", "Never"}),
        ("9000/600", {"Former"}),
        ("0-0", {"Former", "Never"}),
        ("100-", {"Large", "Small"}),
        ("nonsense", set()),
    ],
)
def test_clients_are_found_by_what_they_bought_for(shop: Any, asked: str, expected: set[str]) -> None:
    browser = shop.browser(shop.add_user(permissions=RIGHTS, reach="all"))
    page = browser.get("/clients/", query_string={"crm_clients.bought": asked}).text
    assert {name for name in ("Large", "Small", "Former", "Never") if f"UAB {name}" in page} == expected


@pytest.mark.catalogue("CL-45", part="segments by purchase sum")
def test_a_segment_holds_who_has_bought_enough_by_now(shop: Any) -> None:
    user_id = shop.add_user(permissions=RIGHTS, reach="all")
    browser = shop.browser(user_id)
    made = browser.post("/crm_clients/segments/new", data={"name": "Good", "sort": "live"})
    segment_id = int(made.location.split("/segments/")[1].split("/")[0])
    browser.post(f"/crm_clients/segments/{segment_id}/groups/1", data={"crm_clients.bought": "1000"})

    def members() -> set[str]:
        with shop.database.reading(shop.actor(user_id)) as session:
            segment = find_segment(session, f"crm_clients.segment:{segment_id}")
            assert segment is not None
            return set(session.scalars(select(Client.name).where(Client.id.in_(segment.clients(session)))))

    assert members() == {"UAB Large"}
    SOLD.append((SOLD[2][0], today(), Decimal("900")))
    assert members() == {"UAB Large", "UAB Small"}


@pytest.mark.parametrize("typed", ["", "-", "/90", "a", "1-2-3", "5-1", "1/0", "1/x", "1/99999", "1e400", "1/²"])
def test_what_is_no_sum_is_not_read(typed: str) -> None:
    assert read_sum(typed) is None
