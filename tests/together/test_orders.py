"""Orders are sales: terms and contracts are asked wherever one is made (CL-07, CL-08, CL-14)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.errors import InvalidInput
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.contracts.service import add_contract
from kartoteka_crm_clients.terms.service import set_terms
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import close_inquiry, make_order
from tests.modules.crm_inquiries.conftest import step
from tests.together.trading import CLIENTS, INQUIRIES, TradingHouse

NEW = "/crm_inquiries/orders/new"
REASON = "Debt older than 90 days"
TERM = "On site within 24 hours"


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> TradingHouse:
    return TradingHouse(company_on(request.param, modules=[CLIENTS, INQUIRIES]))


def writing(house: TradingHouse) -> Any:
    return house.company.database.transaction(house.company.actor(house.boss_id), "Test")


def agrees(house: TradingHouse, client: int, **terms: Any) -> None:
    with writing(house) as session:
        set_terms(session, client, terms)


def blocked(house: TradingHouse) -> int:
    client = house.client(owner=house.boss_id)
    agrees(house, client, is_blocked=True, block_reason=REASON)
    return client


def with_contract(house: TradingHouse) -> int:
    client = house.client(owner=house.boss_id)
    with writing(house) as session:
        add_contract(session, client, {"title": "Maintenance", "terms": f"- {TERM}"})
    return client


def orders(house: TradingHouse) -> int:
    with house.company.database.reading(house.company.system) as session:
        return len(session.scalars(select(Inquiry.id).where(Inquiry.sort == "order")).all())


def sends(house: TradingHouse, address: str = NEW, **values: str) -> Any:
    sent = {"subject": "Doors", "next_kind_id": "", "next_starts_at": "2030-06-03T10:00", "next_name": "Call"}
    return house.boss.post(address, data={**sent, "next_performer_id": str(house.boss_id), "currency": "EUR"} | values)


def problem(page: str) -> str:
    """Return what the form says beside the client."""
    found = re.search(r'id="client-errors">(.*?)</div>', page, re.S)
    return unescape(found[1]) if found else ""


def alerts(page: str) -> list[str]:
    """Return what a page says in its alerts, as plain text."""
    found = re.findall(r'<div class="alert .*?</div></div>', page, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]


@pytest.mark.catalogue("CL-07", part="an order is refused")
def test_an_order_of_a_blocked_client_is_refused_with_the_reason(house: TradingHouse) -> None:
    client = blocked(house)
    assert REASON in house.boss.get(f"{NEW}?client={client}").text
    assert REASON not in house.boss.get(f"/crm_inquiries/inquiries/new?client={client}").text
    for address, who in ((f"{NEW}?client={client}", {}), (NEW, {"client": "UAB Žuvėdra"})):
        answer = sends(house, address, **who)
        assert answer.status_code == 422
        assert REASON in problem(answer.text), address
    assert orders(house) == 0
    assert sends(house, f"/crm_inquiries/inquiries/new?client={client}").status_code == 302
    agrees(house, client, is_blocked=False)
    assert sends(house, f"{NEW}?client={client}").status_code == 302
    assert orders(house) == 1


@pytest.mark.catalogue("CL-07", part="an order of an inquiry, a tender or a program is refused")
def test_no_way_around_the_form_makes_an_order_of_a_blocked_client(house: TradingHouse) -> None:
    client = blocked(house)
    asked, tender = (house.inquiry(client, by=house.boss_id, sort=sort) for sort in ("inquiry", "tender"))
    with pytest.raises(InvalidInput) as refused, writing(house) as session:
        make_order(session, asked, {}, step())
    assert REASON in str(refused.value.errors["client_id"])
    with pytest.raises(InvalidInput) as refused, writing(house) as session:
        close_inquiry(session, tender, "won", values={"value": "10"})
    assert set(refused.value.errors) == {"client_id"}
    answer = house.boss.post(f"/crm_inquiries/inquiries/{tender}/close", data={"outcome": "won", "value": "10"})
    assert (answer.status_code, REASON in answer.text) == (422, True)
    with house.system() as session:
        scopes = ["crm_inquiries.inquiries:create", "crm_inquiries.inquiries:read"]
        _key, token = make_key(session, title="Shop", scopes=scopes, user_id=house.boss_id)
    sent, head = {"client": client, "subject": "Doors", "sort": "order"}, {"Authorization": f"Bearer {token}"}
    answer = house.company.app.test_client().post("/api/v1/crm_inquiries/inquiries", json=sent, headers=head)
    assert (answer.status_code, REASON in answer.text) == (422, True)
    assert orders(house) == 0


@pytest.mark.catalogue("CL-08", part="an order over the limit")
def test_an_order_over_the_limit_is_refused_to_who_may_not_exceed_it(house: TradingHouse) -> None:
    client = house.client(owner=house.boss_id)
    agrees(house, client, credit_limit="100", credit_currency="EUR")
    with pytest.raises(InvalidInput) as refused:
        house.inquiry(client, by=house.user_id, sort="order", value="100.01")
    assert "credit limit" in str(refused.value.errors["client_id"])
    house.inquiry(client, by=house.user_id, sort="order", value="100")
    assert sends(house, f"{NEW}?client={client}", value="100.01").status_code == 302, "the boss may exceed it"


@pytest.mark.catalogue("CL-14", part="an order")
def test_the_terms_of_a_contract_are_shown_before_an_order_is_made(house: TradingHouse) -> None:
    client = with_contract(house)
    page = house.boss.get(f"{NEW}?client={client}").text
    assert TERM in page
    told = {"told": str(client)}
    assert f'name="told" value="{client}"' in page
    typed = sends(house, client="UAB Žuvėdra")
    assert (typed.status_code, TERM in typed.text) == (422, True), "typed without seeing them, they are shown once"
    assert f'name="told" value="{client}"' in typed.text
    assert orders(house) == 0
    assert sends(house, client="UAB Žuvėdra", client_id=str(client), **told).status_code == 302
    assert orders(house) == 1


@pytest.mark.catalogue("CL-14", part="the choice of a client for an order")
def test_the_choice_of_a_client_shows_what_is_known_of_it(house: TradingHouse) -> None:
    with_contract(house)
    offered = "/crm_inquiries/inquiries/askers?client=UAB%20%C5%BDuv%C4%97dra&sort="
    assert TERM in house.boss.get(f"{offered}order").text
    assert TERM not in house.boss.get(f"{offered}inquiry").text
    house.company.switch(CLIENTS, on=False)
    assert "UAB Žuvėdra" in house.boss.get(f"{offered}order").text


@pytest.mark.catalogue("CL-14", part="an order made of an inquiry")
@pytest.mark.catalogue("IN-04", part="what is to be known is shown before an order is made of an inquiry")
def test_an_order_of_an_inquiry_shows_what_is_known_of_its_client(house: TradingHouse) -> None:
    client = with_contract(house)
    agrees(house, client, is_blocked=True, block_reason=REASON)
    asked = house.inquiry(client, by=house.boss_id)
    address = f"/actions/crm_inquiries/make_order?kind=crm_inquiries.inquiry&id={asked}"
    page, form = house.boss.get(address).text, house.boss.get(f"{NEW}?client={client}").text
    assert alerts(page) == alerts(form) != []
    assert TERM in page
    assert REASON in page
    house.company.switch(CLIENTS, on=False)
    assert alerts(house.boss.get(address).text) == []
