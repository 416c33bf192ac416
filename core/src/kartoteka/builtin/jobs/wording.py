"""How pages name what jobs are doing."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.builtin.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING
from kartoteka.builtin.jobs.queries import JobView
from kartoteka.db.clock import utc_now
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import current_formats

STATES = {
    WAITING: (_("Waiting"), "planned"),
    RUNNING: (_("Running"), "today"),
    DONE: (_("Done"), "done"),
    FAILED: (_("Failed"), "overdue"),
    CANCELLED: (_("Stopped"), "none"),
}
"""The title and the colour of each state."""

NEGLECTED = timedelta(minutes=1)
"""A job that has been due so long shows that no worker is there."""


def progress_of(job: JobView) -> Message | None:
    """Say how far a job is, such as "1,500 of 5,730"."""
    if job.done is None:
        return None
    number = current_formats().number
    if job.of is None:
        return plural_text("%(done)s done", "%(done)s done", job.done, done=number(job.done))
    return _("%(done)s of %(of)s", done=number(job.done), of=number(job.of))


def rate_of(job: JobView) -> Message | None:
    """Say how fast a job is."""
    if job.rate is None:
        return None
    if job.rate >= 1:
        return _("%(number)s a second", number=current_formats().number(round(job.rate)))
    return _("%(number)s a minute", number=current_formats().number(round(60 * job.rate)))


def time_left_of(job: JobView) -> Message | None:
    """Say how long a running job will still take, in the unit that a person would use."""
    seconds = job.seconds_left
    if seconds is None or job.state != RUNNING:
        return None
    if seconds < 60:
        return plural_text("about a second left", "about %(count)s seconds left", max(seconds, 1))
    if seconds < 3600:
        return plural_text("about a minute left", "about %(count)s minutes left", round(seconds / 60))
    return plural_text("about an hour left", "about %(count)s hours left", round(seconds / 3600))


def waits_for(job: JobView, *, is_installed: bool, is_on: bool) -> Message | None:
    """Say what a job that does not go on waits for, None when it need not wait."""
    if not job.is_unfinished:
        return None
    if not is_installed:
        return _("It waits: the module that does it is not installed.")
    if not is_on:
        return _("It waits until the module that does it is switched on.")
    if job.due_at < utc_now() - NEGLECTED:
        return _("It waits: no worker seems to be running. The administrator starts one with: kartoteka worker")
    return None
