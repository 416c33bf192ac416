"""The jobs that send planned reports: one finds those that are due, the other sends one for its user."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.reports import service
from kartoteka.builtin.settings.queries import TIMEZONE, stored_settings
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import FALLBACK_ZONE


def find_due(session: Session, job: RunningJob) -> None:
    """Ask for the sending of all reports that are due."""
    zones = {row.id: row.timezone for row in session.execute(select(User.id, User.timezone))}
    fallback = stored_settings(session).get(TIMEZONE) or FALLBACK_ZONE
    if service.enqueue_due(session, zones, fallback) == service.AT_ONCE:
        job.again()


def make(job: RunningJob) -> None:
    """Make the file of one report, as its user sees it, while nobody waits for a transaction."""
    job.found = service.make_planned(int(job.payload["plan"]))


def send(session: Session, job: RunningJob) -> None:
    """Send the report that was made."""
    if service.send_planned(session, int(job.payload["plan"]), job.found):
        job.finish(_("The report is sent."), url="/reports/planned")
    else:
        job.finish(_("The report could not be sent; the list of scheduled reports says why."), url="/reports/planned")


JOBS = [
    Job(name="find_due", title=_("Find scheduled reports that are due"), run=find_due),
    Job(name="send", title=_("Send a scheduled report by e-mail"), run=send, outside=make),
]
SCHEDULES = [Schedule(job="reports.find_due", cron="*/5 * * * *", title=_("Every five minutes"))]
