"""The page of a job in a real browser: it follows the work by itself, survives a reload, and its button stops it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from kartoteka.builtin.jobs.worker import Worker
from kartoteka.workers import open_workshop
from tests.browser.offices import Office, served
from tests.core.jobs.asking import ask
from tests.core.jobs.visits import MAKE, EntryPoint


@pytest.fixture
def workplace(browser: Browser, company_on: Callable[..., Any]) -> Iterator[Office]:
    """A company of one administrator, whose cookie is made without signing in."""
    company = company_on("sqlite", modules=["crm_visits"], entry_points=[EntryPoint()])
    company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    user = company.add_user("administrator", name="Rasa", login="rasa")
    with served(company.app) as address:
        office = Office(company, address, browser)
        office.user_id = user  # type: ignore[attr-defined]
        yield office
    assert not office.console, "\n".join(office.console)


@pytest.mark.catalogue("X-11", part="the page follows the work, survives a reload and stops it")
def test_the_page_of_a_job_follows_it_and_stops_it(workplace: Office) -> None:
    company = workplace.company
    job_id = ask(company, MAKE, actor=company.actor(workplace.user_id), many=100_000)  # type: ignore[attr-defined]
    worker = Worker(open_workshop(company.installation))
    thread = threading.Thread(target=worker.run, daemon=True)
    with workplace.browser.new_context(base_url=workplace.address) as context:
        page = workplace.page(context)
        page.goto("/login")
        page.locator("#login").fill("rasa")
        page.locator("#password").fill("three blind mice")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(f"/jobs/{job_id}")
        state = page.locator("#job-state")
        expect(state).to_contain_text("Waiting")
        page.locator("#job-cancel").focus()
        thread.start()
        try:
            expect(state).to_contain_text(re.compile(r"Running\s*[\d,]+ of 100,000\s*·\s*\d+ a second"), timeout=20_000)
            assert page.evaluate("document.activeElement.id") == "job-cancel", "the keyboard stays where it was"
            page.reload()
            expect(state).to_contain_text("Running")
            page.locator("#job-cancel").click()
            expect(state).to_contain_text("Stopped", timeout=20_000)
            expect(page.locator("#job-retry")).to_be_visible()
            expect(page.locator("#job-cancel")).to_have_count(0)
        finally:
            worker.stop()
            thread.join(10)
