"""The first steps of a new installation, as whoever starts it takes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from kartoteka.builtin.setup.token import setup_token
from kartoteka.testing.company import open_company
from tests.browser.looks import PHONE, STICKING_OUT, TOO_SMALL, WIDE, serious_problems, show, take_picture
from tests.browser.offices import Office, served


@pytest.fixture
def new_office(browser: Browser) -> Iterator[Office]:
    """An installation without users."""
    with open_company("sqlite", company="Kartoteka") as company:
        company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
        with served(company.app) as address:
            office = Office(company, address, browser)
            yield office
            assert not office.console, "\n".join(office.console)


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without-scripts"])
def test_from_the_printed_link_to_the_front_page(new_office: Office, scripts: bool) -> None:
    token = setup_token(new_office.company.database.secret)
    with new_office.open(viewport=WIDE, java_script_enabled=scripts) as context:
        page = new_office.page(context)

        def look(name: str) -> None:
            if not scripts:
                return
            assert serious_problems(page) == [], name
            take_picture(page, f"setup-{name}-wide-light")
            show(page, PHONE, "light")
            assert page.evaluate(STICKING_OUT) == []
            assert page.evaluate(TOO_SMALL) == []
            show(page, WIDE, "light")

        def go_on() -> None:
            page.locator("main button[type=submit]").click()

        page.goto("/")
        assert page.url.endswith("/setup/")
        page.goto(f"/setup/?token={token}")
        look("begin")
        go_on()
        page.locator("#company").fill("UAB Šiaurės langai")
        look("company")
        go_on()
        expect(page.locator("input[value=crm_clients]")).to_be_checked()
        look("modules")
        go_on()
        look("data")
        go_on()
        for field, value in {"name": "Ona", "login": "ona", "password": "five red apples"}.items():
            page.locator(f"#{field}").fill(value)
        page.locator("#again").fill("five red apples")
        look("administrator")
        go_on()
        expect(page.locator("h1")).to_contain_text("Ona")
        expect(page.locator(".k-brand-name")).to_have_text("UAB Šiaurės langai")
        expect(page.get_by_text("Let your colleagues in")).to_be_visible()
