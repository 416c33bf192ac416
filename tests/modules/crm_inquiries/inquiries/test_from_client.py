"""Inquiries and orders are registered from a client: on the card, and for a row chosen in the list."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

BEGINNINGS = {"register_inquiry": "inquiries", "register_order": "orders"}


@pytest.mark.catalogue("CL-38")
@pytest.mark.parametrize(("action", "what"), BEGINNINGS.items())
def test_the_card_registers_for_its_client(house: Any, action: str, what: str) -> None:
    client_id = house.client()
    card = house.browser.get(f"/clients/{client_id}").text
    link = re.search(rf'href="(/actions/crm_inquiries/{action}\?[^"]+)" data-k-keys="n {what[0]}"', card)
    assert link is not None
    form = house.browser.get(unescape(link[1]), follow_redirects=True)
    assert form.request.full_path == f"/crm_inquiries/{what}/new?client={client_id}"
    assert "UAB Žuvėdra" in form.text


@pytest.mark.catalogue("CL-38")
@pytest.mark.parametrize(("action", "what"), BEGINNINGS.items())
def test_the_list_registers_for_the_client_that_is_chosen(house: Any, action: str, what: str) -> None:
    client_id, other_id = house.client(), house.client("UAB Kita")
    path = f"/actions/crm_inquiries/{action}"
    assert f'formaction="{path}"' in house.browser.get("/clients/").text
    chosen = {"kind": "clients.client", "list": "clients.clients", "id": str(client_id)}
    answer = house.browser.get(path, query_string=chosen)
    assert answer.location.endswith(f"/crm_inquiries/{what}/new?client={client_id}")
    both = {**chosen, "id": [str(client_id), str(other_id)]}
    assert "one record at a time" in house.browser.get(path, query_string=both, follow_redirects=True).text


def test_nobody_registers_for_a_client_of_others_or_without_the_right(house: Any) -> None:
    client_id = house.client()
    path = f"/actions/crm_inquiries/register_inquiry?kind=clients.client&id={client_id}"
    assert house.stranger.get(path).status_code == 404
    reader = house.company.add_user(permissions=("clients.view",), login="reader", reach="all")
    assert "register_inquiry" not in house.company.browser(reader).get(f"/clients/{client_id}").text
