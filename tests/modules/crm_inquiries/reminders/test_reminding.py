"""Reminders: at their moment, once, late after downtime, following the activity (CORE-11, IN-42, IN-51, IN-31)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.notifications.models import Notification
from kartoteka.testing.clock import Clock
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities import service as activities
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.reminders.models import Reminded
from kartoteka_crm_inquiries.series.service import begin_series
from tests.modules.crm_inquiries.conftest import InquiryHouse, step

RunJobs = Callable[..., int]


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any], clock: Clock) -> InquiryHouse:
    clock.set("2026-03-02 09:00")
    made = company_on(request.param, address="https://crm.company.lt")
    made.switch("crm_inquiries")
    return InquiryHouse(made)


def plan(office: InquiryHouse, *, by: int | None = None, **values: Any) -> int:
    given = {"name": "Call", "starts_at": utc_now() + timedelta(hours=6), "remind": 30, **values}
    with office.writing(by) as session:
        return activities.plan_activity(session, given).id


def told(office: InquiryHouse, user_id: int | None = None) -> list[Any]:
    """Return the reminders that a user has got: rows with type, message and about."""
    with office.company.database.reading(office.company.system) as session:
        wanted = select(Notification).where(
            Notification.type.like("crm_inquiries.%"), ~Notification.type.contains("given")
        )
        rows = session.scalars(
            wanted.where(Notification.user_id == (user_id or office.user_id)).order_by(Notification.id)
        )
        return [one for one in rows if "remind" in one.type or one.type.endswith("still")]


def mails(office: InquiryHouse) -> list[Mail]:
    with office.company.database.reading(office.company.system) as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


@pytest.fixture
def with_mail(office: InquiryHouse) -> InquiryHouse:
    from kartoteka.builtin.users.models import User

    with office.company.database.transaction(office.company.system) as session:
        for user in session.scalars(select(User)):
            user.email = f"{user.login}@company.lt"
    return office


@pytest.mark.catalogue("CORE-11")
@pytest.mark.catalogue("IN-42")
def test_a_reminder_leaves_the_lead_time_before_the_start_once(
    with_mail: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(with_mail.company)
    plan(with_mail)
    clock.move(hours=5, minutes=29)
    run_jobs(with_mail.company)
    assert mails(with_mail) == []
    clock.move(minutes=1)
    run_jobs(with_mail.company)
    run_jobs(with_mail.company)
    clock.move(minutes=1)
    run_jobs(with_mail.company)
    (mail,) = mails(with_mail)
    assert mail.recipient_line == "ona@company.lt"
    assert "late" not in mail.text
    assert "https://crm.company.lt/notifications/" in mail.text
    clock.move(hours=12)
    run_jobs(with_mail.company)
    assert len(mails(with_mail)) == 1


@pytest.mark.catalogue("CORE-11")
def test_after_downtime_it_is_told_late_once_and_says_so(
    with_mail: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(with_mail.company)
    plan(with_mail, starts_at=utc_now() + timedelta(hours=1))
    clock.move(hours=1, minutes=30)
    run_jobs(with_mail.company)
    run_jobs(with_mail.company)
    (mail,) = mails(with_mail)
    assert "was to start at" in mail.text
    assert "This reminder is late, it was due at" in mail.text


@pytest.mark.catalogue("CORE-11")
def test_it_moves_with_the_activity_and_goes_with_it(office: InquiryHouse, clock: Clock, run_jobs: RunJobs) -> None:
    run_jobs(office.company)
    base = utc_now()
    moved, done, cancelled, handed = (plan(office, starts_at=base + timedelta(hours=2)) for _one in range(4))
    with office.writing() as session:
        activities.change_activity(session, moved, {"starts_at": base + timedelta(hours=4)})
        activities.finish_activity(session, done, {})
        activities.cancel_activity(session, cancelled)
        activities.hand_over_activity(session, handed, office.other_id)
    clock.move(hours=1, minutes=30)
    run_jobs(office.company)
    assert told(office) == []
    assert [one.about.id for one in told(office, office.other_id)] == [handed]
    clock.move(hours=2)
    run_jobs(office.company)
    assert [one.about.id for one in told(office)] == [moved]
    with office.writing() as session:
        activities.change_activity(session, moved, {"starts_at": base + timedelta(hours=6)})
    clock.move(hours=2)
    run_jobs(office.company)
    assert [one.about.id for one in told(office)] == [moved, moved]


def test_what_is_handed_over_after_its_reminder_is_told_to_the_new_performer(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    task = plan(office, starts_at=utc_now() + timedelta(hours=1))
    clock.move(minutes=40)
    run_jobs(office.company)
    with office.writing() as session:
        activities.hand_over_activity(session, task, office.other_id)
    run_jobs(office.company)
    clock.move(minutes=1)
    run_jobs(office.company)
    (one,) = told(office, office.other_id)
    assert "late" not in one.message["message"]
    assert len(told(office)) == 1


@pytest.mark.catalogue("IN-31")
def test_the_reminder_of_a_client_opens_its_card_in_one_click(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    client = office.client()
    plan(office, client_id=client, starts_at=utc_now() + timedelta(minutes=20))
    own = plan(office, starts_at=utc_now() + timedelta(minutes=20))
    run_jobs(office.company)
    clock.move(minutes=1)
    run_jobs(office.company)
    places = {office.browser.get(f"/notifications/{one.id}").location for one in told(office)}
    assert places == {f"/clients/{client}", f"/crm_inquiries/activities/{own}"}


@pytest.mark.catalogue("IN-51")
def test_the_deadline_of_an_action_is_reminded_of_too(office: InquiryHouse, clock: Clock, run_jobs: RunJobs) -> None:
    run_jobs(office.company)
    base = utc_now()
    plan(office, starts_at=base + timedelta(hours=2), due_at=base + timedelta(hours=30), remind=60)
    clock.move(hours=1)
    run_jobs(office.company)
    assert len(told(office)) == 1
    clock.move(hours=27)
    run_jobs(office.company)
    assert len(told(office)) == 1
    clock.move(hours=1)
    run_jobs(office.company)
    run_jobs(office.company)
    assert len(told(office)) == 2
    assert "must be done by" in told(office)[1].message["message"]


@pytest.mark.catalogue("IN-51")
def test_inquiries_that_stand_still_are_told_once_until_something_changes(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    inquiry = office.inquiry(office.client(), at=utc_now() + timedelta(days=40), manager_id=office.user_id)

    def still() -> int:
        run_jobs(office.company)
        return sum(one.type == "crm_inquiries.still" for one in told(office))

    clock.move(days=2, hours=23)
    assert still() == 0
    clock.move(hours=2)
    assert still() == 1
    clock.move(days=2)
    assert still() == 1
    with office.company.database.transaction(office.company.system) as session:
        session.get_one(Inquiry, inquiry).moved_at = utc_now()
    clock.move(days=2)
    assert still() == 1
    clock.move(days=1, hours=1)
    assert still() == 2


@pytest.mark.catalogue("IN-51")
def test_an_open_inquiry_without_a_planned_action_is_told_to_its_manager(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    inquiry = office.inquiry(office.client(), manager_id=office.user_id)
    with office.company.database.transaction(office.company.system) as session:
        for one in session.scalars(select(Activity).where(Activity.inquiry_id == inquiry)):
            one.state = "deleted"
    clock.move(minutes=16)
    run_jobs(office.company)
    clock.move(minutes=16)
    run_jobs(office.company)
    (one,) = [one for one in told(office) if one.type == "crm_inquiries.still"]
    assert "no planned next action" in one.message["message"]
    assert one.about.id == inquiry


def test_the_company_chooses_when_an_inquiry_stands_still(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    assert office.browser.post("/crm_inquiries/reminders/still", data={"days": "10"}).status_code == 302
    assert 'value="10"' in office.browser.get("/crm_inquiries/reminders").text
    assert office.browser.post("/crm_inquiries/reminders/still", data={"days": "0"}).status_code == 422
    run_jobs(office.company)
    office.inquiry(office.client(), at=utc_now() + timedelta(days=40), manager_id=office.user_id)
    clock.move(days=5)
    run_jobs(office.company)
    assert not any(one.type == "crm_inquiries.still" for one in told(office))


def test_each_user_has_a_lead_time_of_his_own(office: InquiryHouse) -> None:
    def planned() -> int | None:
        with office.writing() as session:
            made = activities.plan_activity(session, {"name": "Call", "starts_at": utc_now() + timedelta(hours=9)})
            return made.remind

    assert planned() == 15
    assert office.browser.post("/crm_inquiries/reminders", data={"lead": "60"}).status_code == 302
    assert planned() == 60
    page = office.browser.get("/crm_inquiries/reminders").text
    assert re.search(r'<(option|input)[^>]*value="60"[^>]*(selected|checked)', page)
    office.browser.post("/crm_inquiries/reminders", data={"lead": "-1"})
    assert planned() is None
    assert office.browser.post("/crm_inquiries/reminders", data={"lead": "soon"}).status_code == 422


def test_critical_activities_break_quiet_hours(with_mail: InquiryHouse, clock: Clock, run_jobs: RunJobs) -> None:
    run_jobs(with_mail.company)
    sent = {"with_channels": "1", "quiet_from": "08:00", "quiet_until": "18:00"}
    kinds = ["crm_inquiries.reminder", "crm_inquiries.urgent_reminder"]
    ways = [f"{one}|notifications.email" for one in kinds]
    with_mail.browser.post("/notifications/types", data={"wanted": kinds, "via": ways, **sent})
    plan(with_mail, starts_at=utc_now() + timedelta(hours=1))
    plan(with_mail, starts_at=utc_now() + timedelta(hours=1), importance=4)
    clock.move(minutes=30)
    run_jobs(with_mail.company)
    assert len(told(with_mail)) == 2
    assert len(mails(with_mail)) == 1
    clock.set("2026-03-02 18:01")
    run_jobs(with_mail.company)
    assert len(mails(with_mail)) == 2


@pytest.mark.catalogue("CORE-11")
@pytest.mark.parametrize("zone", ["Europe/Vilnius", "Europe/Kyiv"])
@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_nine_stays_nine_in_the_week_of_a_clock_change(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs, zone: str, sunday: str
) -> None:
    from kartoteka.builtin.users.models import User

    here = ZoneInfo(zone)
    day = datetime.fromisoformat(sunday).replace(tzinfo=here)
    clock.set(day - timedelta(days=3))
    office.company.tokens.clear()
    with office.company.database.transaction(office.company.system) as session:
        session.get_one(User, office.user_id).timezone = zone
    run_jobs(office.company)
    nine = (day + timedelta(days=1)).replace(hour=9)
    plan(office, starts_at=nine.astimezone(UTC), remind=2 * 24 * 60)
    clock.set(nine - timedelta(days=2, minutes=1))  # wall clock: Saturday, a minute before nine
    run_jobs(office.company)
    assert told(office) == []
    clock.set(nine - timedelta(days=2))
    run_jobs(office.company)
    assert len(told(office)) == 1


@pytest.mark.catalogue("CORE-11")
@pytest.mark.catalogue("IN-33")
@pytest.mark.parametrize("zone", ["Europe/Vilnius", "Europe/Kyiv"])
@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_a_series_is_reminded_of_by_the_clock_on_the_wall(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs, zone: str, sunday: str
) -> None:
    here = ZoneInfo(zone)
    first = (datetime.fromisoformat(sunday) - timedelta(days=2)).replace(hour=9, tzinfo=here)
    clock.set(first - timedelta(days=1))
    office.company.tokens.clear()
    values = {"name": "Stand-up", "starts_at": first.astimezone(UTC), "estimate": 15, "remind": 30}
    with office.writing() as session:
        begin_series(session, values, "FREQ=DAILY;COUNT=5", zone)
    for day in range(5):
        before = first + timedelta(days=day, minutes=-31)  # wall clock: half past eight is not yet
        clock.set(before)
        run_jobs(office.company)
        assert len(told(office)) == day
        for _host in range(2):
            clock.set(before + timedelta(minutes=1))
            run_jobs(office.company)
            assert len(told(office)) == day + 1


def test_what_is_registered_afterwards_reminds_of_nothing(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    plan(office, starts_at=utc_now() - timedelta(hours=1))
    clock.move(minutes=1)
    run_jobs(office.company)
    assert told(office) == []


def test_old_notes_are_forgotten_only_when_they_are_of_no_use(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    done, still_open = (plan(office, starts_at=utc_now() + timedelta(minutes=5)) for _one in range(2))
    clock.move(minutes=1)
    run_jobs(office.company)
    with office.writing() as session:
        activities.finish_activity(session, done, {})
    clock.move(days=100)
    run_jobs(office.company)
    with office.company.database.reading(office.company.system) as session:
        kept = session.scalars(select(Reminded.record_id).where(Reminded.sort == "start")).all()
    assert kept == [still_open]
    assert step(None).name == "Call back"


@pytest.mark.catalogue("IN-06")
def test_the_responsible_manager_is_reminded_of_the_planned_contact(
    office: InquiryHouse, clock: Clock, run_jobs: RunJobs
) -> None:
    run_jobs(office.company)
    start = utc_now() + timedelta(hours=5)
    given = {"client_id": office.client(), "subject": "From the newsletter", "manager_id": office.other_id}
    with office.company.database.transaction(office.company.system) as session:
        register_inquiry(session, given, step(start, performer_id=office.other_id))
    clock.move(hours=4, minutes=45)
    run_jobs(office.company)
    run_jobs(office.company)
    (one,) = told(office, office.other_id)
    assert one.type == "crm_inquiries.reminder"
    assert told(office) == []
