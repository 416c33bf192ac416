"""The work desk by keyboard: done, skip, postpone, until nothing is left; a call is logged with two strokes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities import service
from tests.browser.offices import served
from tests.modules.crm_inquiries.activities.conftest import Desk


@pytest.fixture
def desk(company: Any) -> Desk:
    return Desk(company(modules=["crm_inquiries"]))


def late(desk: Desk, name: str, hours: int) -> int:
    with desk.writing() as session:
        values = {"name": name, "starts_at": utc_now() - timedelta(hours=hours)}
        return service.plan_activity(session, values).id


@pytest.mark.catalogue("M-09")
def test_a_day_is_worked_off_by_keyboard(page: Page, desk: Desk) -> None:
    for name, hours in (("First", 75), ("Second", 50), ("Third", 25)):
        late(desk, name, hours)
    with served(desk.company.app) as url:
        sign_in(page, desk, url)
        page.goto(f"{url}/crm_inquiries/work")
        title = page.locator("#work-title")
        expect(title).to_have_text("First")
        page.keyboard.press("d")
        expect(page.locator("form[data-k-form]")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(title).to_have_text("Second")
        page.keyboard.press("s")
        expect(title).to_have_text("Third")
        page.keyboard.press("p")
        expect(title).to_contain_text("1 thing was skipped")
        page.keyboard.press("s")
        expect(title).to_have_text("Second")
        page.keyboard.press("w")
        expect(title).to_have_text("The day is done")


def test_a_call_is_logged_by_two_strokes(page: Page, desk: Desk) -> None:
    client_id = desk.client()
    with served(desk.company.app) as url:
        sign_in(page, desk, url)
        page.goto(f"{url}/clients/{client_id}")
        page.keyboard.press("l")
        expect(page.locator("form[data-k-form]")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page).to_have_url(re.compile(rf"/clients/{client_id}/activities$"))
        expect(page.locator("main")).to_contain_text("Phone call")


def sign_in(page: Page, desk: Desk, url: str) -> None:
    """Give the page the cookie of a browser in which ona is signed in."""
    name = desk.company.app.config["SESSION_COOKIE_NAME"]
    cookie = desk.browser.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
