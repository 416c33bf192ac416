"""Registering an inquiry with its next action, counted in clicks: three from the front page, two from the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kartoteka.api.clients import create_client
from kartoteka.testing.company import PASSWORD, Company, open_company
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.browser import looks
from tests.browser.offices import listen, served

MOST_FROM_FRONT_PAGE, MOST_FROM_CARD = 3, 2


class Clerk:
    """Somebody at a browser whose presses are counted; typing in a field of a form is not."""

    def __init__(self, company: Company, page: Page, client_id: int) -> None:
        self.company, self.page, self.client_id, self.presses = company, page, client_id, 0

    def click(self, what: Any) -> None:
        what.click()
        self.presses += 1

    def shortcut(self, keys: str) -> None:
        for key in keys.split():
            self.page.keyboard.press(key)
        self.presses += 1

    def registered(self) -> tuple[Inquiry, Activity]:
        with self.company.database.reading(self.company.system) as session:
            return session.scalars(select(Inquiry)).one(), session.scalars(select(Activity)).one()


@pytest.fixture
def clerk(browser: Any) -> Iterator[Clerk]:
    with open_company("sqlite", timezone="Europe/Vilnius") as company:
        company.switch("crm_inquiries")
        ona = company.add_user("administrator", login="ona", name="Ona Onaitė")
        with company.database.transaction(company.actor(ona)) as session:
            client_id = create_client(session, {"name": "UAB Žuvėdra", "country": "LT"}).id
        company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
        with served(company.app) as address:
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, locale="en-GB")
            page = context.new_page()
            console: list[str] = []
            listen(page, console)
            page.goto("/login")
            page.fill("input[name=login]", "ona")
            page.fill("input[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url(lambda url: "/login" not in url)
            yield Clerk(company, page, client_id)
            context.close()
            assert not console, console


@pytest.mark.catalogue("IN-01")
def test_three_clicks_from_the_front_page(clerk: Clerk) -> None:
    page = clerk.page
    page.goto("/")
    clerk.shortcut("n i")
    page.wait_for_url("**/inquiries/new")
    expect(page.locator("#client")).to_be_focused()
    page.keyboard.type("zuvedra")
    clerk.click(page.get_by_label("UAB Žuvėdra"))
    page.get_by_label("Subject").fill("Website")
    assert not looks.serious_problems(page)
    clerk.click(page.get_by_role("button", name="Save"))
    page.wait_for_url("**/inquiries/1")
    inquiry, action = clerk.registered()
    assert (inquiry.client_id, action.inquiry_id, action.performer_id) == (clerk.client_id, 1, inquiry.manager_id)
    assert clerk.presses <= MOST_FROM_FRONT_PAGE
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    assert not looks.serious_problems(page)


def begin_by_button(clerk: Clerk) -> None:
    clerk.click(clerk.page.get_by_role("main").get_by_role("link", name="New inquiry", exact=True))


def begin_by_keys(clerk: Clerk) -> None:
    clerk.shortcut("n i")


@pytest.mark.catalogue("CL-28")
@pytest.mark.catalogue("CL-38")
@pytest.mark.parametrize("begin", [begin_by_button, begin_by_keys])
def test_two_clicks_from_the_card_and_the_keyboard_saves(clerk: Clerk, begin: Callable[[Clerk], None]) -> None:
    page = clerk.page
    page.goto(f"/clients/{clerk.client_id}")
    assert not looks.serious_problems(page)
    begin(clerk)
    page.wait_for_url("**/inquiries/new?client=*")
    expect(page.locator("#subject")).to_be_focused()
    page.keyboard.type("Doors")
    clerk.shortcut("Control+Enter")
    page.wait_for_url("**/inquiries/1")
    assert clerk.registered()[0].subject == "Doors"
    assert clerk.presses <= MOST_FROM_CARD
