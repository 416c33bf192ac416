"""The pages of repeating activities: a form that needs no knowledge of rules, and this, following, all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity


def plan(house: Any) -> int:
    with house.writing() as session:
        at = utc_now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return plan_activity(session, {"name": "Stand-up", "starts_at": at, "estimate": 15}).id


def rows(house: Any) -> list[Any]:
    with house.reading() as session:
        return list(session.scalars(select(Activity).where(Activity.state == "active").order_by(Activity.starts_at)))


def repeat(house: Any, activity_id: int, **values: Any) -> Any:
    given = {"frequency": "DAILY", "interval": "1", "monthly": "day", "ends": "count", "count": "4", **values}
    return house.browser.post(f"/crm_inquiries/activities/{activity_id}/repeat", data=given)


@pytest.mark.catalogue("IN-33")
def test_a_clerk_lets_an_activity_repeat(house: Any) -> None:
    activity_id = plan(house)
    page = house.browser.get(f"/crm_inquiries/activities/{activity_id}")
    assert f"/crm_inquiries/activities/{activity_id}/repeat" in page.text
    form = house.browser.get(f"/crm_inquiries/activities/{activity_id}/repeat").text
    assert "RRULE" not in form
    answer = repeat(house, activity_id)
    assert answer.status_code == 302
    shown = house.browser.get(answer.headers["Location"]).text
    assert "Every day" in shown
    assert "4 times" in shown
    assert shown.count("/crm_inquiries/activities/") >= 4
    assert len(rows(house)) == 4


@pytest.mark.catalogue("IN-33")
def test_this_following_and_all_by_page(house: Any) -> None:
    repeat(house, plan(house))
    first, second, third, _fourth = rows(house)
    moved = (second.starts_at + timedelta(hours=2)).isoformat()[:16]

    def change(row: Any, scope: str, **values: Any) -> Any:
        at = row.starts_at + timedelta(hours=3)  # what the clerk's clock shows is ahead of UTC
        given = {"scope": scope, "name": row.name, "starts_at": at.isoformat()[:16], "frequency": "DAILY"}
        given |= {"interval": "1", "monthly": "day", "ends": "count", "count": "4", **values}
        return house.browser.post(f"/crm_inquiries/activities/{row.id}/repeat", data=given)

    assert change(second, "this", name="Longer", starts_at=moved).status_code == 302
    assert [row.name for row in rows(house)] == ["Stand-up", "Longer", "Stand-up", "Stand-up"]
    assert change(third, "following", name="Later").status_code == 302
    assert [row.name for row in rows(house)] == ["Stand-up", "Longer", "Later", "Later"]
    delete = house.browser.post(f"/crm_inquiries/activities/{third.id}/repeat/delete", data={"scope": "all"})
    assert delete.status_code == 302
    assert [row.id for row in rows(house)] == [first.id, second.id]


def test_mistakes_name_their_field(house: Any) -> None:
    activity_id = plan(house)
    for wrong in ({"ends": "until"}, {"count": ""}, {"interval": "0"}, {"frequency": "HOURLY"}):
        answer = repeat(house, activity_id, **wrong)
        assert answer.status_code == 422, wrong
        assert "is-invalid" in answer.text or "invalid" in answer.text, wrong
    assert len(rows(house)) == 1
    for path in ("/crm_inquiries/activities/0/repeat", "/crm_inquiries/series/0", "/crm_inquiries/series/99999"):
        assert house.browser.get(path).status_code == 404
    assert house.stranger.get(f"/crm_inquiries/activities/{activity_id}/repeat").status_code == 404
