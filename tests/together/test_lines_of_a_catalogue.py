"""Lines of inquiries are chosen from what a module offers: on, off, absent; other texts stay possible (IN-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from importlib.metadata import entry_points
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.inquiries.models import InquiryLine
from kartoteka_crm_inquiries.inquiries.service import change_inquiry, make_order
from tests.modules.crm_inquiries.conftest import InquiryHouse, step
from tests.together import shop

pytestmark = pytest.mark.catalogue("IN-01", part="lines from a catalogue")
NEW, OFFERS = "/crm_inquiries/inquiries/new", "/crm_inquiries/inquiries/items?line_text="
Lines = list[tuple[str, str, str]]


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Iterator[InquiryHouse]:
    points = [*entry_points(group="kartoteka.modules"), shop.ENTRY_POINT]
    made = InquiryHouse(company_on(request.param, modules=["crm_inquiries", "shop"], entry_points=points))
    oak = made.client("Oak door", owner=made.user_id)
    shop.ITEMS[:] = [
        shop.item(oak, "Oak door", "D-1", "pcs", "250"),
        shop.item(oak + 100, "Mounting", "S-1", "h", "40.5"),
        shop.item(oak + 101, "Handle", "H-1"),
        shop.item(oak + 102, "Handle", "H-2"),
    ]
    yield made
    shop.ITEMS.clear()
    shop.ASKED.clear()


def lines_of(house: InquiryHouse, inquiry_id: int) -> Lines:
    """Return text, unit and item of each line."""
    found = select(InquiryLine).where(InquiryLine.inquiry_id == inquiry_id).order_by(InquiryLine.position)
    with house.company.database.reading(house.company.system) as session:
        return [(one.text, one.unit, str(one.item.id) if one.item else "") for one in session.scalars(found)]


def asked(house: InquiryHouse, *texts: str, **values: Any) -> int:
    return house.inquiry(house.client(), lines=[{"text": one} for one in texts], **values)


def items() -> list[str]:
    return [str(one.ref.id) for one in shop.ITEMS]


def test_the_form_offers_items_and_takes_what_is_chosen(house: InquiryHouse) -> None:
    page = house.browser.get(f"{NEW}?client={house.client()}").text
    assert 'list="items"' in page
    assert '<datalist id="items">' in page
    assert '<option value="Oak door">D-1 250.00 EUR / pcs</option>' in unescape(house.browser.get(f"{OFFERS}oak").text)
    two = house.browser.get(f"{OFFERS}handle").text
    assert ('value="Handle (H-1)"' in two, 'value="Handle (H-2)"' in two, 'value="Handle"' in two) == (
        True,
        True,
        False,
    )
    sent = {
        "client": "UAB Žuvėdra",
        "line_text": ["Oak door", "s-1", "Handle (H-2)", "Handle", "Something of glass"],
        "line_quantity": ["2", "", "", "", ""],
        "line_unit": ["", "", "box", "", "m"],
        "subject": "Doors",
        "next_starts_at": "2030-06-03T10:00",
        "next_performer_id": str(house.user_id),
    }
    answer = house.browser.post(NEW, data=sent)
    assert answer.status_code == 302, answer.text
    oak, mounting, _first, second = items()
    assert lines_of(house, int(answer.location.rpartition("/")[2])) == [
        ("Oak door", "pcs", oak),
        ("Mounting", "h", mounting),
        ("Handle", "box", second),
        ("Handle", "", ""),
        ("Something of glass", "m", ""),
    ]
    assert f'href="/clients/{oak}">Oak door</a>' in house.browser.get(answer.location).text


def test_what_was_chosen_stays_when_nobody_offers_it(house: InquiryHouse) -> None:
    inquiry_id, (oak, mounting, *_handles) = asked(house, "Oak door", "Mounting"), items()
    house.company.switch("shop", on=False)
    assert "datalist" not in house.browser.get(f"{NEW}?client={house.client('UAB Langas')}").text
    assert "option" not in house.browser.get(f"{OFFERS}oak").text
    with house.writing() as session:
        change_inquiry(session, inquiry_id, {"lines": [{"text": "Mounting"}, {"text": "Handle (H-1)"}]})
    assert lines_of(house, inquiry_id) == [("Mounting", "", mounting), ("Handle (H-1)", "", "")]
    with house.writing() as session:
        order = make_order(session, inquiry_id, {}, step()).id
    assert [item for _text, _unit, item in lines_of(house, order)] == [mounting, ""]
    house.company.switch("shop", on=True)
    with house.writing() as session:
        change_inquiry(session, inquiry_id, {"lines": [{"text": "D-1"}, {"text": "By word of mouth"}]})
    assert lines_of(house, inquiry_id) == [("Oak door", "pcs", oak), ("By word of mouth", "", "")]


def test_a_module_is_asked_once_and_its_failure_stops_nothing(house: InquiryHouse) -> None:
    shop.ASKED.clear()
    asked(house, "Oak door", "Mounting", "Mounting")
    assert shop.ASKED == [("Oak door", "Mounting")]
    assert lines_of(house, asked(house, "Oak door", "fail")) == [("Oak door", "", ""), ("fail", "", "")]


def test_without_such_a_module_lines_are_texts(company_on: Callable[..., Company]) -> None:
    house = InquiryHouse(company_on(chosen_kinds()[0], modules=["crm_inquiries"]))
    assert "datalist" not in house.browser.get(f"{NEW}?client={house.client()}").text
    assert lines_of(house, house.inquiry(house.client("UAB Langas"), lines=[{"text": "Oak door"}])) == [
        ("Oak door", "", "")
    ]
