"""Moments in statements say the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.records import Period
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import finish_activity, plan_activity
from kartoteka_crm_inquiries.moments import DaysBetween, days_since, within
from kartoteka_crm_inquiries.reports import queries
from kartoteka_crm_inquiries.reports.queries import Work, work_by_month
from tests.modules.crm_inquiries.conftest import InquiryHouse

VILNIUS = ZoneInfo("Europe/Vilnius")


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company: Callable[..., Any]) -> InquiryHouse:
    return InquiryHouse(company(modules=["crm_inquiries"], database=request.param))


def work(house: InquiryHouse, *moments: datetime) -> None:
    """Let an activity be finished at each of these moments."""
    with house.writing() as session:
        for moment in moments:
            activity = plan_activity(session, {"name": "Call", "starts_at": moment})
            finish_activity(session, activity.id, {"actual": 30})
            activity.done_at = moment


@pytest.mark.parametrize(("ago", "days"), [(48, 2), (47, 1), (1, 0), (-30, 0)])
def test_days_that_have_passed_are_whole_and_never_below_zero(house: InquiryHouse, ago: int, days: int) -> None:
    work(house, utc_now() - timedelta(hours=ago))
    with house.reading() as session:
        assert session.scalars(select(days_since(Activity.starts_at))).all() == [days]
        between = session.scalars(select(DaysBetween(Activity.created_at, Activity.starts_at))).one()
    assert between == pytest.approx(ago / 24, abs=0.01)


def test_a_period_begins_and_ends_with_the_days_of_its_zone(house: InquiryHouse) -> None:
    inside = [datetime(2026, 10, 31, 22, 0, tzinfo=UTC), datetime(2026, 11, 30, 21, 59, tzinfo=UTC)]
    work(house, *inside, inside[0] - timedelta(minutes=1), inside[1] + timedelta(minutes=1))
    with house.reading() as session:
        found = within(Activity.done_at, Period.month(2026, 11), VILNIUS)
        assert session.scalars(select(Activity.done_at).where(*found).order_by(Activity.done_at)).all() == inside


def test_work_is_counted_in_the_month_of_the_clock(house: InquiryHouse) -> None:
    first = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # half an hour into November in Vilnius
    work(
        house,
        first,
        first - timedelta(hours=1),
        datetime(2026, 11, 15, 9, tzinfo=UTC),
        datetime(2026, 1, 5, tzinfo=UTC),
    )
    with house.reading() as session:
        found = work_by_month(session, Work(zone=VILNIUS))
        assert [(month.first, row.number, row.minutes) for month, row in found] == [
            (date(2026, 1, 1), 1, 30),
            (date(2026, 10, 1), 1, 30),
            (date(2026, 11, 1), 2, 60),
        ]
        assert work_by_month(session, Work(Period.month(2025, 1), zone=VILNIUS)) == []


def test_many_years_are_counted_in_several_parts(house: InquiryHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_MONTHS_AT_ONCE", 2)
    work(house, *(datetime(2026, month, 5, 9, tzinfo=UTC) for month in (1, 2, 3, 5)))
    with house.reading() as session:
        found = work_by_month(session, Work(zone=VILNIUS))
    assert [(month.first.month, row.number) for month, row in found] == [(1, 1), (2, 1), (3, 1), (5, 1)]
