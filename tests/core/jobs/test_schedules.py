"""Schedules make one job for each of their moments, whoever looks and however many look."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.jobs.timetable import Timetable
from kartoteka.db.clock import at_moment
from kartoteka.extension.cron import is_cron, latest_moment
from kartoteka.workers import open_workshop
from tests.core.jobs.visits import NOTE

VILNIUS = ZoneInfo("Europe/Vilnius")


def table_of(office: Any) -> Timetable:
    return Timetable(open_workshop(office.installation))


def count(office: Any) -> int:
    with office.database.reading(office.system) as session:
        return session.scalar(select(func.count(Job.id)).where(Job.name == NOTE)) or 0


def test_a_schedule_makes_no_job_for_the_time_before_it_was_known(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    table_of(office).look()
    clock.set("2026-03-03 06:59")
    table_of(office).look()
    assert count(office) == 0


def test_each_moment_makes_one_job_however_many_look(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    tables = [table_of(office) for _each in range(3)]
    for one in tables:
        one.look()
    clock.set("2026-03-03 07:00")
    made = [job_id for one in (*tables, table_of(office)) for job_id in one.look()]
    assert count(office) == 1
    with office.database.reading(office.system) as session:
        (job,) = session.scalars(select(Job).where(Job.name == NOTE))
    assert job.id in made
    assert (job.user_id, job.dedup, str(job.title)) == (None, f"{NOTE}@2026-03-03T05:00Z", "Notes")
    clock.set("2026-03-03 23:00")
    for one in tables:
        one.look()
    assert count(office) == 1


def test_schedulers_that_look_at_the_same_time_make_one_job(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    table_of(office).look()
    clock.set("2026-03-03 07:30")
    tables = [table_of(office) for _each in range(4)]
    start = Barrier(len(tables))
    made: list[int] = []

    def look(table: Timetable) -> None:
        start.wait()
        made.extend(table.look())

    threads = [Thread(target=look, args=(one,)) for one in tables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(office) == 1
    assert len(made) == len(set(made))


@pytest.mark.parametrize("minutes", [1, 4, 59], ids=lambda one: f"{one} minutes")
def test_hosts_whose_clocks_differ_make_one_job(office: Any, minutes: int) -> None:
    """One clock is ahead: its host asks for the job early, and the other does not ask again when its time comes."""
    ahead, behind = table_of(office), table_of(office)
    seven = datetime(2026, 3, 2, 7, tzinfo=VILNIUS)
    around = [*range(-65, -6, 15), *range(-6, 7), *range(10, 70, 15)]
    for now in (seven + timedelta(days=day, minutes=minute) for day in range(4) for minute in around):
        for table, moment in random.sample([(ahead, now + timedelta(minutes=minutes)), (behind, now)], 2):
            with at_moment(moment):
                table.look()
    with office.database.reading(office.system) as session:
        slots = list(session.scalars(select(Job.dedup).where(Job.name == NOTE).order_by(Job.dedup)))
    assert slots == [f"{NOTE}@2026-03-0{day}T05:00Z" for day in (2, 3, 4, 5)]


def test_a_moment_that_nobody_was_there_for_is_made_up_once(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    table_of(office).look()
    clock.set("2026-03-05 09:00")
    table_of(office).look()
    assert count(office) == 1


def test_schedules_of_a_module_that_is_off_are_skipped(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    table_of(office).look()
    office.switch("crm_visits", on=False)
    clock.set("2026-03-03 07:00")
    table_of(office).look()
    office.switch("crm_visits")
    clock.set("2026-03-03 12:00")
    table_of(office).look()
    assert count(office) == 0
    clock.set("2026-03-04 07:00")
    table_of(office).look()
    assert count(office) == 1


def test_schedules_run_as_the_system(office: Any, clock: Any, run_jobs: Any) -> None:
    clock.set("2026-03-02 09:00")
    run_jobs(office)
    clock.set("2026-03-03 07:00")
    assert run_jobs(office) >= 1
    with office.database.reading(office.system) as session:
        assert session.scalars(select(Job.state).where(Job.name == NOTE)).all() == ["done"]


@pytest.mark.parametrize(
    ("line", "now", "latest"),
    [
        ("0 7 * * *", "2026-03-02 07:00", "2026-03-02 07:00"),
        ("0 7 * * *", "2026-03-02 06:59", "2026-03-01 07:00"),
        ("0 7 * * 1", "2026-03-05 12:00", "2026-03-02 07:00"),
        ("0 8 1 1 *", "2026-03-05 12:00", "2026-01-01 08:00"),
        ("*/15 * * * *", "2026-03-05 12:20", "2026-03-05 12:15"),
    ],
)
def test_the_latest_moment_of_a_crontab_line(line: str, now: str, latest: str) -> None:
    found = latest_moment(line, datetime.fromisoformat(now).replace(tzinfo=VILNIUS), VILNIUS)
    assert found.astimezone(VILNIUS).replace(tzinfo=None) == datetime.fromisoformat(latest)


@pytest.mark.parametrize(
    ("line", "now", "latest"),
    [
        # Clocks go forward from 3:00 to 4:00 on 29 March 2026: what is due at 3:30 comes when that has passed.
        ("30 3 * * *", "2026-03-29T05:00+03:00", "2026-03-29T04:30+03:00"),
        # They go back from 4:00 to 3:00 on 25 October: 3:30 comes once, every half hour goes on.
        ("30 3 * * *", "2026-10-25T03:31+03:00", "2026-10-25T03:30+03:00"),
        ("30 3 * * *", "2026-10-25T05:00+02:00", "2026-10-25T03:30+03:00"),
        ("*/30 * * * *", "2026-10-25T03:31+02:00", "2026-10-25T03:30+02:00"),
    ],
)
def test_nights_when_clocks_change(line: str, now: str, latest: str) -> None:
    assert latest_moment(line, datetime.fromisoformat(now), VILNIUS) == datetime.fromisoformat(latest)


@pytest.mark.parametrize("line", ["", "x", "* * * *", "* * * * * *", "@daily", "60 * * * *"])
def test_what_is_no_crontab_line(line: str) -> None:
    assert not is_cron(line)
