"""What was changed of one occurrence, by whatever way, stays with it (RFC 5545, 3.8.4.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.builtin.rest.service import make_key
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import finish_activity, hand_over_activity
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.series import service

ZONE = "Europe/Vilnius"


def rows(house: Any) -> list[Any]:
    with house.reading() as session:
        return list(
            session.scalars(select(Activity).where(Activity.state == "active").order_by(Activity.occurrence_at))
        )


@pytest.fixture
def second(house: Any) -> Any:
    """Return the second occurrence of a daily meeting."""
    at = utc_now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with house.writing() as session:
        service.begin_series(session, {"name": "Stand-up", "starts_at": at, "estimate": 15}, "FREQ=DAILY;COUNT=4", ZONE)
    return rows(house)[1]


def by_form(house: Any, row: Any) -> None:
    at = (row.starts_at + timedelta(hours=5)).isoformat()[:16]
    sent = {"name": "Longer", "starts_at": at, "estimate": "45", "importance": "2"}
    answer = house.browser.post(f"/crm_inquiries/activities/{row.id}/edit", data=sent)
    assert answer.status_code == 302, answer.text


def by_postponing(house: Any, row: Any) -> None:
    assert house.browser.post(f"/crm_inquiries/activities/{row.id}/postpone", data={"by": "week"}).status_code == 302


def by_program(house: Any, row: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        scopes = [f"crm_inquiries.activities:{verb}" for verb in ("read", "change")]
        _key, token = make_key(session, title="Robot", scopes=scopes, user_id=house.user_id)
    headers = {"Authorization": f"Bearer {token}"}
    path, program = f"/api/v1/crm_inquiries/activities/{row.id}", house.company.app.test_client()
    headers["If-Match"] = program.get(path, headers=headers).headers["ETag"]
    answer = program.patch(path, json={"name": "Longer"}, headers=headers)
    assert answer.status_code == 200, answer.text


def by_many(house: Any, row: Any) -> None:
    path = f"/actions/crm_inquiries/move_due?kind={ACTIVITY}&id={row.id}"
    due = (row.due_at + timedelta(hours=9)).isoformat()[:16]
    assert house.browser.post(path, data={"due_at": due, "confirmed": "1"}).status_code == 302


def by_handing_over(house: Any, row: Any) -> None:
    with house.writing() as session:
        hand_over_activity(session, row.id, house.other_id)


@pytest.mark.catalogue("IN-33")
@pytest.mark.parametrize("change", [by_form, by_postponing, by_program, by_many, by_handing_over])
def test_what_was_changed_alone_outlives_a_change_of_all(
    house: Any, second: Any, change: Callable[[Any, Any], None]
) -> None:
    change(house, second)
    changed = next(row for row in rows(house) if row.id == second.id)
    assert changed.detached
    first = rows(house)[0]
    with house.writing() as session:
        service.change_occurrence(session, first.id, {"name": "Morning"}, "all")
    kept = next(row for row in rows(house) if row.id == second.id)
    names = ("name", "starts_at", "ends_at", "due_at", "performer_id")
    assert [getattr(kept, name) for name in names] == [getattr(changed, name) for name in names]
    assert [row.name for row in rows(house) if row.id != second.id] == ["Morning"] * 3


def test_what_is_only_done_still_belongs_to_its_series(house: Any, second: Any) -> None:
    with house.writing() as session:
        finish_activity(session, second.id, {"outcome": "Agreed"})
    assert [row.detached for row in rows(house)] == [False] * 4


def test_all_may_move_onto_the_days_of_one_another(house: Any, second: Any) -> None:
    first = rows(house)[0]
    later = {"starts_at": first.starts_at + timedelta(days=1)}
    with house.writing() as session:
        service.change_occurrence(session, first.id, later, "all")
    at: datetime = first.starts_at
    assert [row.starts_at - at for row in rows(house)] == [timedelta(days=number) for number in range(1, 5)]
    assert not any(row.detached for row in rows(house))
