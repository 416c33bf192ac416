"""Work that goes beyond one record: announcements after the commit, jobs, notifications, number series."""

from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.builtin.notifications.queries import days_ahead
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.announce import announce
from kartoteka.db.series import next_number

__all__ = ["announce", "days_ahead", "enqueue", "job_url", "next_number", "notify"]
