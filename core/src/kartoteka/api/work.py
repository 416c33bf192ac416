"""Work that goes beyond one record: announcements after the commit, jobs, number series."""

from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.db.announce import announce
from kartoteka.db.series import next_number

__all__ = ["announce", "enqueue", "job_url", "next_number"]
