"""Reports in a browser: the chart of an open page changes after somebody else has saved, and its bars lead on."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from kartoteka.builtin.clients.service import create_client
from kartoteka.builtin.reports import views
from tests.browser.offices import Office

REPORT = "/reports/crm_clients/new_clients?span=all"
NUMBERS = "() => JSON.parse(document.getElementById('report-chart').textContent).data.datasets[0].data"


@pytest.mark.catalogue("CORE-10", part="the chart of an open page changes without reload; a bar opens the list")
def test_an_open_chart_changes_and_its_bars_lead_to_lists(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "SECONDS", 1)
    with office.open("rasa") as context:
        page: Any = office.page(context)
        page.goto(REPORT)
        chart = page.locator("section[aria-label='Chart']")
        before, asked = page.evaluate(NUMBERS), chart.get_attribute("hx-get")
        with office.company.database.transaction(office.company.system, "Client added") as session:
            create_client(session, {"company_name": "UAB Ką tik", "country": "LT"})
        expect(chart).not_to_have_attribute("hx-get", asked)
        numbers = page.evaluate(NUMBERS)
        assert sum(numbers) == sum(before) + 1
        open_tallest_bar(page, numbers)
        assert "/clients/?" in page.url


def open_tallest_bar(page: Any, numbers: list[float]) -> None:
    """Click the tallest bar until its list opens: the picture is drawn a moment after its numbers came."""
    place = (numbers.index(max(numbers)) + 0.5) / len(numbers)
    for _patience in range(20):
        box = page.locator("canvas[data-chart]").bounding_box()
        page.mouse.click(box["x"] + 30 + (box["width"] - 30) * place, box["y"] + box["height"] * 0.75)
        with suppress(PlaywrightTimeout):
            page.wait_for_url(re.compile(r"/clients/\?"), timeout=2_000)
            return
