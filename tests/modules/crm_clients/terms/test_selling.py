"""Selling to clients: blocked ones and those over their limit are refused, wherever a sale is made (CL-07, CL-08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib.metadata import entry_points
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.sales import Money, client_balances, client_terms, sale_objections
from kartoteka.builtin.documents.models import Document
from tests.modules.crm_clients.terms import till
from tests.modules.crm_clients.terms.conftest import Shop

EUR = "EUR"


@pytest.fixture
def trade(company: Callable[..., Any]) -> Iterator[Shop]:
    till.OWED.clear()
    till.PRICE["amount"] = Money(Decimal(100), EUR)
    yield Shop(
        company(
            modules=["crm_clients", "till"], entry_points=[*entry_points(group="kartoteka.modules"), till.ENTRY_POINT]
        )
    )
    till.OWED.clear()


def owes(client_id: int, amount: str, currency: str = EUR) -> None:
    till.OWED.setdefault(client_id, []).append(Money(Decimal(amount), currency))


def documents(shop: Shop) -> int:
    with shop.company.database.reading(shop.company.system) as session:
        return int(session.scalar(select(func.count(Document.id))) or 0)


def make(shop: Shop, browser: Any, client_id: int, name: str = "invoice") -> Any:
    return browser.post(f"/documents/new/till/{name}", data={"record": f"clients.client:{client_id}"})


@pytest.mark.catalogue("CL-07", part="refused")
def test_a_sale_to_a_blocked_client_is_refused_with_the_reason(trade: Shop) -> None:
    client_id = trade.client()
    trade.terms(client_id, is_blocked=True, block_reason="Debt older than 90 days")
    seller = trade.seller("documents.view")
    draft = seller.get(f"/documents/new/till/invoice?record=clients.client:{client_id}").text
    assert "Debt older than 90 days" in draft
    assert "Create the document" not in draft
    answer = make(trade, seller, client_id)
    assert documents(trade) == 0
    assert "Debt older than 90 days" in seller.get(answer.location).text
    assert make(trade, seller, client_id, "reminder").status_code == 302
    assert documents(trade) == 1
    trade.terms(client_id, is_blocked=False)
    make(trade, seller, client_id)
    assert documents(trade) == 2


@pytest.mark.catalogue("CL-08", part="refused")
def test_a_sale_over_the_limit_is_refused_or_warned_about_by_the_sellers_right(trade: Shop) -> None:
    client_id = trade.client()
    trade.terms(client_id, credit_limit="500")
    owes(client_id, "450")
    bound, free = trade.seller("documents.view"), trade.seller("documents.view", "crm_clients.exceed_credit")
    page = f"/documents/new/till/invoice?record=clients.client:{client_id}"
    assert "exceeds the client&#39;s credit limit" in bound.get(page).text
    assert "500" not in bound.get(page).text.partition("credit limit")[2][:60]
    assert "credit limit" in bound.get(make(trade, bound, client_id).location).text
    assert documents(trade) == 0
    assert "exceeds the client&#39;s credit limit" in free.get(page).text
    make(trade, free, client_id)
    assert documents(trade) == 1
    till.PRICE["amount"] = Money(Decimal(50), EUR)
    assert "credit limit" not in bound.get(page).text


def test_another_currency_is_not_compared(trade: Shop) -> None:
    client_id = trade.client()
    trade.terms(client_id, credit_limit="500", credit_currency="USD")
    owes(client_id, "450")
    with trade.company.database.reading(trade.company.system) as session:
        found = sale_objections(session, client_id, Money(Decimal(9000), EUR))
    assert [(one.is_refusal, "another currency" in str(one.reason)) for one in found] == [(False, True)]
    card = trade.desk.get(f"/clients/{client_id}").text
    assert "450.00 EUR in another currency is not counted" in card
    assert "used 0.00, free 500.00" in card


@pytest.mark.catalogue("CL-56")
def test_limit_use_and_rest_change_with_what_is_owed(trade: Shop) -> None:
    client_id, other_id = trade.client(), trade.client("UAB Kita")
    trade.terms(client_id, credit_limit="500")
    trade.terms(other_id, credit_limit="500")
    owes(client_id, "200")
    owes(client_id, "250.50")
    header = trade.desk.get(f"/clients/{client_id}").text.partition('id="client-head"')[2].partition("</header>")[0]
    assert "Limit 500.00 EUR, used 450.50, free 49.50" in header
    assert "UAB" not in trade.desk.get("/reports/crm_clients/over_limit").text.partition("<tbody")[2]
    owes(client_id, "100")
    header = trade.desk.get(f"/clients/{client_id}").text.partition('id="client-head"')[2].partition("</header>")[0]
    assert "Limit 500.00 EUR, used 550.50, over by 50.50" in header
    for page in ("/reports/crm_clients/over_limit", "/clients/?crm_clients.over_limit=yes"):
        text = trade.desk.get(page).text
        assert "UAB Žuvėdra" in text
        assert "UAB Kita" not in text
    till.OWED[client_id].append(Money(Decimal("-100"), EUR))
    assert "UAB Žuvėdra" not in trade.desk.get("/clients/?crm_clients.over_limit=yes").text


def test_limits_of_clients_out_of_sight_are_in_no_report(trade: Shop) -> None:
    client_id = trade.client("UAB Slapta", owner=trade.other_id)
    trade.terms(client_id, credit_limit="1")
    owes(client_id, "2")
    rights = ("clients.view", "crm_clients.see_terms", "crm_clients.see_credit", "reports.view")
    own = trade.company.browser(trade.company.add_user(permissions=rights))
    for page in ("/reports/crm_clients/over_limit", "/clients/?crm_clients.over_limit=yes"):
        assert "UAB Slapta" not in own.get(page).text


@pytest.mark.catalogue("CL-09", part="offered")
def test_other_modules_are_told_the_terms(trade: Shop) -> None:
    client_id, other_id = trade.client(), trade.client("UAB Kita")
    trade.terms(client_id, payment_days=14, discount="5", credit_limit="100")
    with trade.company.database.reading(trade.company.actor(trade.user_id)) as session:
        found = client_terms(session, [client_id, other_id])
        owed = client_balances(session, [client_id])
    assert list(found) == [client_id]
    terms = found[client_id]
    assert (terms.payment_days, terms.discount) == (14, Decimal(5))
    assert terms.credit_limit == Money(Decimal(100), EUR)
    assert owed == {}


def test_nobody_knows_what_is_owed_without_a_module_that_does(shop: Shop) -> None:
    client_id = shop.client()
    shop.terms(client_id, credit_limit="100")
    with shop.company.database.reading(shop.company.system) as session:
        assert client_balances(session, [client_id]) is None
        assert sale_objections(session, client_id, Money(Decimal(99), EUR)) == []
    assert "used: no data" in shop.desk.get(f"/clients/{client_id}").text
    assert shop.desk.get("/clients/?crm_clients.over_limit=yes").status_code == 200


def test_a_module_that_fails_refuses(trade: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = trade.client()
    trade.terms(client_id, credit_limit="100")
    monkeypatch.setattr("kartoteka_crm_clients.terms.answers.queries.read_terms", None)
    with trade.company.database.reading(trade.company.system) as session:
        found = sale_objections(session, client_id)
    assert [one.is_refusal for one in found] == [True]
