"""What the tests of jobs have in common: asking for jobs and looking at what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from kartoteka.api.clients import Client
from kartoteka.builtin.jobs import queries
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.jobs.worker import Worker
from kartoteka.db.actor import Actor
from kartoteka.workers import open_workshop
from tests.core.jobs.visits import NOTE


def ask(company: Any, name: str = NOTE, actor: Actor | None = None, **payload: Any) -> int:
    """Ask for a job and return its id."""
    with company.database.transaction(actor or company.system) as session:
        return enqueue(session, name, payload, title="Notes for everybody")


def job_of(company: Any, job_id: int) -> queries.JobView:
    """Return a job as the system sees it."""
    with company.database.reading(company.system) as session:
        return queries.view_job(session, job_id)


def notes(company: Any) -> list[str]:
    """Return the notes of all clients."""
    with company.database.reading(company.system) as session:
        return [each or "" for each in session.scalars(select(Client.notes).order_by(Client.id))]


def worker_of(company: Any, lease: float = 15) -> Worker:
    """Return a worker of this process."""
    return Worker(replace(open_workshop(company.installation), lease=timedelta(seconds=lease)))


def change(company: Any, job_id: int, **values: Any) -> None:
    """Write into the row of a job."""
    with company.database.transaction(company.system) as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))
