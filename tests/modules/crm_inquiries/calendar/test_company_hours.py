"""What is planned by itself, and how long an answer may take, go by the hours that the company and its people keep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.calendar.service import save_hours
from kartoteka_crm_inquiries.calendar.working_time import Hours
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.inquiries.service import move_to_stage
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS
from kartoteka_crm_inquiries.processes.models import Process, Stage
from tests.modules.crm_inquiries.calendar.conftest import ZONE, CalendarHouse, local

SUNDAYS = Hours.of_week(12 * 60, 18 * 60, [6])
SATURDAYS = Hours.of_week(9 * 60, 17 * 60, [5])


@pytest.fixture
def sundays(calendar: CalendarHouse) -> CalendarHouse:
    """A company that works on Sundays from noon, with Jonas, who works on Saturdays."""
    with calendar.writing() as session:
        save_hours(session, None, SUNDAYS)
        save_hours(session, calendar.jonas_id, SATURDAYS)
    return calendar


def day_and_hour(moment: datetime) -> tuple[int, int]:
    clock = moment.astimezone(ZONE)
    return clock.weekday(), clock.hour


def test_the_usual_next_step_is_when_the_company_or_its_performer_works(sundays: CalendarHouse) -> None:
    with sundays.reading() as session:
        assert day_and_hour(usual_step(session).starts_at) == (6, 12)
        assert day_and_hour(usual_step(session, sundays.user_id).starts_at) == (6, 12)
        assert day_and_hour(usual_step(session, sundays.jonas_id).starts_at) == (5, 10)


def test_what_a_stage_wants_done_is_planned_when_its_performer_works(sundays: CalendarHouse) -> None:
    inquiry_id = sundays.inquiry(sundays.client())
    with sundays.writing() as session:
        kind = DirectoryEntry(directory=ACTIVITY_KINDS, name="Visit")
        wanted = session.scalars(select(Stage).where(Stage.process_id == 1, Stage.outcome == "")).all()[-1]
        session.add(kind)
        session.flush()
        wanted.next_kind_id, wanted.next_in_days, wanted.performer_id = kind.id, 0, sundays.jonas_id
        session.flush()
        move_to_stage(session, inquiry_id, wanted.id, {"value": 100})
        planned = session.scalars(select(Activity).where(Activity.performer_id == sundays.jonas_id)).one()
    assert day_and_hour(planned.starts_at) == (5, 10)


def test_the_pages_offer_a_time_when_one_works(sundays: CalendarHouse) -> None:
    page = sundays.browser.get("/crm_inquiries/calendar/plan").text
    with sundays.reading() as session:
        offered = working_time(session, sundays.user_id).next_moment(utc_now()).astimezone(ZONE)
    assert f'value="{offered:%Y-%m-%dT%H:%M}"' in page
    assert day_and_hour(offered) == (6, 12)


def test_an_answer_is_due_after_hours_that_the_company_works(sundays: CalendarHouse) -> None:
    inquiry_id = sundays.inquiry(sundays.client())
    with sundays.writing() as session:
        for process in session.scalars(select(Process)):
            process.answer_hours = 8
    due = sundays.inquiry(sundays.client("UAB Kita"), received_at=local("2026-11-20 10:00"))
    with sundays.reading() as session:
        deadlines = {row.id: row.answer_by for row in session.execute(select(Inquiry.id, Inquiry.answer_by))}
    assert deadlines == {inquiry_id: None, due: local("2026-11-29 14:00").astimezone(UTC)}
