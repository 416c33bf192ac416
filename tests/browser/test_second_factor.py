"""Passkeys and codes of a phone in a real browser, with the browser's own software authenticator."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kartoteka.testing.plugin import PASSWORD
from tests.browser.looks import WIDE
from tests.browser.offices import Office

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def context(office: Office) -> Iterator[BrowserContext]:
    # Passkeys belong to names of sites, not to network addresses.
    site = office.address.replace("127.0.0.1", "localhost")
    with office.browser.new_context(base_url=site, viewport=WIDE, reduced_motion="reduce") as context:
        context.set_default_timeout(15_000)
        yield context


def give_password(page: Page, login: str) -> None:
    page.goto("/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/login"))


@pytest.mark.catalogue("X-05", part="passkeys, in a browser")
def test_a_passkey_is_made_and_signs_in(office: Office, context: BrowserContext) -> None:
    office.company.add_user(login="keyholder")
    page = office.page(context)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    give_password(page, "keyholder")
    page.goto("/users/me/second-factor/passkeys/new")
    page.locator("#name").fill("Laptop")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.locator(".k-codes li")).to_have_count(10)
    context.clear_cookies()
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Keyholder").first).to_be_visible()
    context.clear_cookies()
    give_password(page, "keyholder")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Keyholder").first).to_be_visible()


def test_a_device_without_the_key_says_so(office: Office, context: BrowserContext) -> None:
    page = office.page(context)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="was not used")).to_be_visible()


def test_codes_of_a_phone_work_without_scripts(office: Office) -> None:
    office.company.add_user(login="phoneholder")
    with office.open(java_script_enabled=False) as context:
        page = office.page(context)
        give_password(page, "phoneholder")
        page.goto("/users/me/second-factor")
        page.get_by_role("button", name="Set up").click()
        found = re.search(r"secret=([A-Z2-7]+)", page.content())
        assert found is not None
        phone = pyotp.TOTP(found[1])
        page.locator("#code").fill(phone.now())
        page.locator("#password").fill(PASSWORD)
        page.locator("main form .btn-primary").click()
        code = page.locator(".k-codes code").first.inner_text()
        context.clear_cookies()
        give_password(page, "phoneholder")
        expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
        page.locator("#code").fill(code)
        page.locator("main form .btn-primary").click()
        expect(page.get_by_text("Phoneholder").first).to_be_visible()
