"""Routes of processes, board, assignment and projects: records that are not there, and people without rights."""

from __future__ import annotations

from typing import Any

import pytest

FIND = "/crm_inquiries"
GETS = (
    "/processes/{id}",
    "/processes/{id}/edit",
    "/processes/{id}/stages/new",
    "/stages/{id}",
    "/assignment/{id}",
    "/board/columns/{id}",
    "/board/{id}/move",
    "/projects/{id}",
    "/projects/{id}/activities",
    "/projects/{id}/documents",
    "/projects/{id}/edit",
    "/clients/{id}/projects",
    "/clients/{id}/projects/new",
    "/steps/{id}",
)
POSTS = (
    "/processes/{id}/edit",
    "/processes/{id}/close",
    "/processes/{id}/order",
    "/processes/{id}/stages/new",
    "/stages/{id}",
    "/stages/{id}/shift",
    "/stages/{id}/close",
    "/stages/{id}/reopen",
    "/assignment/{id}",
    "/assignment/{id}/shift",
    "/assignment/{id}/remove",
    "/board/{id}/move",
    "/inquiries/{id}/answered",
    "/inquiries/{id}/project",
    "/projects/{id}/edit",
    "/projects/{id}/archive",
    "/projects/{id}/restore",
    "/projects/{id}/documents",
    "/clients/{id}/projects/new",
)


def test_records_that_are_not_there_are_not_found(house: Any) -> None:
    answers = {}
    for number in (0, 999_999, 2**40):
        answers |= {one.format(id=number): house.browser.get(FIND + one.format(id=number)).status_code for one in GETS}
        posted = {one.format(id=number): house.browser.post(FIND + one.format(id=number)).status_code for one in POSTS}
        answers |= {f"POST {address}": status for address, status in posted.items()}
    assert {address: status for address, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("address", ["/processes/", "/processes/new", "/assignment/", "/assignment/new"])
def test_pages_of_administrators_ask_for_their_right(house: Any, address: str) -> None:
    clerk = house.company.add_user(
        permissions=("clients.view", "crm_inquiries.view", "crm_inquiries.view_activities"), login="rasa", name="Rasa"
    )
    assert house.browser.get(FIND + address).status_code == 200
    assert house.company.browser(clerk).get(FIND + address).status_code == 403
    assert house.company.browser(clerk).get(f"{FIND}/board/").status_code == 200
    nobody = house.company.add_user(permissions=(), login="svecias", name="Guest")
    for page in ("/board/", "/projects/"):
        assert house.company.browser(nobody).get(FIND + page).status_code == 403
