"""The job that forgets old notifications, every night."""

from __future__ import annotations

from kartoteka.builtin.notifications.channels.reminding import forget_told
from kartoteka.builtin.notifications.service import AT_ONCE, KEPT, forget_old
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _


def forget(session: Session, job: RunningJob) -> None:
    """Forget some of the old notifications, and ask for another step while there are more."""
    number = forget_old(session)
    forget_told(session, utc_now() - KEPT)
    job.checkpoint["done"] = job.checkpoint.get("done", 0) + number
    job.report(job.checkpoint["done"])
    if number == AT_ONCE:
        job.again()
        return
    done = job.checkpoint["done"]
    job.finish(plural_text("%(count)s old notification deleted", "%(count)s old notifications deleted", done))


JOBS = [Job(name="forget", title=_("Delete old notifications"), run=forget)]
SCHEDULES = [Schedule(job="notifications.forget", cron="50 2 * * *", title=_("Every night"))]
