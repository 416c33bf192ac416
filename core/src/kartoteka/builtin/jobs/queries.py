"""Reads about jobs, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from kartoteka.builtin.jobs.models import FAILED, UNFINISHED, Job
from kartoteka.builtin.users.queries import name_of
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.stored import from_plain

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A job as its page shows it; ``rate`` is in things per second."""

    id: int
    name: str
    title: Translatable
    state: str
    user_id: int | None
    user_name: str | None
    done: int | None
    of: int | None
    worked_seconds: float
    message: Translatable | None
    error: Translatable | None
    url: str | None
    warnings: tuple[Translatable, ...]
    warned: int
    attempts: int
    is_stopping: bool
    due_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    operation_id: int | None

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNFINISHED

    @property
    def is_later(self) -> bool:
        """Whether it waits for a moment to come."""
        return self.is_unfinished and not self.started_at and self.due_at > utc_now() + timedelta(seconds=2)

    @property
    def rate(self) -> float | None:
        """How many things it does in a second of work; None while that can't be said."""
        if not self.done or self.worked_seconds < 0.1:
            return None
        return self.done / self.worked_seconds

    @property
    def seconds_left(self) -> int | None:
        """How long it will still take; None while that can't be said."""
        if self.rate is None or self.of is None or self.done is None or not self.is_unfinished:
            return None
        return round(max(self.of - self.done, 0) / self.rate)


def list_jobs(session: Session, *, before: int | None = None, unfinished: bool = False) -> list[JobView]:
    """Return jobs, the newest first, at most one more than a page has; ``before`` is the id of the last one seen."""
    statement = _views().order_by(Job.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(Job.id < before)
    if unfinished:
        statement = statement.where(Job.finished_at.is_(None))
    return [_view(row) for row in session.execute(statement)]


def view_job(session: Session, job_id: int) -> JobView:
    """Return one job; raises NotFound."""
    row = session.execute(_views().where(Job.id == job_id)).first()
    if row is None:
        raise NotFound
    return _view(row)


def _views() -> Select[Any]:
    return select(
        Job.id,
        Job.name,
        Job.title,
        Job.state,
        Job.user_id,
        name_of(Job.user_id).label("user_name"),
        Job.done,
        Job.of,
        Job.worked_seconds,
        Job.message,
        Job.error,
        Job.url,
        Job.warnings,
        Job.warned,
        Job.attempts,
        Job.cancelled_by,
        Job.due_at,
        Job.created_at,
        Job.started_at,
        Job.finished_at,
        Job.operation_id,
    )


def _view(row: Row[Any]) -> JobView:
    values = dict(row._mapping)
    values["warnings"] = tuple(from_plain(one) for one in values["warnings"])
    values["is_stopping"] = values.pop("cancelled_by") is not None and values["finished_at"] is None
    return JobView(**values)


@dataclass(frozen=True)
class JobStanding:
    """How a job stands, for the feature that asked for it: its state, and the operation of what it has changed."""

    state: str
    operation_id: int | None

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNFINISHED

    @property
    def has_failed(self) -> bool:
        """Whether it failed; it may have been stopped, or have done its work, too."""
        return self.state == FAILED


def standings_of(session: Session, job_ids: Collection[int]) -> dict[int, JobStanding]:
    """Return how jobs stand, whoever asked for them; those that were cleaned up are missing."""
    if not job_ids:
        return {}
    statement = select(Job.id, Job.state, Job.operation_id).where(Job.id.in_(job_ids))
    with as_system(session, reason="how jobs of a feature stand"):
        return {row.id: JobStanding(row.state, row.operation_id) for row in session.execute(statement)}


def is_at_work(session: Session, operation_id: int) -> bool:
    """Say whether an unfinished job, whoever asked for it, still adds to an operation."""
    statement = select(Job.id).where(Job.operation_id == operation_id, Job.finished_at.is_(None)).limit(1)
    with as_system(session, reason="job of an operation"):
        return session.scalar(statement) is not None


def job_numbers(connection: Connection) -> dict[str, float]:
    """Return what monitoring wants to know: unfinished jobs by state, and how long the most overdue one has waited."""
    now = utc_now()
    by_state = select(Job.state, func.count()).where(Job.finished_at.is_(None)).group_by(Job.state)
    found = {state: float(number) for state, number in connection.execute(by_state)}
    earliest = connection.scalar(select(func.min(Job.due_at)).where(Job.finished_at.is_(None)))
    numbers = {f'kartoteka_jobs{{state="{state}"}}': found.get(state, 0.0) for state in UNFINISHED}
    overdue = max((now - earliest).total_seconds(), 0.0) if earliest is not None else 0.0
    return {**numbers, "kartoteka_jobs_overdue_seconds": overdue}


def overdue_jobs(connection: Connection, most: int) -> list[int]:
    """Return the ids of jobs that somebody should take up, the longest due first."""
    statement = select(Job.id).where(Job.finished_at.is_(None), Job.due_at <= utc_now())
    return list(connection.scalars(statement.order_by(Job.due_at, Job.id).limit(most)))
