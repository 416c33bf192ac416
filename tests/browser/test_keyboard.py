"""Work without a mouse, and work without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.offices import Office


@pytest.mark.catalogue("X-17", part="keys and their list")
def test_a_client_is_entered_by_keyboard_only(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keyboard shortcuts")
        titles = (
            "New client",
            "Go to the clients",
            "Search everything",
            "Search or run a command",
            "Save the form",
            "Show this list",
        )
        for title in titles:
            expect(keys).to_contain_text(title)
        own = keys.get_by_role("region", name="On this page")
        for line in ("F Filters", "O Columns", "V Views"):
            expect(own).to_contain_text(line)
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.keyboard.press("c")
        expect(page.get_by_label("Company name")).to_be_focused()
        page.keyboard.type("UAB „Tik klaviatūra“")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Registration code")).to_be_focused()
        page.keyboard.type("12")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("UAB „Tik klaviatūra“")
        expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
        expect(page.locator("#client-head .k-unusual")).to_be_visible()  # the code is odd: kept, and marked
        page.keyboard.press("e")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Edit:")
        page.get_by_label("Activity").press_sequentially("Half a word")
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Edit:")
        page.keyboard.press("e")
        page.get_by_role("button", name="Restore").press("Enter")
        expect(page.get_by_label("Activity")).to_have_value("Half a word")


@pytest.mark.catalogue("CL-55", part="switching the kind keeps the data of both")
@pytest.mark.catalogue("X-15", part="the warning comes while typing")
def test_form_follows_the_kind_and_warns_while_typing(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/")
        name = page.locator(".k-cell-main a").first.inner_text()
        page.goto("/clients/new")
        page.get_by_label("Company name").press_sequentially(name.upper())
        warning = page.get_by_role("status").filter(has_text="registered already")
        expect(warning).to_contain_text(name)
        page.get_by_label("Registration code").fill("304567893")
        page.get_by_text("Natural person").click()
        expect(page.get_by_label("Registration code")).to_be_hidden()
        expect(page.get_by_label("Surname")).to_be_visible()
        expect(page.get_by_label("Personal code")).to_be_visible()
        page.get_by_text("Company", exact=True).click()
        expect(page.get_by_label("Registration code")).to_have_value("304567893")


@pytest.mark.catalogue("CL-02", part="a value is edited in place")
def test_a_value_is_edited_in_place(office: Office) -> None:
    client = office.company.add_client("UAB „Vietoje“", phone="+370 612 00001")
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto(f"/clients/{client.id}")
        page.get_by_label("Edit: Phone").press("Enter")
        field = page.get_by_role("textbox", name="Phone")
        expect(field).to_be_focused()
        field.fill("12")
        page.keyboard.press("Enter")
        expect(
            page.locator("#value-phone .k-problem, #value-phone .k-unusual, #value-phone .k-warning")
        ).to_be_visible()
        page.goto(f"/clients/{client.id}")
        page.get_by_label("Edit: Phone").press("Enter")
        field.fill("+370 612 00002")
        page.keyboard.press("Enter")
        expect(page.locator("#value-phone")).to_have_text("+370 612 00002")
        expect(page.locator("#client-head")).to_contain_text("+370 612 00002")
        page.get_by_label("Edit: Phone").press("Enter")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#value-phone")).to_have_text("+370 612 00002")


def test_everything_that_matters_works_without_script(office: Office) -> None:
    with office.open(java_script_enabled=False) as context:
        page = office.page(context)
        office.sign_in(page, "kadri")
        page.goto("/clients/")
        page.get_by_role("link", name="New client").first.click()
        page.get_by_label("Company name").fill("UAB „Be skripto“")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Notes").fill("Written without a script.")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#notes")).to_contain_text("Written without a script.")
        page.get_by_role("link", name="Add a contact").first.click()
        page.get_by_label("First name").fill("Ieva")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row").filter(has_text="Ieva")).to_be_visible()
        search = page.get_by_role("searchbox", name="Search everything").or_(page.locator("#k-search"))
        search.first.fill("be skripto")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="UAB „Be skripto“").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("UAB „Be skripto“")
        page.get_by_label("Edit: Activity").or_(page.get_by_label("Edit: Company name")).first.click(force=True)
        expect(page.get_by_role("button", name="Save")).to_be_visible()
        page.goto("/reports/crm_clients/birthdays")
        page.get_by_label("Days ahead").fill("365")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("table").first).to_be_visible()
        page.goto("/clients/")
        page.locator("input[data-k-row]").first.check()
        page.get_by_role("button", name="Hand over").click()
        expect(page.get_by_text("One record is chosen:")).to_be_visible()
        page.locator(".k-user summary").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
