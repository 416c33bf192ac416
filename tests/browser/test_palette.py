"""The command palette, what was opened lately, and saved views, as somebody uses them by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.offices import Office


@pytest.mark.catalogue("X-17", part="Ctrl+K opens a client in three keys and its name")
def test_a_client_is_opened_by_its_name(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/")
        name = page.locator(".k-cell-main a").nth(3).inner_text()
        page.goto("/reports/")
        page.keyboard.press("Control+k")
        page.keyboard.type(name)
        expect(page.locator("#k-palette-field")).to_have_value(name)
        page.keyboard.press("Enter")  # at once: the answer to what was typed counts, not the one before
        page.wait_for_url(re.compile(r"/clients/\d+$"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        card = page.url
        with page.expect_response(lambda answer: "/search/palette" in answer.url):
            page.keyboard.press("Control+k")
        lines = page.get_by_role("listbox", name="Found").get_by_role("option")
        expect(lines.first).to_contain_text(name)  # opened lately
        expect(lines.first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        expect(lines.nth(1)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(page.locator("#k-palette")).to_be_hidden()
        page.keyboard.press("Control+k")
        page.keyboard.type("new client")
        expect(lines.filter(has_text="New client").first).to_be_visible()
        page.keyboard.press("Control+k")
        assert page.url == card


@pytest.mark.catalogue("X-17", part="commands without a mouse")
def test_commands_are_done_by_keyboard(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/")
        page.keyboard.press("Control+k")
        page.locator("#k-palette-field").fill("look dark")
        expect(page.get_by_role("option", name="Dark").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        expect(page).to_have_url(re.compile(r"/clients/$"))
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(keys).to_contain_text("On this page")
        expect(keys.locator("#k-keys-page")).to_contain_text("Filters")


@pytest.mark.catalogue("X-10", part="saved in the list itself")
def test_a_view_is_saved_and_opened(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/?importance=a")
        page.keyboard.press("v")
        page.get_by_label("Save the current view as").fill("The important ones")
        page.keyboard.press("Enter")
        tab = page.get_by_role("navigation", name="Saved views").get_by_role("link", name="The important ones")
        expect(tab).to_have_attribute("aria-current", "page")
        expect(page).to_have_url(re.compile(r"/clients/\?view=\d+$"))
        number = tab.locator(".k-tab-count").inner_text()
        expect(page.locator(".k-list-total")).to_contain_text(number)
