"""The stream of a client: entries of every source in one order, their rights, pins and pages (X-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients"])


def test_notes_and_changes_stand_in_one_stream(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    browser = made.browser(anna)
    url = f"/clients/{client.id}/timeline"
    assert "Client added" in browser.get(url).text
    sent = browser.post(url, data={"do": "add:timeline.notes", "text": "Call after five.\n<b>not before</b>"})
    assert sent.status_code == 302
    page = browser.get(url).text
    assert page.index("Call after five.") < page.index("Client added")
    assert "&lt;b&gt;not before" in page
    assert "Note added" not in page
    only = browser.get(f"{url}?only=timeline.changes").text
    assert "Call after five." not in only
    assert "Client added" in only
