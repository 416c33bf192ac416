"""Channels: how notifications leave the page, when they don't, and that each arrives once (CORE-11, X-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.notifications.channels import delivering
from kartoteka.builtin.notifications.channels.models import Delivery, DeliveryState
from kartoteka.builtin.notifications.channels.quiet import Quiet, quiet_in
from kartoteka.builtin.notifications.service import forget_reminders, notify, remind
from kartoteka.db.clock import utc_now
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef

TYPE = "dashboard.birthday"
EMAIL = "notifications.email"
HELLO = Message("Birthday today: turns %(age)s", {"age": 50})
VILNIUS = ZoneInfo("Europe/Vilnius")


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, address="https://crm.company.lt")


def choose(company: Company, user_id: int, **form: Any) -> None:
    sent = {"wanted": [TYPE], "with_channels": "1", "via": [f"{TYPE}|{EMAIL}"], **form}
    assert company.browser(user_id).post("/notifications/types", data=sent).status_code == 302


def tell(company: Company, user_id: int, ref: RecordRef | None = None) -> None:
    with company.database.transaction(company.system) as session:
        notify(session, [user_id], TYPE, HELLO, ref)


def mails(company: Company) -> list[Mail]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def states(company: Company) -> list[str]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=VILNIUS).astimezone(UTC)


@pytest.mark.catalogue("X-13")
def test_each_user_chooses_the_channels_of_each_type(made: Company, run_jobs: Callable[..., int]) -> None:
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt", language="lt")
    other = made.add_user(ADMINISTRATOR, email="other@company.lt")
    client = made.add_client("UAB Langai")
    choose(made, anna)
    page = made.browser(anna).get("/notifications/types").text
    assert f'value="{TYPE}|{EMAIL}" checked' in page
    for user in (anna, other):
        tell(made, user, RecordRef("clients.client", client.id))
    assert mails(made) == []
    run_jobs(made)
    (mail,) = mails(made)
    assert mail.recipient_line == "anna@company.lt"
    assert "UAB Langai" in mail.subject
    assert "https://crm.company.lt/notifications/1" in mail.text
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert states(made) == [DeliveryState.SENT]
    assert made.browser(anna).get("/notifications/1").location == f"/clients/{client.id}"
    assert made.browser(other).get("/notifications/1").location == "/notifications/"
    run_jobs(made)
    assert len(mails(made)) == 1


def test_nothing_is_sent_of_what_was_read_or_may_not_be_seen(made: Company, run_jobs: Callable[..., int]) -> None:
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    seller = made.add_user(permissions=["clients.view"], email="seller@company.lt")
    client = made.add_client("UAB Langai", manager_id=anna)
    for user in (anna, seller):
        choose(made, user)
    tell(made, anna)
    made.browser(anna).post("/notifications/read")
    tell(made, seller, RecordRef("clients.client", client.id))
    run_jobs(made)
    assert mails(made) == []
    assert states(made) == [DeliveryState.SKIPPED, DeliveryState.SKIPPED]


def test_quiet_hours_let_it_wait(made: Company, clock: Clock, run_jobs: Callable[..., int]) -> None:
    clock.set("2026-03-02 22:30")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt", timezone="Europe/Vilnius")
    choose(made, anna, quiet_from="22:00", quiet_until="07:00", quiet_day=["2", "9", "x"])
    run_jobs(made)
    tell(made, anna)
    with made.database.reading(made.system) as session:
        due = session.scalar(select(Delivery.due_at))
    assert due is not None
    local = due.astimezone(VILNIUS)
    assert (local.hour, local.weekday()) == (7, 1)
    run_jobs(made)
    assert mails(made) == []
    page = made.browser(anna).get("/notifications/types").text
    assert 'value="22:00"' in page
    assert 'name="quiet_day" value="2" checked' in page
    clock.move(days=1)
    run_jobs(made)
    assert len(mails(made)) == 1


@pytest.mark.parametrize(
    ("quiet", "asked", "told"),
    [
        (Quiet(time(22), time(7)), "2026-03-02 23:00", "2026-03-03 07:00"),
        (Quiet(time(22), time(7)), "2026-03-02 06:59", "2026-03-02 07:00"),
        (Quiet(time(22), time(7)), "2026-03-02 07:00", "2026-03-02 07:00"),
        (Quiet(time(12), time(13)), "2026-03-02 12:30", "2026-03-02 13:00"),
        (Quiet(time(22), time(7), frozenset({5, 6})), "2026-03-06 23:00", "2026-03-09 07:00"),
        (Quiet(time(8), time(8)), "2026-03-02 08:00", "2026-03-02 08:00"),
        (Quiet(days=frozenset(range(7))), "2026-03-02 08:00", "2026-03-02 08:00"),
        # The night in which the clock goes forward.
        (Quiet(time(22), time(7)), "2026-03-29 01:00", "2026-03-29 07:00"),
    ],
)
def test_when_quiet_ends(quiet: Quiet, asked: str, told: str) -> None:
    assert quiet.next_moment(moment(asked), VILNIUS) == moment(told)
    assert quiet_in(quiet.as_plain()).next_moment(moment(asked), VILNIUS) == moment(told)


def test_nonsense_in_preferences_is_no_wish() -> None:
    assert quiet_in({"from": "soon", "until": 7, "days": [9, "1", None]}) == Quiet()
    assert quiet_in("nonsense") == Quiet()


@pytest.mark.catalogue("CORE-11")
def test_a_reminder_leaves_at_its_moment_once_and_late_after_downtime(
    made: Company, clock: Clock, run_jobs: Callable[..., int]
) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    choose(made, anna)
    start, lead = utc_now() + timedelta(hours=6), timedelta(minutes=30)
    with made.database.transaction(made.system) as session:
        remind(session, [anna], TYPE, HELLO, start - lead, key="task:1")
    run_jobs(made)
    clock.move(hours=5)
    run_jobs(made)
    assert mails(made) == []
    clock.move(hours=1, minutes=30)  # the server was down for an hour
    run_jobs(made)
    run_jobs(made)
    assert len(mails(made)) == 1
    assert "1 unread notification" in made.browser(anna).get("/").text


@pytest.mark.catalogue("CORE-11")
def test_a_reminder_moves_with_its_task_and_goes_with_it(
    made: Company, clock: Clock, run_jobs: Callable[..., int]
) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    choose(made, anna)
    run_jobs(made)
    base = utc_now()

    def plan(key: str, hours: int) -> None:
        with made.database.transaction(made.system) as session:
            remind(session, [anna], TYPE, HELLO, base + timedelta(hours=hours), key=key)

    plan("moved", 1)
    plan("moved", 3)
    plan("gone", 1)
    with made.database.transaction(made.system) as session:
        forget_reminders(session, "gone")
    clock.move(hours=2)
    run_jobs(made)
    assert mails(made) == []
    clock.move(hours=2)
    run_jobs(made)
    assert len(mails(made)) == 1
    plan("moved", 3)
    run_jobs(made)
    assert len(mails(made)) == 1


def test_a_reminder_needs_a_known_type_and_a_moment(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.system) as session:
        with pytest.raises(LookupError):
            remind(session, [anna], "no.type", HELLO, utc_now(), key="x")
        with pytest.raises(ValueError, match="time zone"):
            remind(session, [anna], TYPE, HELLO, utc_now().replace(tzinfo=None), key="x")
        with pytest.raises(ValueError, match="160"):
            remind(session, [anna], TYPE, HELLO, utc_now(), key="x" * 161)


def test_a_channel_that_fails_is_tried_again_and_given_up(
    made: Company, clock: Clock, run_jobs: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    choose(made, anna)
    run_jobs(made)
    tried: list[int] = []

    def fail(telling: Any) -> None:
        tried.append(telling.id)
        raise OSError("no server")

    channel = made.installation.registry.find_channel(EMAIL)
    assert channel is not None
    object.__setattr__(channel, "send", fail)
    try:
        tell(made, anna)
        for _each in range(delivering.TRIES + 1):
            run_jobs(made)
            clock.move(hours=3)
    finally:
        from kartoteka.builtin.notifications.channels.mailing import send_by_mail

        object.__setattr__(channel, "send", send_by_mail)
    assert len(tried) == delivering.TRIES
    assert states(made) == [DeliveryState.FAILED]


def test_what_a_dead_worker_was_sending_is_not_sent_twice_by_a_channel_that_cannot_tell(
    made: Company, clock: Clock, run_jobs: Callable[..., int]
) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    choose(made, anna)
    run_jobs(made)
    tell(made, anna)
    with made.database.transaction(made.system) as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENDING, token="somebody"))
    channel = made.installation.registry.find_channel(EMAIL)
    object.__setattr__(channel, "repeatable", False)
    try:
        run_jobs(made)
    finally:
        object.__setattr__(channel, "repeatable", True)
    assert states(made) == [DeliveryState.FAILED]
    assert mails(made) == []


def test_the_outbox_takes_a_notification_once(made: Company, clock: Clock, run_jobs: Callable[..., int]) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, email="anna@company.lt")
    choose(made, anna)
    tell(made, anna)
    run_jobs(made)
    with made.database.transaction(made.system) as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENDING, due_at=utc_now()))
        tell_again = session.scalar(select(func.count(Delivery.id)))
    clock.move(minutes=10)
    tell(made, anna)
    run_jobs(made)
    assert tell_again == 1
    assert len(mails(made)) == 2
    assert set(states(made)) == {DeliveryState.SENT}
