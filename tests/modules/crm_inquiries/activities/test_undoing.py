"""An undo keeps the rule that an open inquiry has a next action, and its moment the right one (M-09)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kartoteka.api.db import utc_now
from kartoteka.api.errors import Refused
from kartoteka.builtin.operations import service
from kartoteka.db.journal import operation_of
from kartoteka.testing import run_jobs
from kartoteka.testing.checksums import differing_tables, table_checksums
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import change_activity, finish_activity, plan_activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.modules.crm_inquiries.activities.conftest import Desk

SOON, LATER = timedelta(days=2), timedelta(days=9)


@pytest.fixture(params=chosen_kinds())
def desk(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Desk:
    return Desk(company_on(request.param, modules=["crm_inquiries"]))


def plan(desk: Desk, inquiry_id: int, after: timedelta) -> tuple[int, int]:
    """Plan an activity of an inquiry; return its id and the operation."""
    with desk.writing() as session:
        values = {"name": "Visit", "starts_at": utc_now() + after, "inquiry_id": inquiry_id}
        return plan_activity(session, values).id, operation_of(session)


def first_of(desk: Desk, inquiry_id: int) -> int:
    with desk.reading() as session:
        found = select(Activity.id).where(Activity.inquiry_id == inquiry_id).order_by(Activity.id)
        return int(session.scalars(found).first() or 0)


def finish(desk: Desk, activity_id: int) -> int:
    with desk.writing() as session:
        finish_activity(session, activity_id, {})
        return operation_of(session)


def undo(desk: Desk, operation: int) -> int:
    with desk.writing() as session:
        return service.undo(session, operation)


@pytest.mark.catalogue("M-09", part="an undo never takes the last next action of an open inquiry")
def test_the_last_action_is_not_undone_away(desk: Desk) -> None:
    inquiry_id = desk.inquiry(desk.client())
    planned, operation = plan(desk, inquiry_id, SOON)
    finish(desk, first_of(desk, inquiry_id))
    before = table_checksums(desk.company.database)
    with pytest.raises(Refused, match="U-1 is open and would be left without a next action"):
        undo(desk, operation)
    assert differing_tables(before, table_checksums(desk.company.database)) == []
    answer = desk.browser.post(f"/operations/{operation}/undo", follow_redirects=True)
    assert "Plan another one first" in answer.text
    assert desk.next_at(inquiry_id) == desk.found(planned).due_at


def test_the_next_moment_follows_what_is_left(desk: Desk) -> None:
    inquiry_id = desk.inquiry(desk.client())
    _soon, operation = plan(desk, inquiry_id, SOON)
    later, _other = plan(desk, inquiry_id, LATER)
    finish(desk, first_of(desk, inquiry_id))
    undo(desk, operation)
    assert desk.next_at(inquiry_id) == desk.found(later).due_at


def test_undoing_the_undo_brings_the_action_and_its_moment_back(desk: Desk) -> None:
    inquiry_id = desk.inquiry(desk.client())
    soon, operation = plan(desk, inquiry_id, SOON)
    plan(desk, inquiry_id, LATER)
    finish(desk, first_of(desk, inquiry_id))
    before = table_checksums(desk.company.database)
    undone = undo(desk, operation)
    undo(desk, undone)
    assert desk.next_at(inquiry_id) == desk.found(soon).due_at
    assert differing_tables(before, table_checksums(desk.company.database)) == []


def test_what_moved_to_another_inquiry_is_missed_there(desk: Desk) -> None:
    client = desk.client()
    first, second = desk.inquiry(client), desk.inquiry(client)
    moved, _planned = plan(desk, first, SOON)
    with desk.writing() as session:
        change_activity(session, moved, {"inquiry_id": second})
        operation = operation_of(session)
    finish(desk, first_of(desk, second))
    with pytest.raises(Refused, match="U-2 is open"):
        undo(desk, operation)


@pytest.mark.catalogue("M-09", part="an undo in the background plans what an open inquiry would miss")
def test_a_large_undo_plans_a_step_where_none_would_be_left(desk: Desk) -> None:
    client = desk.client()
    lonely, other = desk.inquiry(client), desk.inquiry(client)
    with desk.writing() as session:
        for inquiry_id in (lonely, other):
            plan_activity(session, {"name": "Visit", "starts_at": utc_now() + SOON, "inquiry_id": inquiry_id})
        operation = operation_of(session)
    later, _planned = plan(desk, other, LATER)
    for inquiry_id in (lonely, other):
        finish(desk, first_of(desk, inquiry_id))
    with desk.writing() as session:
        service.undo_in_background(session, operation)
    run_jobs(desk.company)
    assert desk.next_at(other) == desk.found(later).due_at
    planned = open_of(desk, lonely)
    assert [(one.status, one.performer_id) for one in planned] == [("planned", desk.user_id)]
    assert desk.next_at(lonely) == planned[0].due_at
    assert len(open_of(desk, other)) == 1, "nothing is planned where something is left"


def open_of(desk: Desk, inquiry_id: int) -> list[Activity]:
    with desk.reading() as session:
        wanted = select(Activity).where(Activity.inquiry_id == inquiry_id, Activity.status == "planned")
        return list(session.scalars(wanted))


def test_a_moment_that_is_wrong_is_only_mended_where_the_undo_was(desk: Desk) -> None:
    inquiry_id, other = desk.inquiry(desk.client()), desk.inquiry(desk.client("UAB Kita"))
    with desk.company.database.transaction(desk.company.system) as session:
        session.execute(update(Inquiry.__table__).values(next_at=utc_now() + LATER))
    stale = desk.next_at(other)
    _planned, operation = plan(desk, inquiry_id, SOON)
    undo(desk, operation)
    assert desk.next_at(inquiry_id) == desk.found(first_of(desk, inquiry_id)).due_at
    assert desk.next_at(other) == stale
