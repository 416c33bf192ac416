"""Jobs are done step by step, for the user who asked, as one operation, and nothing is done twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.builtin.jobs import queries
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.actor import Actor
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.testing import run_jobs

NOTE = "crm_visits.note"


def ask(company: Any, name: str = NOTE, actor: Actor | None = None, **payload: Any) -> int:
    with company.database.transaction(actor or company.system) as session:
        return enqueue(session, name, payload, title="Notes for everybody")


def job_of(company: Any, job_id: int) -> queries.JobView:
    with company.database.reading(company.system) as session:
        return queries.view_job(session, job_id)


def notes(company: Any) -> list[str]:
    with company.database.reading(company.system) as session:
        return [each or "" for each in session.scalars(select(Client.notes).order_by(Client.id))]


def test_a_job_is_done_in_steps_as_one_operation_of_its_user(office: Any) -> None:
    user = office.add_user("administrator", name="Rasa")
    job_id = ask(office, actor=office.actor(user))
    assert job_of(office, job_id).state == "waiting"
    assert run_jobs(office) == 1
    job = job_of(office, job_id)
    assert (job.state, job.done, job.of, job.url) == ("done", 5, 5, "/clients/")
    assert str(job.message) == "5 clients have notes."
    assert notes(office) == list("01234")
    with office.database.reading(office.system) as session:
        (operation,) = session.scalars(select(Operation).where(Operation.title == "Notes for everybody"))
        entries = list(session.scalars(select(JournalEntry.record_id).where(JournalEntry.operation_id == operation.id)))
    assert (operation.user_id, operation.id, len(entries)) == (user, job.operation_id, 5)
    assert run_jobs(office) == 0
