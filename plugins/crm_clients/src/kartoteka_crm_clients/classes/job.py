"""Classifying in the background: on the first of every month, and when somebody asks for it."""

from __future__ import annotations

from kartoteka.api.db import Session
from kartoteka.api.declare import Job, RunningJob, Schedule
from kartoteka.api.errors import Refused
from kartoteka.api.texts import Texts
from kartoteka.api.web import today
from kartoteka_crm_clients.classes.service import classify

_ = Texts("crm_clients")

JOB = "crm_clients.classify"


def run(session: Session, job: RunningJob) -> None:
    """Classify all clients; one step, because the database does it in one statement."""
    try:
        classify(session, today())
    except Refused as refused:
        job.finish(refused.message)
    else:
        job.finish(_("All clients are classified."), "/crm_clients/classes/")


JOBS = [Job(name="classify", title=_("Classify clients by turnover"), run=run)]
SCHEDULES = [Schedule(job=JOB, cron="0 5 1 * *", title=_("On the first of every month at 5"))]
