"""Custom fields that hold files: sent with the form and in place, wide and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.db.session import use_workplace
from kartoteka.testing.company import ADMINISTRATOR, PASSWORD, Company
from tests.browser import looks
from tests.browser.offices import Office, served

PLAN = "x_plan_of_the_site"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def site(company: Any, browser: Any) -> Iterator[tuple[Company, Page]]:
    made: Company = company()
    made.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
    user = made.add_user(ADMINISTRATOR, login="rasa")
    actor = made.actor(user)
    with use_workplace(made.database, actor), made.database.transaction(actor) as session:
        add_field(session, "clients.client", {"type": "file", "title": "Plan of the site"})
    with served(made.app) as address:
        office = Office(made, address, browser)
        with browser.new_context(base_url=address, viewport=WIDE, locale="en-GB") as context:
            page = office.page(context)
            page.goto("/login")
            page.locator("#login").fill("rasa")
            page.locator("#password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/login" not in url)
            yield made, page
        assert not office.console, office.console


def sent(name: str, content: bytes = b"oak") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


@pytest.mark.catalogue("X-01", part="a file, in a browser")
def test_a_file_is_sent_with_the_form_and_in_place(site: tuple[Company, Page]) -> None:
    company, page = site
    client = company.add_client("Ramp", country="LT").id
    page.goto(f"/clients/{client}/edit")
    page.get_by_label("Plan of the site", exact=True).set_input_files(sent("First.txt"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="First.txt")).to_be_visible()
    page.locator(f"#value-{PLAN} .k-edit").click()
    form = page.locator(f"#value-{PLAN}")
    form.get_by_label("Plan of the site", exact=True).set_input_files(sent("Second.txt"))
    form.get_by_role("button", name="Save").click()
    expect(page.locator(f"#value-{PLAN}").get_by_role("link", name="Second.txt")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('/clients')[0]}/clients/{client}")
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page.goto(f"/clients/{client}/edit")
        looks.show(page, size, scheme)
        page.get_by_label("Plan of the site", exact=True).scroll_into_view_if_needed()
        assert not looks.serious_problems(page)
        assert not page.evaluate(looks.STICKING_OUT)
        assert size is WIDE or not page.evaluate(looks.TOO_SMALL)
        looks.take_picture(page, f"file-field-{size['width']}")
    page.get_by_label("No file any more").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#value-{PLAN}")).not_to_contain_text("Second.txt")
