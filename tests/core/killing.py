"""What tests that kill workers have in common: workers as processes of their own, and waiting for a job.

``KARTOTEKA_TEST_KILLS`` says how often a worker is killed in each test, where that is not the usual number.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, cycle, islice
from pathlib import Path

from sqlalchemy import select, update

from kartoteka.builtin.jobs.models import Job
from kartoteka.db.clock import utc_now
from kartoteka.testing.company import Company

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
KILLS = int(os.environ.get("KARTOTEKA_TEST_KILLS", "20"))
"""How many workers die at a random moment in `kill_again_and_again`."""
FEW_KILLS = int(os.environ.get("KARTOTEKA_TEST_KILLS", "2"))
"""How many are killed where each is a process started for it alone."""
FEW_STEPS = 2 * FEW_KILLS + 1
"""How many steps a job must have at least, so that its worker can be killed that often in a second one."""


def ways_to_die(kills: int = KILLS) -> Iterator[str]:
    """Return how each worker dies: one before it begins, then ``kills`` at random moments of a first or second step.

    Not more than three in a row without a step between, for a job whose workers die again and again is given up.
    """
    return chain(["claimed"], islice(cycle(["anywhere", "later", "anywhere"]), kills))


def steps_for(kills: int = KILLS) -> int:
    """Return how many steps a job must have at least for that: those who die ``later`` end one, or two."""
    return 2 * list(ways_to_die(kills)).count("later") + 1


def start_worker(company: Company, *program: str) -> subprocess.Popen[bytes]:
    """Start a worker of the company as a process of its own."""
    command = [*program, "worker", "--lease", "1.2"]
    return subprocess.Popen(command, env=environment_of(company), cwd=ROOT, stdout=subprocess.DEVNULL)


def environment_of(company: Company) -> dict[str, str]:
    """Return the environment in which programs find the company."""
    return {
        **os.environ,
        "KARTOTEKA_DATABASE": company.database.url.render_as_string(hide_password=False),
        "KARTOTEKA_SECRET": company.installation.config.secret,
        "KARTOTEKA_INSTANCE": str(company.database.files),
    }


def find_job(company: Company, job_id: int) -> Job:
    """Return the job as it stands in the database."""
    with company.database.reading(company.system) as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


@contextmanager
def nursery(company: Company, entry_point: str = "") -> Iterator[Callable[[int, str], int]]:
    """Yield a function that lets a worker take up a job, die in one of the ways, and returns how it ended."""
    command = [sys.executable, "-m", "tests.core.nursery", *([entry_point] if entry_point else [])]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=environment_of(company), cwd=ROOT, **pipes)

    def kill(job_id: int, way: str) -> int:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{job_id} {way}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        yield kill
    finally:
        process.communicate()


def kill_again_and_again(
    company: Company, job_id: int, check: Callable[[int], None], entry_point: str = "", kills: int = KILLS
) -> None:
    """Kill workers of a job at random moments; ``check`` is told after each how many are done.

    All but the last leave a lease that has run out, so that nobody waits for it.
    """
    with nursery(company, entry_point) as kill:
        for way in ways_to_die(kills):
            set_due(company, job_id, utc_now())
            assert kill(job_id, way) == -signal.SIGKILL
            job = find_job(company, job_id)
            assert job.finished_at is None, "it was killed while it worked"
            check(job.done or 0)


def finish(company: Company, job_id: int) -> None:
    """Let a worker that nobody kills take up the job when the lease of the dead has run out, and do the rest."""
    last = start_worker(company, str(Path(sys.executable).with_name("kartoteka")))
    try:
        assert wait_for_end(company, job_id, last).state == "done"
    finally:
        last.kill()
        last.wait()


def set_due(company: Company, job_id: int, moment: datetime) -> None:
    """Let a job be due, whoever has held it."""
    with company.database.transaction(company.system) as session:
        session.execute(update(Job).where(Job.id == job_id).values(due_at=moment))


def wait_for_end(company: Company, job_id: int, worker: subprocess.Popen[bytes] | None = None) -> Job:
    """Return the job when it has ended, however it ended; ``worker`` must live as long."""
    until = time.monotonic() + PATIENCE
    while (job := find_job(company, job_id)).finished_at is None:
        assert worker is None or worker.poll() is None, "The worker could not work."
        assert time.monotonic() < until, f"The job stands still: {job.state} {job.done} {job.error}"
        time.sleep(0.1)
    return job
