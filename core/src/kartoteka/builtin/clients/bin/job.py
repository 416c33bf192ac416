"""Every night what has been in the bin for its time is deleted for good."""

from __future__ import annotations

from kartoteka.builtin.clients.bin.service import overdue_ids, purge_clients
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _

_STEP = 20


def empty_bin(session: Session, job: RunningJob) -> None:
    """Delete clients whose time in the bin is up; what something refers to by now stays and is told."""
    state = job.checkpoint
    due = overdue_ids(session, utc_now(), state.get("after", 0), _STEP)
    for client_id in due:
        state["after"] = client_id
        try:
            with session.begin_nested():
                state["gone"] = state.get("gone", 0) + purge_clients(session, [client_id])
        except Refused as refused:
            job.warn(_("Client %(id)s stays in the bin. %(reason)s", id=client_id, reason=refused.message))
        if job.time_is_up:
            break
    job.report(state.get("gone", 0))
    if due:
        job.again()
    else:
        number = state.get("gone", 0)
        job.finish(
            plural_text("One client was deleted permanently.", "%(count)s clients were deleted permanently.", number)
        )


JOBS = [Job(name="empty_bin", title=_("Permanently delete what was in the bin for 30 days"), run=empty_bin)]
SCHEDULES = [Schedule(job="clients.empty_bin", cron="15 3 * * *", title=_("Every night"))]
