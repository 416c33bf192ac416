"""Every page of work asks for its right, and answers 404 for what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.crm_inquiries.activities.conftest import RIGHTS

OWN = ("activities.", "work.")
HUGE = 2**40


def rules_of(desk: Any) -> Iterator[Any]:
    """Yield the routes of the two rooms."""
    app = desk.company.app
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        room = getattr(view, "__module__", "").removeprefix("kartoteka_crm_inquiries.")
        if rule.endpoint.startswith("crm_inquiries.") and room.startswith(OWN):
            yield rule


def visits(rule: Any, id: int) -> Iterator[tuple[str, str]]:
    for method in sorted(rule.methods & {"GET", "POST"}):
        yield method, rule.rule.replace("<int:record_id>", str(id))


def test_nobody_without_the_right_gets_in(desk: Any) -> None:
    made = desk.activity()
    poor = desk.company.browser(desk.company.add_user(permissions=("clients.view",)))
    seen = 0
    for rule in rules_of(desk):
        for method, path in visits(rule, made):
            assert poor.open(path, method=method).status_code == 403, (method, path)
            seen += 1
    assert seen > 30


@pytest.mark.parametrize("id", [0, 999, HUGE])
def test_what_is_not_there_is_not_found(desk: Any, id: int) -> None:
    rights = ("files.view", "files.add", "crm_inquiries.manage_processes")
    chief = desk.company.add_user(permissions=(*RIGHTS, *rights))
    browser = desk.company.browser(chief)
    for rule in rules_of(desk):
        if "<int:record_id>" in rule.rule:
            for method, path in visits(rule, id):
                assert browser.open(path, method=method).status_code == 404, (method, path)


@pytest.mark.parametrize("query", ["client=0", "client=999", "inquiry=999", f"client={HUGE}", "kind=%00", "client=x"])
@pytest.mark.parametrize("path", ["activities/new", "calls/new"])
def test_odd_addresses_break_nothing(desk: Any, path: str, query: str) -> None:
    status = desk.browser.get(f"/crm_inquiries/{path}?{query}").status_code
    assert status in (200, 404)
    assert desk.browser.get("/crm_inquiries/activities/?show=nonsense&sort=-x&importance=9").status_code == 200
    assert desk.browser.get("/crm_inquiries/activities/clients?client_number=%00%27").status_code == 200
