"""How long a clerk's save takes while a long list is imported: ``python tests/bench/while_importing.py [ROWS] [URL]``.

A worker of its own imports companies into a new database (SQLite unless an empty one is named), as `kartoteka run` does
it; meanwhile one client is changed again and again through the pages.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kartoteka.app import create_app
from kartoteka.builtin.access.service import ensure_administrator, give_role
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.users.service import add_user
from kartoteka.builtin.users.signing_in import open_sign_in
from kartoteka.config import Config
from kartoteka.db.actor import Actor
from kartoteka.db.migrate import upgrade
from kartoteka.extension.lineages import lineages
from kartoteka.installation import open_installation

SYSTEM = Actor.system("bench")
SECRET = "only for measuring"
TITLES = "ID;Pavadinimas;Kodas;PVM kodas;Telefonas;El. paštas;Pastabos"


def companies(count: int) -> bytes:
    """Return a list of so many companies."""
    lines = (
        f"{n};UAB Langas {n} ir partneriai;{300_000_000 + n};LT{100_000_000 + n};+3706{n:07};info@langas{n}.lt;Nr. {n}"
        for n in range(count)
    )
    return "\n".join([TITLES, *lines]).encode()


@contextmanager
def worker(url: str, folder: str) -> Any:
    """Run a worker."""
    values = {"KARTOTEKA_DATABASE": url, "KARTOTEKA_SECRET": SECRET, "KARTOTEKA_INSTANCE": folder}
    command = [str(Path(sys.executable).with_name("kartoteka")), "worker"]
    process = subprocess.Popen(command, env={**os.environ, **values}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_of(process: int) -> int:
    """Return the most memory that a process has had, in MB (Linux)."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) // 1024 if found else 0


def main(rows: int, url: str | None) -> None:
    """Measure and print."""
    folder = tempfile.mkdtemp()
    url = url or f"sqlite:///{folder}/kartoteka.db"
    installation = open_installation(Config(database=url, secret=SECRET, instance=folder))
    database = installation.database
    upgrade(database, lineages(installation.registry))
    app = create_app(installation=installation)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with database.transaction(SYSTEM) as session:
        user = add_user(session, {"login": "bench", "name": "Bench"}, password="bench-bench-7")
        give_role(session, user.id, ensure_administrator(session).id)
        token = open_sign_in(session, user.id, agent="bench")
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept.update({"_user_id": token, "_fresh": True})
    saved = browser.post("/clients/new", data={"kind": "company", "company_name": "UAB Sava"}).headers["Location"]
    sent = {"target": "clients.clients", "file": (io.BytesIO(companies(rows)), "companies.csv")}
    here = browser.post("/importing/new", data=sent).headers["Location"].rsplit("/", 1)[0]
    number = int(here.rsplit("/", 1)[1])
    with database.reading(SYSTEM) as session:
        form = dict(session.scalars(select(Import).where(Import.id == number)).one().form)
    browser.post(f"{here}/file", data={**form, "do": "next"})
    fields = ["external_id", "name", "registration_code", "vat_code", "phone", "email", "notes"]
    mapping = {"title": TITLES.split(";"), "field": fields, "key": "external_id", "source": "bench"}
    with worker(url, folder) as process:
        time.sleep(3)
        for phase in ("columns", "start"):
            begun = time.perf_counter()
            assert browser.post(f"{here}/{phase}", data={**mapping, "option-kind": "company"}).status_code == 302
            times = _save_meanwhile(browser, database, saved)
            seconds = time.perf_counter() - begun
            title = "dry run" if phase == "columns" else "import"
            print(
                f"{title}: {rows / seconds:.0f} rows/s beside {len(times)} saves: "
                f"median {times[len(times) // 2]:.3f} s, 99 % {times[int(len(times) * 0.99)]:.3f} s, "
                f"slowest {times[-1]:.3f} s; worker's memory {memory_of(process.pid)} MB"
            )
    with database.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Client)) == rows + 1


def _save_meanwhile(browser: Any, database: Any, path: str) -> list[float]:
    times = []
    while True:
        begun = time.perf_counter()
        answer = browser.post(f"{path}/edit", data={"kind": "company", "company_name": f"UAB Sava {begun}"})
        times.append(time.perf_counter() - begun)
        assert answer.status_code == 302, answer.text
        with database.reading(SYSTEM) as session:
            job = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
        if job.finished_at is not None:
            assert job.state == "done", job.error
            return sorted(times)
        time.sleep(0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else None)
