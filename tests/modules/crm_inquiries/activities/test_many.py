"""Many activities at once: handed over to a department, moved, finished; and never an inquiry left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kartoteka.builtin.users.service import save_department

ACTIONS = "/actions/crm_inquiries"


def chosen(ids: list[int]) -> str:
    return "&".join(["kind=crm_inquiries.activity", *(f"id={one}" for one in ids)])


@pytest.mark.catalogue("IN-19")
def test_a_department_gets_the_work_of_the_one_with_the_fewest_tasks(desk: Any) -> None:
    with desk.company.database.transaction(desk.company.system) as session:
        department = save_department(session, None, name="Service").id
    busy = desk.company.add_user(permissions=("crm_inquiries.view_activities",), department_id=department)
    idle = desk.company.add_user(permissions=("crm_inquiries.view_activities",), department_id=department)
    desk.activity(performer_id=busy)
    ids = [desk.activity(name="One")]
    answer = desk.browser.post(
        f"{ACTIONS}/hand_over?{chosen(ids)}", data={"receiver": f"d{department}", "confirmed": "1"}
    )
    assert answer.status_code == 302, answer.text
    assert desk.found(ids[0]).performer_id == idle


def test_due_dates_are_moved_and_tasks_finished(desk: Any) -> None:
    ids = [desk.activity(name="One"), desk.activity(name="Two")]
    moved = desk.browser.post(
        f"{ACTIONS}/move_due?{chosen(ids)}", data={"due_at": "2030-06-03T10:00", "confirmed": "1"}
    )
    assert moved.status_code == 302, moved.text
    assert {desk.found(one).due_at.date() for one in ids} == {datetime(2030, 6, 3, tzinfo=UTC).date()}
    assert desk.browser.post(f"{ACTIONS}/finish?{chosen(ids)}", data={"confirmed": "1"}).status_code == 302
    assert {desk.found(one).status for one in ids} == {"done"}


@pytest.mark.catalogue("M-09")
def test_mass_work_leaves_no_inquiry_alone(desk: Any) -> None:
    desk.inquiry(desk.client())
    ids = [1, desk.activity(name="Free")]
    desk.browser.post(f"{ACTIONS}/finish?{chosen(ids)}", data={"confirmed": "1"})
    assert {desk.found(one).status for one in ids} == {"planned"}
