"""The application is installed like a program: browsers object to nothing, and say when there is no network."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.offices import Office

PRIVATE_WINDOW = "in-incognito"
"""Tests browse in private windows, which install nothing; the browser says so, too."""


@pytest.mark.catalogue("X-16", part="installed like a program")
def test_the_browser_would_install_it(office: Office) -> None:
    with office.tab("rasa") as page:
        page.goto("/clients/")
        browser = page.context.new_cdp_session(page)
        found = browser.send("Page.getAppManifest")
        assert found["url"] == f"{office.address}/manifest.webmanifest"
        assert found["errors"] == []
        objections = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert {one["errorId"] for one in objections} <= {PRIVATE_WINDOW}
        manifest = json.loads(found["data"])
        assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Šiaurės langai", "/", "standalone")
        for icon in manifest["icons"]:
            answer = page.request.get(icon["src"])
            assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, icon["type"])
        assert page.request.get("/app-icon/other.png").status == 404


# The policy of pages refuses what Playwright's own waiting would evaluate again and again.
_KEPT = """async () => {
    await navigator.serviceWorker.ready;
    while (!(await caches.match('/offline'))) await new Promise((again) => setTimeout(again, 50));
}"""


@pytest.mark.catalogue("X-16", part="a page without network")
def test_an_installed_one_says_that_there_is_no_network(office: Office) -> None:
    with office.open("rasa") as context:
        page = office.page(context)
        page.goto("/clients/")
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")
        page.goto("/clients/")
        page.evaluate(_KEPT)
        page.goto("/clients/")
        assert page.evaluate("navigator.serviceWorker.controller !== null")
        context.set_offline(True)
        page.goto("/reports/")
        expect(page.locator("h1")).to_have_text("No answer. Check the connection and try again.")
        context.set_offline(False)
        page.get_by_role("link", name="Try again").click()
        expect(page.locator("h1")).not_to_contain_text("No answer")
    office.console.clear()
