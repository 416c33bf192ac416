"""A series about an inquiry ends with it and is passed on with it; an undo lets it go on (IN-19, IN-33, IN-47)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import find
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import change_activity
from kartoteka_crm_inquiries.inquiries.service import close_inquiry, hand_over_inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.service import begin_series
from tests.modules.crm_inquiries.conftest import InquiryHouse


class Desk(InquiryHouse):
    """Ona, who calls about an inquiry every week, and visits its client beside that."""

    def begin(self, **about: Any) -> int:
        given = {"name": "Call", "starts_at": datetime.fromisoformat("2026-03-02T07:00+00:00"), **about}
        with self.writing() as session:
            return begin_series(session, given, "FREQ=WEEKLY", "Europe/Vilnius").id

    def close(self, inquiry_id: int, **how: Any) -> int:
        with self.writing() as session:
            close_inquiry(session, inquiry_id, "won", values={"value": "10"}, **how)
            return operation_of(session)

    def open_of(self, series_id: int) -> int:
        """Return how many occurrences are still to be done."""
        wanted = select(func.count(Activity.id)).where(Activity.series_id == series_id, Activity.status == "planned")
        with self.company.database.reading(self.company.system) as session:
            return int(session.scalar(wanted.where(Activity.state == "active")) or 0)

    def last_of(self, series_id: int) -> int:
        wanted = select(func.max(Activity.id)).where(Activity.series_id == series_id)
        with self.company.database.reading(self.company.system) as session:
            return int(session.scalar(wanted) or 0)

    def performers(self, series_id: int) -> set[int | None]:
        """Return who does what is still to be done."""
        wanted = select(Activity.performer_id).where(Activity.series_id == series_id, Activity.status == "planned")
        with self.company.database.reading(self.company.system) as session:
            return set(session.scalars(wanted))

    def state(self, series_id: int) -> str:
        with self.company.database.reading(self.company.system) as session:
            return str(session.get_one(Series, series_id).state)


@pytest.fixture(params=chosen_kinds())
def desk(request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Any) -> Desk:
    clock.set("2026-03-10 12:00")
    return Desk(company_on(request.param, modules=["crm_inquiries"]))


@pytest.mark.catalogue("IN-33", part="a series ends with its inquiry")
def test_no_night_makes_more_of_a_series_whose_inquiry_is_closed(desk: Desk, clock: Any, run_jobs: Any) -> None:
    client = desk.client()
    asked = desk.inquiry(client)
    about, beside = desk.begin(client_id=client, inquiry_id=asked), desk.begin(client_id=client)
    before, others = desk.open_of(about), desk.open_of(beside)
    operation, actor = desk.close(asked), desk.company.actor(desk.user_id)
    assert (desk.open_of(about), desk.state(about)) == (0, "deleted")
    run_jobs(desk.company)
    clock.set("2026-04-05 04:00")
    run_jobs(desk.company)
    assert desk.open_of(about) == 0
    assert (desk.open_of(beside) > others, desk.state(beside)) == (True, "active")
    with desk.company.database.transaction(actor) as session:
        undo(session, operation)
    assert (desk.open_of(about), desk.state(about)) == (before, "active")


def test_what_is_kept_goes_on(desk: Desk) -> None:
    client = desk.client()
    asked = desk.inquiry(client)
    about = desk.begin(client_id=client, inquiry_id=asked)
    before = desk.open_of(about)
    desk.close(asked, keep_activities=True)
    assert (desk.open_of(about), desk.state(about)) == (before, "active")


@pytest.mark.catalogue("IN-19", part="series go along with their inquiry, occurrences of others alone")
def test_what_repeats_is_passed_on_with_its_inquiry(desk: Desk, clock: Any, run_jobs: Any) -> None:
    client = desk.client()
    asked = desk.inquiry(client)
    about, beside = desk.begin(client_id=client, inquiry_id=asked), desk.begin(client_id=client)
    alone = desk.last_of(beside)
    with desk.writing() as session:
        change_activity(session, alone, {"inquiry_id": asked})
        apply_changes(session, find(session, Activity, alone), ACTIVITY, {"detached": False})
    with desk.writing() as session:
        hand_over_inquiry(session, asked, desk.other_id)
    assert desk.performers(about) == {desk.other_id}
    assert desk.performers(beside) == {desk.user_id, desk.other_id}
    with desk.company.database.reading(desk.company.system) as session:
        assert session.get_one(Activity, alone).detached
        assert session.get_one(Series, about).owner_id == desk.other_id
    before = desk.open_of(about)
    run_jobs(desk.company)
    clock.set("2026-04-05 04:00")
    run_jobs(desk.company)
    assert desk.open_of(about) > before
    assert desk.performers(about) == {desk.other_id}
