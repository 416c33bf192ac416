"""The client list in a real browser: rows follow the typing, the address follows the rows, and nothing jumps away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.offices import Office

SEARCH = ".k-list-tools input[name=q]"
ROWS = "#k-list tbody tr"


@pytest.fixture
def clients(demo_office: Office) -> Iterator[Page]:
    """The client list of the demo company, open in front of a head of sales."""
    with demo_office.open("kadri") as context:
        page = demo_office.page(context)
        page.goto("/clients/")
        yield page
    assert not demo_office.console, "\n".join(demo_office.console)


@pytest.mark.catalogue("CL-35", part="the list follows what is typed")
def test_rows_and_address_follow_what_is_typed(clients: Page) -> None:
    before = clients.locator(ROWS).count()
    clients.locator(SEARCH).press_sequentially("uab", delay=20)
    expect(clients).to_have_url(re.compile(r"/clients/\?q=uab$"))
    expect(clients.locator(SEARCH)).to_be_focused()
    found = clients.locator(ROWS).count()
    assert 0 < found < before
    clients.locator("select[name=manager]").select_option("me")
    expect(clients).to_have_url(re.compile(r"/clients/\?manager=me&q=uab$"))
    assert 0 < clients.locator(ROWS).count() < found
    clients.locator(f"{ROWS} .k-cell-main a").first.click()
    clients.wait_for_url(re.compile(r"/clients/\d+$"))
    clients.go_back()
    expect(clients).to_have_url(re.compile(r"/clients/\?manager=me&q=uab$"))
    expect(clients.locator(SEARCH)).to_have_value("uab")


@pytest.mark.catalogue("CL-33", part="moved with the mouse")
def test_columns_open_in_place_and_move(clients: Page) -> None:
    clients.get_by_role("button", name="Columns").click()
    order = clients.locator("#k-columns input[name=order]")
    expect(order.first).to_be_attached()
    names = order.evaluate_all("all => all.map((one) => one.value)")
    clients.locator(f"#k-columns button[value='down:{names[0]}']").click()
    expect(order.first).to_have_value(names[1])
    expect(order.nth(1)).to_have_value(names[0])
    expect(clients).to_have_url(re.compile(r"/clients/$"))


@pytest.mark.catalogue("CL-37", part="all filters at once")
def test_filters_open_in_place_and_show_what_is_wrong(clients: Page) -> None:
    clients.get_by_role("button", name="Filters").click()
    panel = clients.locator("#k-list-panel form")
    panel.get_by_label("A: most important").check()
    panel.locator("[name='income.from']").fill("a lot")
    panel.get_by_role("button", name="Show").click()
    clients.wait_for_url("**/clients/?importance=a&income.from=a+lot")
    expect(clients.locator(".k-chip.k-overdue")).to_contain_text("Write a number here.")


def test_what_can_be_done_shows_once_a_row_is_ticked(clients: Page) -> None:
    bar = clients.locator("[data-k-bulk]")
    expect(bar).to_be_hidden()
    clients.locator("input[data-k-row]").first.check()
    expect(bar).to_be_visible()
    expect(bar.locator("[data-k-ticked]")).to_have_text("1")
    clients.locator("input[data-k-all-rows]").check()
    expect(bar.locator("[data-k-ticked]")).to_have_text(str(clients.locator(ROWS).count()))
