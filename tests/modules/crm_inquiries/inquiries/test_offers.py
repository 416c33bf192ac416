"""From an inquiry to an offer in one action, where a module makes offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any

import pytest

from kartoteka.api.records import RecordRef
from kartoteka_crm_inquiries.naming import INQUIRY
from tests.modules.crm_inquiries.conftest import InquiryHouse
from tests.modules.crm_inquiries.inquiries import offers

BUTTON = re.compile(r'<a class="btn[^"]*" href="([^"]+)">(?:(?!</a>).)*Make an offer</a>', re.DOTALL)


@pytest.fixture
def house(company: Callable[..., Any]) -> Iterator[InquiryHouse]:
    offers.MADE.clear()
    points = [*entry_points(group="kartoteka.modules"), offers.ENTRY_POINT]
    yield InquiryHouse(company(modules=["crm_inquiries", "offers"], entry_points=points))
    offers.MADE.clear()


@pytest.mark.catalogue("IN-50", part="the action of a module that makes offers, on the page of the inquiry")
def test_an_offer_is_made_of_an_inquiry_in_one_action(house: InquiryHouse) -> None:
    inquiry_id = house.inquiry(house.client(), lines=[{"text": "Twelve windows"}])
    page = house.browser.get(f"/crm_inquiries/inquiries/{inquiry_id}").text
    button = BUTTON.search(page)
    assert button
    answer = house.browser.post(button[1].replace("&amp;", "&"))
    assert (answer.status_code, answer.location) == (302, "/clients/")
    assert [RecordRef(INQUIRY, inquiry_id)] == offers.MADE
    assert "The offer is made." in house.browser.get("/clients/").text


def test_without_the_module_there_is_no_such_button(house: InquiryHouse) -> None:
    inquiry_id = house.inquiry(house.client())
    house.company.switch("offers", on=False)
    assert "Make an offer" not in house.browser.get(f"/crm_inquiries/inquiries/{inquiry_id}").text
