"""What tests that kill workers have in common: workers as processes of their own, and waiting for a job.

``KARTOTEKA_TEST_KILLS`` says how often a worker is killed in each test.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, repeat
from pathlib import Path

from sqlalchemy import select

from kartoteka.builtin.jobs.models import Job
from kartoteka.testing.company import Company

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KARTOTEKA_TEST_KILLS", "2"))
STEPS = 2 * KILLS + 1
"""How many steps a job must have at least, so that its worker can be killed that often while it works."""
PATIENCE = 180


def start_worker(company: Company, *program: str) -> subprocess.Popen[bytes]:
    """Start a worker of the company as a process of its own."""
    environment = {
        **os.environ,
        "KARTOTEKA_DATABASE": company.database.url.render_as_string(hide_password=False),
        "KARTOTEKA_SECRET": company.installation.config.secret,
        "KARTOTEKA_INSTANCE": str(company.database.files),
    }
    command = [*program, "worker", "--lease", "1.2"]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


def find_job(company: Company, job_id: int) -> Job:
    """Return the job as it stands in the database."""
    with company.database.reading(company.system) as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def ways_to_die() -> Iterator[str]:
    """Yield how each of the workers dies: two in one step, before it begins or anywhere in it, then one in a later one.

    More than two in one step might be the end of the job, for a job whose workers die again and again is given up.
    """
    while True:
        yield from random.sample(["claimed", "anywhere"], 2)
        yield "later"


def kill_again_and_again(
    company: Company, job_id: int, check: Callable[[int], None], ways: Iterable[str] | None = None
) -> None:
    """Kill workers of a job; ``check`` is told after each how many are done. Then let it end.

    They die at random moments of their second step, or in other ``ways``.
    """
    for way in islice(ways or repeat("later"), KILLS):
        dead = start_worker(company, sys.executable, "-m", "tests.core.mortal_worker", str(job_id), way)
        assert dead.wait(PATIENCE) == -signal.SIGKILL
        job = find_job(company, job_id)
        assert job.finished_at is None, "it was killed while it worked"
        check(job.done or 0)
    last = start_worker(company, str(Path(sys.executable).with_name("kartoteka")))
    try:
        assert wait_for_end(company, job_id).state == "done"
    finally:
        last.kill()
        last.wait()


def wait_for_end(company: Company, job_id: int) -> Job:
    """Return the job when it has ended, however it ended."""
    until = time.monotonic() + PATIENCE
    while (job := find_job(company, job_id)).finished_at is None:
        assert time.monotonic() < until, f"The job stands still: {job.state} {job.done} {job.error}"
        time.sleep(0.1)
    return job
