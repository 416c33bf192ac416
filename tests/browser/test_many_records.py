"""Work on many records as a clerk does it: choose all results, confirm, watch; and enter a client without the mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kartoteka.testing.jobs import run_jobs
from tests.browser.offices import Office


@pytest.fixture(scope="module")
def large_office(open_office: Callable[..., Office]) -> Office:
    """A company whose clients fill more than one page of the list."""
    return open_office(160)


@pytest.fixture
def clients(large_office: Office) -> Iterator[Page]:
    """The list of all clients, open in front of the head of the company."""
    with large_office.open("rasa") as context:
        page = large_office.page(context)
        page.goto("/clients/")
        yield page
    assert not large_office.console, "\n".join(large_office.console)


@pytest.mark.catalogue("X-11")
@pytest.mark.catalogue("CORE-22")
def test_all_results_are_chosen_changed_and_shown(clients: Page, large_office: Office) -> None:
    bar, everything = clients.locator("[data-k-bulk]"), clients.locator("[data-k-everything]")
    expect(bar).to_be_hidden()
    clients.locator("input[data-k-row]").first.check()
    expect(bar).to_be_visible()
    expect(everything).to_be_hidden()
    clients.locator("input[data-k-all-rows]").check()
    expect(everything).to_be_visible()
    everything.locator("input").check()
    number = clients.locator("[data-k-ticked]").inner_text()
    assert int(number) > 100
    expect(bar.get_by_role("button", name="Hand over")).to_be_enabled()
    clients.locator("input[data-k-row]").first.uncheck()
    expect(everything).to_be_hidden()
    clients.locator("input[data-k-all-rows]").check()
    everything.locator("input").check()

    bar.get_by_role("button", name="Change fields").click()
    expect(clients.get_by_text(f"{number} records are chosen")).to_be_visible()
    expect(clients.get_by_text("in the background")).to_be_visible()
    clients.get_by_label("Client kind").select_option("occasional")
    clients.get_by_role("button", name="Change fields").click()
    clients.wait_for_url(re.compile(r"/jobs/\d+$"))
    run_jobs(large_office.company)
    clients.reload()
    expect(clients.get_by_text(f"of {number} records changed")).to_be_visible()
    clients.goto("/clients/?client_kind=occasional")
    expect(clients.get_by_text(f"Total: {number}")).to_be_visible()


@pytest.mark.catalogue("CL-43", part="without the mouse")
def test_a_client_is_entered_by_keyboard_alone(clients: Page) -> None:
    keys = clients.keyboard
    clients.goto("/clients/assistant")
    expect(clients.locator("#company_name")).to_be_focused()
    keys.type("Klaviatūra, UAB")
    keys.press("Enter")
    expect(clients.locator("[aria-current=step]")).to_have_text("Contact person")
    keys.type("Mygtukas")
    keys.press("Enter")
    expect(clients.locator("[aria-current=step]")).to_have_text("Address")
    keys.press("Control+Enter")
    clients.wait_for_url(re.compile(r"/clients/\d+$"))
    expect(clients.get_by_role("heading", name="Klaviatūra, UAB")).to_be_visible()
    expect(clients.get_by_text("Mygtukas").first).to_be_visible()
