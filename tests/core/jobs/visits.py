"""A module with jobs for the tests; run as a program it is a worker process of a company that has it.

``python -m tests.core.jobs.visits URL LEASE_SECONDS``
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy import select

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.clients import Client, change_client, create_client
from kartoteka.api.db import Session
from kartoteka.api.declare import Job, Module, Permission, RunningJob, Schedule
from kartoteka.api.errors import Refused
from kartoteka.api.texts import Texts

_ = Texts("crm_visits")
NOTE, GUARDED, SINGLE = "crm_visits.note", "crm_visits.guarded", "crm_visits.single"
MAKE, LONG, SLOW = "crm_visits.make", "crm_visits.long", "crm_visits.slow"
STEP = 10
SECRET = "a secret name"


def note_steps(session: Session, job: RunningJob) -> None:
    """Write the number of the step into the notes of one client; ``fail_at`` and ``refuse_at`` let a step raise."""
    ids = list(session.scalars(select(Client.id).order_by(Client.id)))
    at = job.checkpoint.get("at", 0)
    client = session.scalars(select(Client).where(Client.id == ids[at])).one()
    change_client(session, client.id, {"notes": f"{client.notes or ''}{at}"}, version=client.version)
    job.checkpoint["at"] = at + 1
    job.report(at + 1, len(ids))
    job.warn(_("Client %(number)s was odd.", number=at))
    if at == job.payload.get("fail_at") and job.attempt <= job.payload.get("failures", 99):
        raise ZeroDivisionError(SECRET)
    if at == job.payload.get("refuse_at"):
        raise Refused(_("Not this one."))
    if at + 1 < len(ids):
        job.again()
    else:
        job.finish(_("%(count)s clients have notes.", count=len(ids)), "/clients/")


def make_clients(session: Session, job: RunningJob) -> None:
    """Enter ``many`` clients, ten in a step."""
    made, many = job.checkpoint.get("made", 0), job.payload["many"]
    for number in range(made, min(made + STEP, many)):
        create_client(session, {"kind": "company", "company_name": f"Made {number:04}"})
        time.sleep(0.005)
    job.checkpoint["made"] = min(made + STEP, many)
    job.report(job.checkpoint["made"], many)
    if job.checkpoint["made"] < many:
        job.again()


def take_long(session: Session, job: RunningJob) -> None:
    """Take longer than it may."""
    time.sleep(job.payload["seconds"])


class EntryPoint:
    """The module as it would be found when it was installed."""

    dist = None
    name = "crm_visits"
    value = "crm_visits.plugin"

    @staticmethod
    @cache
    def load() -> Any:
        plugin: Any = ModuleType("crm_visits")
        facts = {"name": "crm_visits", "title": _("Visits"), "description": _("Who went where."), "version": "1"}
        plugin.register_module = hookimpl(lambda: Module(api=API_VERSION, **facts))
        allowed = Permission(name="crm_visits.note", title=_("Note"), description=_("Note."))
        plugin.register_permissions = hookimpl(lambda: [allowed])
        jobs = [
            Job(name="note", title=_("Notes"), run=note_steps, retries=2),
            Job(name="guarded", title=_("Notes"), run=note_steps, permission="crm_visits.note"),
            Job(name="single", title=_("Notes"), run=note_steps, unique_by=("list",)),
            Job(name="make", title=_("Make clients"), run=make_clients, retries=20),
            Job(name="long", title=_("Long"), run=take_long),
            Job(name="slow", title=_("Slow"), run=take_long, retries=0, timeout=timedelta(seconds=0.3)),
        ]
        schedule = Schedule(job=NOTE, cron="0 7 * * *", title=_("Every morning"))
        plugin.register_jobs = hookimpl(lambda: jobs)
        plugin.register_schedules = hookimpl(lambda: [schedule])
        return plugin


def main(url: str, lease: str) -> None:
    """Work as ``kartoteka worker`` does."""
    from dataclasses import replace

    from kartoteka.builtin.jobs.worker import Worker
    from kartoteka.config import Config
    from kartoteka.installation import open_installation
    from kartoteka.workers import open_workshop

    installation = open_installation(
        Config(database=url, secret="for tests and nothing else"), entry_points=[EntryPoint()]
    )
    workshop = replace(open_workshop(installation), lease=timedelta(seconds=float(lease)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    Worker(workshop).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
