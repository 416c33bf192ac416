"""The search for duplicates: every night, and when somebody asks for it (CL-42).

What compares names and addresses is loaded when a search begins: no page needs it but that of the pairs, and it would
take four MiB of every process.
"""

from __future__ import annotations

from kartoteka.builtin.clients.fields import MERGE
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import text as _

SEARCH_JOB = "clients.find_similar"
EVERYTHING = {"of": "all"}
"""What the job is asked for: there is only one search at a time."""


def look(job: RunningJob) -> None:
    """Read or compare for a while; nothing is written and nobody waits."""
    from kartoteka.builtin.clients.pairs import search

    search.look(job)


def store(session: Session, job: RunningJob) -> None:
    """Store what was found, and go on with the next step."""
    from kartoteka.builtin.clients.pairs import search

    search.store(session, job)


JOBS = [
    Job(
        name="find_similar",
        title=_("Search for duplicates"),
        run=store,
        outside=look,
        permission=MERGE,
        unique_by=tuple(EVERYTHING),
    )
]
SCHEDULES = [Schedule(job=SEARCH_JOB, cron="40 3 * * *", title=_("Every night"))]
