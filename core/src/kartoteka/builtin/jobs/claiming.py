"""Which worker does which job: claims, leases, and what becomes of a job whose worker died."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from kartoteka.builtin.jobs.models import FAILED, RUNNING, Job
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import text as _

WORKER = Actor.system("jobs")
log = logging.getLogger("kartoteka.jobs")


class LeaseLost(Exception):
    """Somebody else does the job now, or it is gone."""


@dataclass(frozen=True)
class Held:
    """A job in the hands of this worker, as long as its lease lasts."""

    id: int
    name: str
    token: str
    user_id: int | None


def is_anything_due(database: Database, names: Sequence[str]) -> bool:
    """Say whether a worker should claim something, without taking the lock that writers need."""
    if not names:
        return False
    with database.glance() as connection:
        return connection.execute(_due(names, utc_now())).first() is not None


def claim(workshop: Workshop, names: Sequence[str], job_id: int | None = None) -> Held | None:
    """Take up the job that is due longest, or the one that is meant; None when there is none.

    A job whose last worker vanished too often ends here.
    """
    while True:
        with workshop.database.transaction(WORKER) as session:
            now = utc_now()
            due = _due(names, now) if job_id is None else _due(names, now).where(Job.id == job_id)
            row = session.execute(due.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            if not _died_too_often(workshop, row):
                return _take(session, row, now + workshop.lease)
            _bury(session, row.id)
            log.error("Job %s (%s) has failed: its worker died %d times.", row.id, row.name, row.attempts)


def renew(database: Database, held: Held, lease: timedelta) -> bool:
    """Say that the job is still being done; False when it is somebody else's."""
    with database.transaction(WORKER) as session:
        return write_held(session, held, due_at=utc_now() + lease)


def put_back(database: Database, held: Held) -> None:
    """Let others have the job; the try does not count."""
    with database.transaction(WORKER) as session:
        write_held(session, held, token=None, due_at=utc_now(), attempts=0)


def write_held(session: Session, held: Held, **values: object) -> bool:
    """Write down something about a job one holds; False when it is somebody else's."""
    statement = update(Job).where(Job.id == held.id, Job.token == held.token).values(**values)
    return bool(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)


def _due(names: Sequence[str], now: datetime):  # type: ignore[no-untyped-def]
    return (
        select(Job.id, Job.name, Job.user_id, Job.token, Job.attempts, Job.started_at)
        .where(Job.finished_at.is_(None), Job.due_at <= now, Job.name.in_(names))
        .order_by(Job.due_at, Job.id)
        .limit(1)
    )


def _died_too_often(workshop: Workshop, row) -> bool:  # type: ignore[no-untyped-def]
    return row.token is not None and row.attempts > workshop.job(row.name).retries


def _take(session: Session, row, until: datetime) -> Held:  # type: ignore[no-untyped-def]
    token = str(uuid.uuid4())
    values = {"state": RUNNING, "token": token, "due_at": until, "attempts": row.attempts + 1}
    session.execute(
        update(Job).where(Job.id == row.id).values(**values, started_at=row.started_at or utc_now()),
        execution_options={"synchronize_session": False},
    )
    return Held(row.id, row.name, token, row.user_id)


def _bury(session: Session, job_id: int) -> None:
    values = {"state": FAILED, "finished_at": utc_now(), "token": None}
    died = _("The worker died while it was doing this.")
    session.execute(
        update(Job).where(Job.id == job_id).values(**values, error=died),
        execution_options={"synchronize_session": False},
    )
