"""A worker killed at any point: the job goes on where it was, with nothing done twice and nothing missing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.clients import Client, change_client
from kartoteka.builtin.jobs.models import Job, ScheduleMark
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import JournalEntry
from tests.core.jobs.asking import ask, job_of, notes
from tests.core.jobs.visits import MAKE, NOTE, STEP
from tests.core.killing import PATIENCE, kill_again_and_again, steps_for

ROOT = Path(__file__).resolve().parents[3]
MANY = STEP * steps_for()
LEASE = "1.2"


@contextmanager
def process(office: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a worker as a process of its own; ready when the block begins."""
    url = office.database.url.render_as_string(hide_password=False)
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.core.jobs.visits", url, LEASE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_for_progress(office: Any, job_id: int, before: int) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        done = job_of(office, job_id).done or 0
        if done > before:
            return done
        time.sleep(0.02)
    raise AssertionError("The worker does nothing.")


def made(office: Any) -> tuple[int, int, int]:
    """Return how many clients were made, how many names they have, and how many creations the journal knows."""
    with office.database.reading(office.system) as session:
        names = select(func.count(Client.id), func.count(Client.name.distinct())).where(Client.name.like("Made%"))
        number, different = session.execute(names).one()
        entries = session.scalar(
            select(func.count(JournalEntry.id)).where(
                JournalEntry.kind == "clients.client", JournalEntry.action == "created"
            )
        )
    return number, different, (entries or 0) - 5


def test_a_killed_worker_leaves_nothing_undone_and_does_nothing_twice(office: Any) -> None:
    job_id = ask(office, MAKE, many=MANY)

    def check(done: int) -> None:
        assert made(office) == (done, done, done)

    kill_again_and_again(office, job_id, check, "tests.core.jobs.visits:EntryPoint")
    with process(office):
        until = time.monotonic() + PATIENCE
        while job_of(office, job_id).is_unfinished and time.monotonic() < until:
            time.sleep(0.1)
    assert job_of(office, job_id).state == "done"
    assert made(office) == (MANY, MANY, MANY)


def test_two_workers_that_start_at_once_do_what_is_due_once(office: Any) -> None:
    with office.database.transaction(office.system) as session:
        session.add(ScheduleMark(name=f"{NOTE} 0 7 * * *", moment=utc_now() - timedelta(days=3)))
    with process(office), process(office):
        until = time.monotonic() + PATIENCE
        while not (states := states_of(office, NOTE)) or set(states) & {"waiting", "running"}:
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(1)
    assert states_of(office, NOTE) == ["done"]
    assert notes(office) == list("01234")


def test_a_clerk_saves_between_the_steps_of_a_job(office: Any) -> None:
    """A second is twenty steps, whose clients take 5 ms each at least: that holds on a slow machine as well."""
    job_id = ask(office, MAKE, many=100_000)
    user = office.actor(office.add_user("administrator"))
    waited: list[int] = []
    with process(office):
        done = wait_for_progress(office, job_id, 0)
        for number in range(15):
            before = job_of(office, job_id).done or 0
            with office.database.transaction(user) as session:
                change_client(session, 1, {"notes": f"Saved {number}"})
            waited.append(((job_of(office, job_id).done or 0) - before) // STEP)
            time.sleep(0.1)
        assert wait_for_progress(office, job_id, done) > done, "the job went on meanwhile"
    assert max(waited) < 20, waited


def states_of(office: Any, name: str) -> list[str]:
    with office.database.reading(office.system) as session:
        return list(session.scalars(select(Job.state).where(Job.name == name)))


def test_two_workers_share_the_jobs_and_do_each_once(office: Any) -> None:
    jobs = [ask(office, MAKE, many=20) for _each in range(6)]
    with process(office), process(office):
        until = time.monotonic() + PATIENCE
        while any(job_of(office, each).is_unfinished for each in jobs) and time.monotonic() < until:
            time.sleep(0.1)
    assert [job_of(office, each).state for each in jobs] == ["done"] * 6
    assert made(office)[0] == 120
