"""Does jobs inside a test, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kartoteka.testing.company import Company

_MOST = 10_000


def run_jobs(company: Company) -> int:
    """Do all jobs that are due, those of schedules too, until none is left; return how often one was taken up.

    A job that failed and waits for its next try is not due; move the clock to get there.
    """
    worker = company.worker
    worker.timetable.look()
    for number in range(_MOST):
        if not worker.do_next():
            return number
    raise AssertionError(f"Jobs make jobs without end: {_MOST} were done.")
