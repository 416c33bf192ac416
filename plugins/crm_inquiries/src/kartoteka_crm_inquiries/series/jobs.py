"""Makes the occurrences of series that come into view, each night."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.api.db import Session, find, utc_now
from kartoteka.api.declare import Job, RunningJob, Schedule
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.queries import ending_series
from kartoteka_crm_inquiries.series.rules import horizon
from kartoteka_crm_inquiries.series.service import settle_series

_ = Texts("crm_inquiries")

STEP = 20


def extend_series(session: Session, job: RunningJob) -> None:
    """Make what is missing of twenty series; again while there are more."""
    ids = ending_series(session, horizon(utc_now()), STEP)
    for series_id in ids:
        series = find(session, Series, series_id)
        settle_series(session, series, since=series.made_until + timedelta(seconds=1), can_refuse=False)
        if job.time_is_up:
            break
    if ids:
        job.again()


JOBS = [Job(name="extend_series", title=_("Make activities that repeat"), run=extend_series)]
SCHEDULES = [
    Schedule(job="crm_inquiries.extend_series", cron="40 3 * * *", title=_("Make activities that repeat")),
]
