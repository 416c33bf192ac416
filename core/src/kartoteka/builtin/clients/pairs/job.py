"""The search for similar names, in the background: every night, and when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from kartoteka.builtin.clients.fields import MERGE
from kartoteka.builtin.clients.models import Client, SimilarClients
from kartoteka.builtin.clients.pairs.similar import SimilarNames
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

SEARCH_JOB = "clients.find_similar"
EVERYTHING = {"of": "all"}
"""What the job is asked for: there is only one search at a time."""
_READ = 2000
_WRITTEN = 500
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


@dataclass
class _Search:
    """A search at work in this process: names are read first, then compared."""

    names: SimilarNames = field(default_factory=SimilarNames)
    last_id: int = 0
    step: int = 0
    compared: int = 0
    comparing: Iterator[list[tuple[int, int, int]]] | None = None


_searches: dict[int, _Search] = {}


def find_similar(session: Session, job: RunningJob) -> None:
    """Do one step of the search; a step that comes to another process begins the search anew.

    Looks at all clients, whoever asked: a page shows only pairs of which its user sees both clients.
    """
    with as_system(session, reason="similar names are looked for among all clients"):
        search = _searches.get(job.id)
        if search is None or search.step != job.checkpoint.get("step", 0):
            search = _begin(session, job)
        search.step += 1
        job.checkpoint["step"] = search.step
        if search.comparing is None:
            _read_names(session, job, search)
        else:
            _compare(session, job, search)


def _begin(session: Session, job: RunningJob) -> _Search:
    _searches.clear()  # what is left of searches that were stopped
    session.execute(delete(SimilarClients).where(SimilarClients.search == job.id))
    search = _searches[job.id] = _Search()
    search.step = job.checkpoint.get("step", 0)
    return search


def _read_names(session: Session, job: RunningJob, search: _Search) -> None:
    living = select(Client.id, Client.name_key).where(Client.state.in_(_LIVING), Client.name_key != "")
    while not job.time_is_up:
        rows = session.execute(living.where(Client.id > search.last_id).order_by(Client.id).limit(_READ)).all()
        search.names.add((row.id, row.name_key) for row in rows)
        if len(rows) < _READ:
            search.comparing = search.names.pairs()
            break
        search.last_id = rows[-1].id
    job.again()


def _compare(session: Session, job: RunningJob, search: _Search) -> None:
    found: list[tuple[int, int, int]] = []
    is_done = True
    for pairs in search.comparing or ():
        found += pairs
        search.compared += 1
        if job.time_is_up or len(found) >= _WRITTEN:
            is_done = False
            break
    rows = ({"search": job.id, "first_id": one, "second_id": two, "score": score} for one, two, score in found)
    insert_rows(session, SimilarClients, rows)
    job.report(search.compared, search.names.size)
    if not is_done:
        job.again()
        return
    _searches.pop(job.id, None)
    session.execute(delete(SimilarClients).where(SimilarClients.search != job.id))
    names = len(search.names.ids)
    job.finish(plural_text("One name was compared.", "%(count)s names were compared.", names), url="/clients/pairs")


JOBS = [
    Job(
        name="find_similar",
        title=_("Search for similar names of clients"),
        run=find_similar,
        permission=MERGE,
        unique_by=tuple(EVERYTHING),
    )
]
SCHEDULES = [Schedule(job=SEARCH_JOB, cron="40 3 * * *", title=_("Every night"))]
