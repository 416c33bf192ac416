"""Imports through the pages, done by a worker of its own as `kartoteka run` does them.

The first list is imported alone: how quickly, and what the worker holds more the longer it goes on. While the second
one is imported, one client is changed again and again: that is how long a clerk waits meanwhile.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from whole import Fact, held_memory

from kartoteka.app import create_app
from kartoteka.builtin.access.service import ensure_administrator, give_role
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.modules.overview import requirements
from kartoteka.builtin.modules.service import switch_on
from kartoteka.builtin.users.service import add_user
from kartoteka.builtin.users.signing_in import open_sign_in
from kartoteka.config import Config
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.db.migrate import upgrade
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation, open_installation

SYSTEM = Actor.system("bench")
SECRET = "only for measuring"
PAUSE = 0.1
FIRST_PART = 0.2
"""The share of the rows after which the worker holds all that it needs."""
TITLES = "ID;Pavadinimas;Kodas;PVM kodas;Telefonas;El. paštas;Pastabos"
FIELDS = ["external_id", "name", "registration_code", "vat_code", "phone", "email", "notes"]
MAPPING = {
    "title": TITLES.split(";"),
    "field": FIELDS,
    "key": "external_id",
    "source": "bench",
    "option-kind": "company",
}


@dataclass(frozen=True)
class Clerk:
    """Somebody who may do everything, in a browser, and the database behind it."""

    browser: Any
    database: Database

    def post(self, path: str, values: dict[str, Any]) -> str:
        """Send a form and return the address that it leads to."""
        answer = self.browser.post(path, data=values)
        if answer.status_code != 302:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return str(answer.headers["Location"])

    def job_of(self, here: str) -> Job:
        """Return the job that an import waits for; others may be on the timetable meanwhile."""
        with self.database.reading(SYSTEM) as session:
            return session.scalars(
                select(Job).join(Import, Import.job_id == Job.id).where(Import.id == _id(here))
            ).one()


def importing(url: str, rows: int) -> list[Fact]:
    """Import two lists of so many rows into an empty database and tell how it went."""
    with tempfile.TemporaryDirectory() as folder:
        installation = open_installation(Config(database=url, secret=SECRET, instance=folder))
        try:
            clerk = _prepare(installation)
            with _worker(url, folder) as process:
                alone = _alone(clerk, process.pid, rows)
                beside = _beside(clerk, rows, is_bound=make_url(url).get_backend_name() == "sqlite")
            _check(clerk, 2 * rows + 1)
        finally:
            installation.database.dispose()
    return [*alone, *beside]


def _alone(clerk: Clerk, worker: int, rows: int) -> list[Fact]:
    """Import a list while nothing else happens."""
    here = _upload(clerk, rows, first=0)
    clerk.post(f"{here}/columns", MAPPING)
    dry_run = _until_done(clerk, here, lambda _job: None)
    early, later = [0.0], [0.0]

    def look(job: Job) -> None:
        held = held_memory(worker) or 0.0
        (early if (job.done or 0) < FIRST_PART * rows else later).append(held)

    clerk.post(f"{here}/start", {"duplicates": "skip"})
    seconds = _until_done(clerk, here, look)
    facts = [
        Fact(f"rows of a dry run a second, {rows:,} rows", rows / dry_run),
        Fact(f"companies imported a second through the page, {rows:,} rows", rows / seconds, least=2_000.0),
    ]
    if max(early):
        grown = max(0.0, max(later) - max(early))
        facts.append(Fact("memory that an import takes more after a fifth of it, MiB", grown, most=16.0))
    return facts


def _beside(clerk: Clerk, rows: int, *, is_bound: bool) -> list[Fact]:
    """Import a list while a client is saved again and again."""
    saved = clerk.post("/clients/new", {"kind": "company", "company_name": "UAB Sava"})
    here = _upload(clerk, rows, first=rows)
    times: list[float] = []

    def save(_job: Job) -> None:
        begun = time.perf_counter()
        clerk.post(f"{saved}/edit", {"kind": "company", "company_name": f"UAB Sava {begun}"})
        times.append(time.perf_counter() - begun)

    for path, values in (("columns", MAPPING), ("start", {"duplicates": "skip"})):
        clerk.post(f"{here}/{path}", values)
        _until_done(clerk, here, save)
    times.sort()
    title = f"a clerk's save while {rows:,} rows are imported"
    return [
        Fact(f"{title}, median, s", times[len(times) // 2]),
        Fact(f"{title}, slowest of {len(times)}, s", times[-1], most=1.0 if is_bound else None),
    ]


def _until_done(clerk: Clerk, here: str, meanwhile: Callable[[Job], None]) -> float:
    """Do something again and again until an import's job is done; return the seconds that it took from its start."""
    while (job := clerk.job_of(here)).finished_at is None or job.started_at is None:
        meanwhile(job)
        time.sleep(PAUSE)
    if job.state != "done":
        raise RuntimeError(f"The import ended: {job.state} {job.error}")
    return (job.finished_at - job.started_at).total_seconds()


def _prepare(installation: Installation) -> Clerk:
    """Make an empty company with all modules on and return somebody who is signed in."""
    database = installation.database
    upgrade(database, lineages(installation.registry))
    app = create_app(installation=installation)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    needed = requirements(installation.registry)
    with database.transaction(SYSTEM) as session:
        for name in needed:
            switch_on(session, needed, name)
        user = add_user(session, {"login": "bench", "name": "Bench"}, password="bench-bench-7")
        give_role(session, user.id, ensure_administrator(session).id)
        token = open_sign_in(session, user.id, agent="bench")
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept.update({"_user_id": token, "_fresh": True})
    return Clerk(browser, database)


@contextmanager
def _worker(url: str, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    values = {"KARTOTEKA_DATABASE": url, "KARTOTEKA_SECRET": SECRET, "KARTOTEKA_INSTANCE": folder}
    command = [str(Path(sys.executable).with_name("kartoteka")), "worker"]
    process = subprocess.Popen(command, env={**os.environ, **values}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _upload(clerk: Clerk, rows: int, first: int) -> str:
    """Upload a list, take it as it was understood, and return the address of its import."""
    sent = {"target": "clients.clients", "file": (io.BytesIO(_companies(range(first, first + rows))), "companies.csv")}
    here = clerk.post("/importing/new", sent).rsplit("/", 1)[0]
    with clerk.database.reading(SYSTEM) as session:
        form = dict(session.scalars(select(Import).where(Import.id == _id(here))).one().form)
    clerk.post(f"{here}/file", {**form, "do": "next"})
    return here


def _id(here: str) -> int:
    return int(here.rsplit("/", 1)[1])


def _companies(numbers: range) -> bytes:
    lines = (
        f"{n};UAB Langas {n} ir partneriai;{300_000_000 + n};LT{100_000_000 + n};+3706{n:07};info@langas{n}.lt;Nr. {n}"
        for n in numbers
    )
    return "\n".join([TITLES, *lines]).encode()


def _check(clerk: Clerk, expected: int) -> None:
    with clerk.database.reading(SYSTEM) as session:
        found = session.scalar(select(func.count()).select_from(Client))
    if found != expected:
        raise RuntimeError(f"There are {found} clients instead of {expected}.")
