"""Notes as people use them: on the card, on many clients at once, in search and in the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HOME = "/[[ name ]]"
RIGHTS = ("clients.view", "[[ name ]].view", "[[ name ]].write")


@pytest.fixture
def clerk(company: Callable[..., Any], login_as: Callable[..., Any], clock: Any) -> Any:
    """A browser of somebody who sees all clients and writes notes about them, on 2 March 2026."""
    clock.set("2026-03-02")
    company(modules=["[[ name ]]"])
    return login_as(permissions=RIGHTS, reach="all")


def test_a_note_is_added_and_changed(clerk: Any, client_factory: Callable[..., Any]) -> None:
    client = client_factory("UAB Langai")
    note = {"day": "2026-03-02", "subject": "Wants new doors", "details": ""}
    page = clerk.post(f"{HOME}/clients/{client.id}/notes/new", data=note, follow_redirects=True)
    assert "Wants new doors" in page.text
    assert "Wants new doors" in clerk.get(f"/clients/{client.id}").text
    changed = {**note, "subject": "Wants new windows", "version": "1"}
    page = clerk.post(f"{HOME}/notes/1/edit", data=changed, follow_redirects=True)
    assert "Wants new windows" in page.text
    assert "Wants new doors" not in page.text


def test_what_is_missing_is_said_beside_its_field(clerk: Any, client_factory: Callable[..., Any]) -> None:
    client = client_factory()
    page = clerk.post(f"{HOME}/clients/{client.id}/notes/new", data={"day": "2026-03-02", "subject": " "})
    assert page.status_code == 422
    assert "Fill this in." in page.text


def test_two_editors_lose_nothing(clerk: Any, client_factory: Callable[..., Any]) -> None:
    client = client_factory()
    note = {"day": "2026-03-02", "subject": "First"}
    clerk.post(f"{HOME}/clients/{client.id}/notes/new", data=note)
    clerk.post(f"{HOME}/notes/1/edit", data={**note, "subject": "Hers", "version": "1"})
    page = clerk.post(f"{HOME}/notes/1/edit", data={**note, "subject": "His", "version": "1"})
    assert page.status_code == 422
    assert "Hers" in page.text
    assert "His" in page.text


def test_one_note_for_many_clients(clerk: Any, client_factory: Callable[..., Any]) -> None:
    ids = [client_factory(name).id for name in ("Alfa", "Beta")]
    data = {"confirmed": "1", "id": ids, "day": "2026-03-02", "subject": "Invited to the fair"}
    page = clerk.post("/actions/[[ name ]]/add_note", data=data, follow_redirects=True)
    assert "The note is added to 2 clients." in page.text
    report = clerk.get("/reports/[[ name ]]/notes")
    assert report.text.count("Invited to the fair") == 2
    assert "Alfa" in clerk.get("/clients/?q=invited+fair").text


def test_the_report_wants_days_in_their_order(clerk: Any) -> None:
    page = clerk.get("/reports/[[ name ]]/notes?since=2026-03-02&until=2026-03-01")
    assert page.status_code == 422
    assert "The end lies before the beginning." in page.text
