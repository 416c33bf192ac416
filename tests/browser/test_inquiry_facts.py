"""Facts of an inquiry edited where they stand, by mouse, by keyboard, and in two windows at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.browser import looks
from tests.browser.offices import served
from tests.browser.test_board import Shop, open_page


@pytest.fixture
def shop(company: Any, browser: Any) -> Iterator[Shop]:
    made = company(modules=["crm_inquiries"])
    made.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
    with served(made.app) as address:
        yield Shop(made, address, browser)


@pytest.fixture
def page(shop: Shop) -> Iterator[Page]:
    yield from open_page(shop, width=1280)


def subject(shop: Shop, inquiry_id: int) -> str:
    with shop.company.database.reading(shop.company.system) as session:
        return session.scalars(select(Inquiry.subject).where(Inquiry.id == inquiry_id)).one()


def pencil(page: Page, name: str) -> Any:
    return page.locator(f"#value-{name} .k-edit")


@pytest.mark.catalogue("IN-01", part="facts are edited where they stand, in a browser")
def test_a_fact_is_changed_and_taken_back_without_leaving_the_page(shop: Shop, page: Page) -> None:
    inquiry_id = shop.register("Roof", value="500")
    page.goto(f"/crm_inquiries/inquiries/{inquiry_id}")
    expect(page.locator("form[data-k-form]")).to_be_visible()  # Ctrl+Enter is not meant for this form
    pencil(page, "value").press("Enter")
    value = page.locator("#value-value [name=value]")
    expect(value).to_be_focused()
    value.fill("750")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#value-value")).to_have_text("750.00 EUR")
    assert not looks.serious_problems(page)
    pencil(page, "subject").press("Enter")
    page.locator("#value-subject [name=subject]").fill("Never")
    page.keyboard.press("Escape")
    expect(page.locator("#value-subject")).to_have_text("Roof")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#value-value")).to_have_text("500.00 EUR")
    expect(page).to_have_url(f"{shop.office.address}/crm_inquiries/inquiries/{inquiry_id}")


@pytest.mark.catalogue("X-30", part="a fact of an inquiry changed in two windows, in a browser")
def test_what_another_window_saved_is_shown_beside(shop: Shop, page: Page) -> None:
    inquiry_id = shop.register("Roof")
    page.goto(f"/crm_inquiries/inquiries/{inquiry_id}")
    pencil(page, "subject").press("Enter")
    other = page.context.new_page()
    other.goto(f"/crm_inquiries/inquiries/{inquiry_id}/facts/subject")
    other.locator("[name=subject]").fill("Roof and gate")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_role("heading", name="Roof and gate")).to_be_visible()
    form = page.locator("#value-subject")
    form.locator("[name=subject]").fill("Red roof")
    page.keyboard.press("Control+Enter")
    expect(form).to_contain_text("saved this record while you were editing it")
    expect(form).to_contain_text("Roof and gate")
    assert not looks.serious_problems(page)
    assert subject(shop, inquiry_id) == "Roof and gate"
    form.locator("[name=subject]").press("Control+Enter")
    expect(form).to_have_text("Red roof")
    assert subject(shop, inquiry_id) == "Red roof"
