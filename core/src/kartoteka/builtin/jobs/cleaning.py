"""Removes jobs that ended long ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select

from kartoteka.builtin.jobs.models import DONE, Job
from kartoteka.db.chunks import CHUNK
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.message import plural_text

KEPT = timedelta(days=30)
KEPT_FAILED = timedelta(days=90)


def clean_up(session: Session, job: RunningJob) -> None:
    """Remove jobs done 30 days ago, and those that failed or were stopped 90 days ago; undo is kept as long."""
    now = utc_now()
    is_old = or_((Job.state == DONE) & (Job.finished_at < now - KEPT), Job.finished_at < now - KEPT_FAILED)
    ids = list(session.scalars(select(Job.id).where(is_old).order_by(Job.id).limit(CHUNK)))
    session.execute(delete(Job).where(Job.id.in_(ids)), execution_options={"synchronize_session": False})
    job.report((job.done or 0) + len(ids))
    if len(ids) == CHUNK:
        job.again()
    else:
        job.finish(plural_text("One old job is removed.", "%(count)s old jobs are removed.", job.done or 0))
