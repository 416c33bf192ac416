"""A company with a module whose jobs the tests ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.clients import Client, change_client
from kartoteka.api.db import Session
from kartoteka.api.declare import Job, Module, Permission, RunningJob, Schedule
from kartoteka.api.errors import Refused
from kartoteka.api.texts import Texts
from kartoteka.testing.databases import chosen_kinds

_ = Texts("crm_visits")


def note_steps(session: Session, job: RunningJob) -> None:
    """Write a number into the notes of one client a step; ``fail_at`` lets a step raise."""
    ids = list(session.scalars(select(Client.id).order_by(Client.id)))
    at = job.checkpoint.get("at", 0)
    if at == job.payload.get("fail_at") and job.attempt <= job.payload.get("failures", 99):
        raise ZeroDivisionError("a secret name")
    if at == job.payload.get("refuse_at"):
        raise Refused(_("Not this one."))
    client = session.scalars(select(Client).where(Client.id == ids[at])).one()
    change_client(session, client.id, {"notes": f"{client.notes or ''}{at}"}, version=client.version)
    job.checkpoint["at"] = at + 1
    job.report(at + 1, len(ids))
    if at + 1 < len(ids):
        job.again()
    else:
        job.finish(_("%(count)s clients have notes.", count=len(ids)), "/clients/")


class _EntryPoint:
    dist = None
    name = "crm_visits"
    value = "crm_visits.plugin"

    def load(self) -> Any:
        plugin: Any = ModuleType("crm_visits")
        facts = {"name": "crm_visits", "title": _("Visits"), "description": _("Who went where."), "version": "1"}
        plugin.register_module = hookimpl(lambda: Module(api=API_VERSION, **facts))
        allowed = Permission(name="crm_visits.note", title=_("Note"), description=_("Note."))
        plugin.register_permissions = hookimpl(lambda: [allowed])
        jobs = [
            Job(name="note", title=_("Notes"), run=note_steps, retries=2),
            Job(name="guarded", title=_("Notes"), run=note_steps, permission="crm_visits.note"),
            Job(name="single", title=_("Notes"), run=note_steps, unique_by=("list",)),
        ]
        schedule = Schedule(job="crm_visits.note", cron="0 7 * * *", title=_("Every morning"))
        plugin.register_jobs = hookimpl(lambda: jobs)
        plugin.register_schedules = hookimpl(lambda: [schedule])
        return plugin


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Any:
    """A company with five clients and the module switched on."""
    company = company_on(request.param, modules=["crm_visits"], entry_points=[_EntryPoint()])
    for number in range(5):
        company.add_client(f"Client {number}")
    return company
