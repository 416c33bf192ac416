"""What tests that kill workers have in common: a worker as a process of its own, and waiting for a job.

``KARTOTEKA_TEST_KILLS`` says how often a worker is killed in each test.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from kartoteka.builtin.jobs.models import Job
from kartoteka.testing.company import Company

KILLS = int(os.environ.get("KARTOTEKA_TEST_KILLS", "2"))
PATIENCE = 180


@contextmanager
def worker(company: Company) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as a process of its own; it is killed when the block ends."""
    environment = {
        **os.environ,
        "KARTOTEKA_DATABASE": company.database.url.render_as_string(hide_password=False),
        "KARTOTEKA_SECRET": company.installation.config.secret,
        "KARTOTEKA_INSTANCE": str(company.database.files),
    }
    command = [str(Path(sys.executable).with_name("kartoteka")), "worker", "--lease", "1.2"]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def wait(company: Company, job_id: int, ready: Callable[[Job], object]) -> Job:
    """Return the job as soon as it is as wanted."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with company.database.reading(company.system) as session:
            job = session.scalars(select(Job).where(Job.id == job_id)).one()
        if ready(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"The job stands still: {job.state} {job.done} {job.error}")


def kill_again_and_again(company: Company, job_id: int, check: Callable[[int], None], moment: float = 0.3) -> None:
    """Kill workers at random moments of a job; ``check`` is told after each how many are done. Then let it end.

    ``moment`` is how many seconds after a step a worker lives at most.
    """
    done, chance = 0, random.Random()
    for _each in range(KILLS):
        with worker(company):
            job = wait(company, job_id, lambda job, done=done: (job.done or 0) > done or job.finished_at)
            assert job.finished_at is None, "it was killed while it worked"
            time.sleep(chance.uniform(0, moment))
        done = wait(company, job_id, lambda job: True).done or 0
        check(done)
    with worker(company):
        job = wait(company, job_id, lambda job: job.finished_at)
    assert job.state == "done", job.error
