"""Jobs in every state, for the pages that show them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import Message

WARNINGS = ["Line 17: the e-mail “info@” is not complete.", "Line 230: there is no country “Lituania”."]


def add_jobs(session: Session) -> dict[str, int]:
    """Add jobs that wait, run, are done and have failed; returns their ids."""
    rasa = session.scalar(select(User.id).where(User.login == "rasa"))
    now = utc_now()
    names = {
        "job": {"state": "running", "token": "t", "done": 41_500, "of": 100_000, "worked_seconds": 19.0},
        "job_done": {"state": "done", "done": 5730, "of": 5730, "worked_seconds": 2.4, "url": "/clients/"},
        "job_failed": {"state": "failed", "done": 1200, "of": 5730, "worked_seconds": 1.4},
    }
    names["job_done"] |= {"message": Message("5,730 lines are read."), "warnings": WARNINGS, "warned": 2}
    names["job_failed"] |= {"error": Message("The file has changed since it was checked.")}
    made: dict[str, int] = {}
    for name, values in names.items():
        made[name] = enqueue(session, "jobs.clean_up", title="Import of klientai-2026.csv")
        ended = None if values["state"] == "running" else now
        due = now + timedelta(days=1)
        begun = {"user_id": rasa, "started_at": now - timedelta(seconds=20), "finished_at": ended, "due_at": due}
        session.execute(update(Job).where(Job.id == made[name]).values(**values, **begun))
    return made
