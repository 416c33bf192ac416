"""The link that opens the demo company: only where a setting names its user."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kartoteka.testing.company import Company


@pytest.mark.needs_module("crm_clients", "crm_inquiries")
@pytest.mark.catalogue("CORE-30")
def test_visitors_come_in_by_the_link(company: Callable[..., Company]) -> None:
    made = company(modules=["crm_clients", "crm_inquiries"], demo_user="Guest")
    made.fill(clients=10)
    made.add_user("administrator", login="guest", name="Ona Svečiuotoja")
    visitor = made.app.test_client()
    page = visitor.get("/demo")
    assert (page.status_code, "Open the demo company" in page.text) == (200, True)
    assert visitor.get("/clients/").status_code == 401, "looking at the page lets nobody in"
    assert visitor.head("/demo").status_code == 200
    assert visitor.post("/demo").location == "/"
    assert "Ona Svečiuotoja" in visitor.get("/", follow_redirects=True).text
    assert visitor.get("/demo").location == "/"
    for page, shown in (("/clients/", "/clients/\\d+"), ("/crm_inquiries/inquiries/", "/crm_inquiries/inquiries/\\d+")):
        records = set(re.findall(f'href="({shown})"', visitor.get(page).text))
        assert len(records) >= 5, f"{page} shows sample data"
        assert visitor.get(records.pop()).status_code == 200


def test_without_the_setting_there_is_no_link(company: Callable[..., Company]) -> None:
    made = company()
    made.add_user("administrator", login="guest")
    visitor = made.app.test_client()
    assert visitor.get("/demo").status_code == visitor.post("/demo").status_code == 404


def test_a_user_who_is_not_there_lets_nobody_in(company: Callable[..., Company]) -> None:
    made = company(demo_user="guest")
    made.add_user("administrator", login="rasa")
    visitor = made.app.test_client()
    assert visitor.post("/demo").status_code == 404
    assert visitor.get("/clients/").status_code == 401
