"""Forgets what calendar programs saw long ago."""

from __future__ import annotations

from kartoteka.builtin.dav.service import forget_old
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import text as _


def forget(session: Session, job: RunningJob) -> None:
    """Forget marks that no program can use any more."""
    forget_old(session)


JOBS = [Job(name="forget", title=_("Delete old calendar marks"), run=forget)]
SCHEDULES = [Schedule(job="dav.forget", cron="50 3 * * *", title=_("Delete old calendar marks"))]
