"""Workers killed while they remind, and two at the same instant: nobody is reminded twice, nobody is forgotten."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.db import insert_rows, utc_now
from kartoteka.api.work import enqueue
from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.notifications.channels.models import Delivery
from kartoteka.builtin.notifications.models import Notification
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.reminders import rules
from kartoteka_crm_inquiries.reminders.models import Reminded
from kartoteka_crm_inquiries.reminders.service import remind_of_activities
from tests.core.killing import FEW_KILLS, PATIENCE, start_worker

TASKS = 450
WORKS = 60
"""Seconds after which a worker that still lives has nothing left to do."""
TYPE = "crm_inquiries.reminder"


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Company:
    made: Company = company_on(request.param)
    made.switch("crm_inquiries")
    return made


def plan_tasks(office: Company, user_id: int, number: int) -> list[int]:
    """Plan tasks that begin in ten minutes and are reminded of a quarter of an hour before."""
    start, now = utc_now() + timedelta(minutes=10), utc_now() - timedelta(days=1)
    rows = [
        {
            **dict.fromkeys(("name", "number", "uid"), f"T{n}"),
            **dict.fromkeys(("starts_at", "ends_at", "due_at"), start),
            "remind": 15,
            "performer_id": user_id,
            "created_at": now,
        }
        for n in range(number)
    ]
    with office.database.transaction(office.system) as session:
        return list(insert_rows(session, Activity, rows))


def counts(office: Company) -> tuple[int, int, int]:
    """Return how many notifications, letters and waiting deliveries there are."""
    with office.database.reading(office.system) as session:
        told = session.scalar(select(func.count(Notification.id)).where(Notification.type == TYPE))
        sent = session.scalar(select(func.count(Mail.id)))
        waiting = select(func.count(Delivery.id)).where(Delivery.state.in_(("waiting", "sending")))
        return told or 0, sent or 0, session.scalar(waiting) or 0


def wait_for(office: Company, wanted: int) -> None:
    until = time.monotonic() + PATIENCE
    while counts(office) != (wanted, wanted, 0):
        assert time.monotonic() < until, f"It stands still: {counts(office)}"
        time.sleep(0.2)


@pytest.mark.catalogue("CORE-11")
def test_workers_killed_while_they_remind_double_and_forget_nothing(office: Company) -> None:
    user_id = office.add_user(permissions=["crm_inquiries.view_activities"], email="ona@company.lt")
    plan_tasks(office, user_id, TASKS)
    with office.database.transaction(office.system) as session:
        enqueue(session, "crm_inquiries.remind", {}, title="Remind")
    killed = 0
    for _each in range(FEW_KILLS + 1):
        dead = start_worker(office, sys.executable, "-m", "tests.modules.crm_inquiries.reminders.mortal_reminder")
        try:
            assert dead.wait(WORKS) == -signal.SIGKILL
            killed += 1
        except subprocess.TimeoutExpired:
            dead.kill()  # all was done before its moment came
            dead.wait()
            break
        # A delivery in the hands of the dead is tried again after its lease.
        with office.database.transaction(office.system) as session:
            session.query(Delivery).filter(Delivery.state.in_(("waiting", "sending"))).update({"due_at": utc_now()})
        if counts(office)[:2] == (TASKS, TASKS):
            break
    assert killed, "no worker died at its work, so this proves nothing"
    program = str(Path(sys.executable).with_name("kartoteka"))
    living = [start_worker(office, program) for _one in range(2)]
    try:
        wait_for(office, TASKS)
    finally:
        for one in living:
            one.kill()
            one.wait()
    with office.database.reading(office.system) as session:
        subjects = Counter(session.scalars(select(Mail.dedup)))
        assert set(subjects.values()) == {1}
        given = session.execute(select(Reminded.record_id, func.count()).group_by(Reminded.record_id)).all()
        assert sorted({row[1] for row in given}) == [1]
        assert len(given) == TASKS


@pytest.mark.catalogue("CORE-11")
def test_two_workers_at_the_same_instant_remind_once(office: Company) -> None:
    user_id = office.add_user(permissions=["crm_inquiries.view_activities"])
    plan_tasks(office, user_id, 40)
    both = Barrier(2)

    def work(_number: int) -> int:
        with office.database.transaction(office.system) as session:
            both.wait(30)
            return remind_of_activities(session, rules.START)[0]

    with ThreadPoolExecutor(2) as pool:
        told = sum(pool.map(work, range(2)))
    assert told == 40
    assert counts(office)[0] == 40
