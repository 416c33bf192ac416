"""Activities that repeat: rows made ahead, changed and deleted as this, following or all, and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.db import find
from kartoteka.api.errors import Refused
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import Operation
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import finish_activity
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT_ACTIVITIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.series import service
from kartoteka_crm_inquiries.series.models import Series

RIGHTS = ("clients.view", VIEW_ACTIVITIES, EDIT_ACTIVITIES, ASSIGN)
ZONE = "Europe/Vilnius"


class Desk:
    """Ona, who plans activities in her company."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.user_id = company.add_user(permissions=RIGHTS, login="ona", name="Ona Onaitė")
        self.actor = company.actor(self.user_id)

    def do(self, work: Callable[[Any], Any], title: str = "Test") -> Any:
        with self.company.database.transaction(self.actor, title) as session:
            return work(session)

    def begin(self, rule: str = "FREQ=WEEKLY", when: str = "2026-03-02T07:00+00:00", **values: Any) -> int:
        given = {"name": "Call", "starts_at": datetime.fromisoformat(when), "estimate": 30, **values}
        return self.do(lambda session: service.begin_series(session, given, rule, ZONE).id)

    def rows(self, series_id: int | None = None) -> list[Any]:
        with self.company.database.reading(self.actor) as session:
            wanted = select(Activity).where(Activity.state == "active").order_by(Activity.starts_at)
            wanted = wanted.where(Activity.series_id == series_id) if series_id else wanted
            return list(session.scalars(wanted))

    def series(self, id: int) -> Any:
        with self.company.database.reading(self.company.system) as session:
            return find(session, Series, id)


@pytest.fixture(params=chosen_kinds())
def desk(request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Any) -> Desk:
    clock.set("2026-03-01 12:00")
    return Desk(company_on(request.param, modules=["crm_inquiries"]))


@pytest.mark.catalogue("IN-33")
def test_occurrences_are_made_thirteen_months_ahead_and_more_each_night(desk: Desk, clock: Any, run_jobs: Any) -> None:
    series_id = desk.begin()
    rows = desk.rows(series_id)
    assert len(rows) == 57
    assert len({row.number for row in rows}) == len({row.uid for row in rows}) == 57
    assert {row.ends_at - row.starts_at for row in rows} == {timedelta(minutes=30)}
    assert {row.starts_at.hour for row in rows[:4]} == {7}
    assert {row.starts_at.hour for row in rows[5:8]} == {6}, "nine o'clock stays nine o'clock in summer"
    assert {row.performer_id for row in rows} == {desk.user_id}
    run_jobs(desk.company)
    clock.set("2026-05-01 04:00")
    run_jobs(desk.company)
    assert len(desk.rows(series_id)) == 66
    run_jobs(desk.company)
    assert len(desk.rows(series_id)) == 66


def move_of(row: Any, **delta: float) -> dict[str, Any]:
    return {"starts_at": row.starts_at + timedelta(**delta)}


@pytest.mark.catalogue("IN-33")
def test_one_is_changed_and_one_is_deleted(desk: Desk) -> None:
    series_id = desk.begin("FREQ=WEEKLY;COUNT=5")
    second, third = desk.rows(series_id)[1:3]
    desk.do(lambda session: service.change_occurrence(session, second.id, move_of(second, hours=2)))
    desk.do(lambda session: service.delete_occurrence(session, third.id))
    rows = desk.rows(series_id)
    assert [(f"{row.starts_at:%d %H}", row.detached) for row in rows] == [
        ("02 07", False),
        ("09 09", True),
        ("23 07", False),
        ("30 06", False),
    ]
    assert desk.series(series_id).left_out == ["2026-03-16T07:00:00+00:00"]


