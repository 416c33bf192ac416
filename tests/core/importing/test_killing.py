"""A worker killed at any point of an import: it goes on behind the last step, no row twice and none missing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.jobs.models import Job
from kartoteka.db.journal import JournalEntry
from tests.core.importing.conftest import Importer, numbers

KILLS = int(os.environ.get("KARTOTEKA_TEST_KILLS", "4"))
ROWS = 700 * KILLS
PATIENCE = 180


@contextmanager
def worker(company) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as a process of its own."""
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


def wait(company, job_id: int, ready) -> Job:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with company.database.reading(company.system) as session:
            job = session.scalars(select(Job).where(Job.id == job_id)).one()
        if ready(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"The import stands still: {job.state} {job.done} {job.error}")


def stored(company) -> tuple[int, int, int]:
    """Return how many clients there are, with how many external numbers, and how many the journal has created."""
    with company.database.reading(company.system) as session:
        clients = session.execute(select(func.count(Client.id), func.count(Client.external_id.distinct()))).one()
        about = select(func.count(JournalEntry.id)).where(JournalEntry.kind == "clients.client")
        return (*clients, session.scalar(about.where(JournalEntry.action == "created")) or 0)


def test_a_killed_import_goes_on_where_it_was(importer: Importer):
    rows = [f"{number};UAB Langas {number};+3706{number:07};info{number}@langas.lt" for number in range(ROWS)]
    # Every tenth line stands there again, far away: what was seen must survive the process too.
    text = "\n".join(["ID;Pavadinimas;Telefonas;El. paštas", *rows, *rows[::10]]) + "\n"
    company = importer.company
    number = importer.begin(text.encode(), "langai.csv")
    importer.go_on(number)
    wanted = (ROWS, 0, (ROWS + 9) // 10, 0, 0, 0)
    assert numbers(importer.check(number)) == wanted
    assert importer.browser.post(f"/importing/{number}/start").status_code == 302
    job_id = importer.row(number).job_id
    done, chance = 0, random.Random()
    for _each in range(KILLS):
        with worker(company):
            job = wait(company, job_id, lambda job, done=done: (job.done or 0) > done or job.finished_at)
            assert job.finished_at is None, "it was killed while it worked"
            time.sleep(chance.uniform(0, 0.3))
        done = wait(company, job_id, lambda job: True).done or 0
        created, different, journaled = stored(company)
        assert created == different == journaled
    with worker(company):
        job = wait(company, job_id, lambda job: job.finished_at)
    assert job.state == "done", job.error
    assert stored(company) == (ROWS, ROWS, ROWS)
    assert numbers(importer.row(number).result) == wanted
    again, _done = importer.import_all(text.encode(), "langai.csv")
    assert numbers(again) == (0, 0, ROWS + (ROWS + 9) // 10, 0, 0, 0)