@pytest.mark.catalogue("IN-33")
def test_this_and_following_begin_a_series_of_their_own(desk: Desk) -> None:
    series_id = desk.begin("FREQ=WEEKLY;COUNT=5")
    third = desk.rows(series_id)[2]
    rest = desk.do(
        lambda session: service.change_occurrence(
            session, third.id, {"name": "Visit", **move_of(third, hours=1)}, "following"
        )
    )
    assert rest.id != series_id
    assert [(row.name, f"{row.starts_at:%d %H}") for row in desk.rows()] == [
        ("Call", "02 07"),
        ("Call", "09 07"),
        ("Visit", "16 08"),
        ("Visit", "23 08"),
        ("Visit", "30 07"),
    ]
    assert (desk.series(series_id).rule, rest.rule) == ("FREQ=WEEKLY;UNTIL=20260316T065959Z", "FREQ=WEEKLY;COUNT=3")


@pytest.mark.catalogue("IN-33")
def test_all_change_but_what_is_done_and_what_was_changed_alone(desk: Desk, clock: Any) -> None:
    series_id = desk.begin("FREQ=WEEKLY;COUNT=5")
    first, second, third = desk.rows(series_id)[:3]
    desk.do(lambda session: finish_activity(session, first.id, {"outcome": "Agreed"}))
    desk.do(lambda session: service.change_occurrence(session, second.id, {"place": "Kaunas"}))
    rule = "FREQ=WEEKLY;BYDAY=TU;COUNT=5"
    changes = {"name": "Visit", **move_of(third, days=1)}
    desk.do(lambda session: service.change_occurrence(session, third.id, changes, "all", rule=rule))
    assert [(row.name, f"{row.starts_at:%d}", row.status) for row in desk.rows(series_id)] == [
        ("Call", "02", "done"),
        ("Call", "09", "planned"),
        ("Visit", "17", "planned"),
        ("Visit", "24", "planned"),
        ("Visit", "31", "planned"),
    ]


@pytest.mark.catalogue("IN-33")
def test_following_and_all_are_deleted(desk: Desk) -> None:
    series_id = desk.begin("FREQ=WEEKLY")
    rows = desk.rows(series_id)
    desk.do(lambda session: service.delete_occurrence(session, rows[3].id, "following"))
    assert len(desk.rows(series_id)) == 3
    desk.do(lambda session: finish_activity(session, rows[0].id, {}))
    desk.do(lambda session: service.delete_occurrence(session, rows[1].id, "all"))
    assert [row.id for row in desk.rows(series_id)] == [rows[0].id]
    assert desk.series(series_id).state == "deleted"


@pytest.mark.catalogue("IN-33")
def test_a_whole_change_is_undone_at_once(desk: Desk) -> None:

    series_id = desk.begin("FREQ=WEEKLY;COUNT=5")
    before = [(row.id, row.starts_at) for row in desk.rows(series_id)]
    desk.do(lambda session: service.delete_occurrence(session, before[2][0], "following"), "Deleted")
    assert len(desk.rows(series_id)) == 2
    with desk.company.database.reading(desk.company.system) as session:
        operation_id = session.scalar(select(func.max(Operation.id)))
    assert operation_id is not None
    desk.do(lambda session: undo(session, operation_id))
    assert [(row.id, row.starts_at) for row in desk.rows(series_id)] == before
    assert desk.series(series_id).rule == "FREQ=WEEKLY;COUNT=5"


@pytest.mark.catalogue("IN-33")
def test_an_open_inquiry_keeps_a_next_action(desk: Desk) -> None:
    client_id = desk.company.add_client("UAB Langai", manager_id=desk.user_id).id
    with desk.company.database.transaction(desk.company.system) as session:
        step = NextStep(starts_at=datetime(2026, 3, 3, 8, tzinfo=UTC), name="Call", performer_id=desk.user_id)
        values = {"subject": "Windows", "client_id": client_id, "manager_id": desk.user_id}
        inquiry_id = register_inquiry(session, values, step).id
        first = session.scalars(select(Activity.id).where(Activity.inquiry_id == inquiry_id)).one()
        repeated = service.repeat_activity(session, first, "FREQ=WEEKLY;COUNT=3", ZONE).id
    assert len(desk.rows(repeated)) == 3
    with pytest.raises(Refused):
        desk.do(lambda session: service.delete_occurrence(session, first, "all"))
    assert len(desk.rows(repeated)) == 3
