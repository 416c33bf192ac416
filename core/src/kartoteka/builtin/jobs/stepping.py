"""One step of a job: the work, its checkpoint, progress and completion in one commit, guarded by the worker's token."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from time import monotonic
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from kartoteka.builtin.jobs.claiming import WORKER, Held, LeaseLost, write_held
from kartoteka.builtin.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING
from kartoteka.builtin.jobs.models import Job as Kept
from kartoteka.builtin.jobs.workshop import Standing, Workshop
from kartoteka.builtin.modules.queries import state_version
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import continue_operation, name_operation, operation_begun
from kartoteka.db.session import Session, as_system, use_workplace
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import AlreadyThere, Busy, Conflict, Problem, Refused
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.stored import to_plain

log = logging.getLogger("kartoteka.jobs")
_PASSING = (Busy, Conflict, AlreadyThere)
"""Problems that are gone when one tries again."""
_MOST_WARNINGS = 200
_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)
_ASK_AGAIN_SECONDS = 3.0
"""How soon a step is told again to stop: Python drops what is raised while it happens to run a finalizer."""


class TookTooLong(BaseException):
    """The step did not end in time; no ``except Exception`` of a module may swallow it."""


class _RightsChanged(Exception):
    """Rights or modules were changed between reading them and beginning the step."""


def do_step(workshop: Workshop, held: Held) -> bool:
    """Do one step of a job that this worker holds; True when another one follows and the worker still holds it."""
    job = workshop.job(held.name)
    while True:
        try:
            with _deadline(job.timeout):
                return _commit_step(workshop, held, job)
        except _RightsChanged:
            continue
        except LeaseLost:
            log.warning("Job %s (%s) is done by somebody else meanwhile: the step was put back.", held.id, held.name)
        except TookTooLong:
            minutes = round(job.timeout.total_seconds() / 60, 1)
            text = _("One step took longer than %(minutes)s minutes, so it was stopped.", minutes=minutes)
            _note_failure(workshop, held, job, text, again=True)
        except Problem as problem:
            _note_failure(workshop, held, job, problem.message, again=isinstance(problem, _PASSING))
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the worker goes on
            log.error("Job %s (%s) failed: %s", held.id, held.name, without_values(error))
            text = _("Something went wrong in a part of the product. The administrator finds the details in the log.")
            _note_failure(workshop, held, job, text, again=True)
        return False


def _commit_step(workshop: Workshop, held: Held, job: Job) -> bool:
    standing = _standing(workshop, held, job)
    began = monotonic()
    with (
        workshop.speaking(standing.language, standing.timezone),
        use_workplace(workshop.database, standing.actor),
    ):
        found = _look_outside(workshop, held, job, standing)
        return _store_step(workshop, held, job, standing, found, began)


def _look_outside(workshop: Workshop, held: Held, job: Job, standing: Standing) -> Any:
    """Let the job do what talks to other machines, while no transaction is open; return what it has found."""
    if job.outside is None:
        return None
    with workshop.database.reading(standing.actor) as session:
        row = _read(session, held, standing)
    if row.cancelled_by is not None:
        return None
    running = _running(row)
    job.outside(running)
    return running.found


def _store_step(workshop: Workshop, held: Held, job: Job, standing: Standing, found: Any, began: float) -> bool:
    with workshop.database.transaction(standing.actor) as session:
        row = _read(session, held, standing)
        if row.cancelled_by is not None:
            _write(session, held, state=CANCELLED, finished_at=utc_now(), token=None)
            return False
        name_operation(session, row.title)
        if row.operation_id is not None:
            continue_operation(session, row.operation_id)
        running = _running(row)
        running.found = found
        job.run(session, running)
        session.flush()
        values = _outcome(row, running, workshop.lease)
        values |= {"operation_id": operation_begun(session), "worked_seconds": row.worked_seconds + monotonic() - began}
        _write(session, held, **values)
    return running.goes_on


def _standing(workshop: Workshop, held: Held, job: Job) -> Standing:
    """Return for whom the step is done, with the rights he has now; raises Refused when they do not suffice."""
    if held.user_id is None:
        return Standing(actor=Actor.system(f"job {held.name}"), state_version=-1)
    standing = workshop.standing_of(held.user_id)
    if standing is None:
        raise Refused(_("Whoever asked for this can't sign in any more, so it was stopped."))
    if job.permission is not None and not standing.actor.can(job.permission):
        raise Refused(_("Whoever asked for this no longer has the right to do it, so it was stopped."))
    return standing


def _read(session: Session, held: Held, standing: Standing) -> Row[Any]:
    with as_system(session, reason="read a job"):
        if standing.state_version >= 0 and state_version(session) != standing.state_version:
            raise _RightsChanged
        row = session.execute(_KEPT.where(Kept.id == held.id, Kept.token == held.token)).first()
    if row is None:
        raise LeaseLost
    return row


_KEPT = select(
    Kept.id,
    Kept.title,
    Kept.payload,
    Kept.checkpoint,
    Kept.attempts,
    Kept.steps,
    Kept.cancelled_by,
    Kept.done,
    Kept.of,
    Kept.url,
    Kept.warnings,
    Kept.warned,
    Kept.operation_id,
    Kept.worked_seconds,
)


def _running(row: Row[Any]) -> RunningJob:
    return RunningJob(
        id=row.id,
        payload=MappingProxyType(dict(row.payload)),
        checkpoint=deepcopy(dict(row.checkpoint)),
        attempt=row.attempts,
        step=row.steps,
        done=row.done,
        of=row.of,
        url=row.url,
    )


def _outcome(row: Row[Any], running: RunningJob, lease: timedelta) -> dict[str, Any]:
    values: dict[str, Any] = {
        "checkpoint": running.checkpoint,
        "steps": row.steps + 1,
        "done": running.done,
        "of": running.of,
        "url": running.url,
        "warnings": [*row.warnings, *map(to_plain, running.warnings)][:_MOST_WARNINGS],
        "warned": row.warned + len(running.warnings),
        "error": None,
        "message": running.message,
    }
    if running.goes_on:
        return values | {"state": RUNNING, "attempts": 1, "due_at": utc_now() + lease}
    return values | {"state": DONE, "finished_at": utc_now(), "token": None}


def _write(session: Session, held: Held, **values: Any) -> None:
    with as_system(session, reason="write down a step"):
        if not write_held(session, held, **values):
            raise LeaseLost


def _note_failure(workshop: Workshop, held: Held, job: Job, error: Translatable, *, again: bool) -> None:
    with workshop.database.transaction(WORKER) as session:
        attempts = session.scalar(select(Kept.attempts).where(Kept.id == held.id, Kept.token == held.token))
        if attempts is None:
            return
        values: dict[str, Any] = {"error": error, "token": None}
        if again and attempts <= job.retries:
            values |= {"state": WAITING, "due_at": utc_now() + delay_after(attempts)}
        else:
            values |= {"state": FAILED, "finished_at": utc_now()}
        write_held(session, held, **values)


def delay_after(attempt: int) -> timedelta:
    """Return how long to wait after the first, second, ... try that failed: 5 s, 20 s, 80 s, at most an hour."""
    return min(_FIRST_DELAY * 4 ** min(attempt - 1, 10), _LONGEST_DELAY)


@contextmanager
def _deadline(limit: timedelta) -> Iterator[None]:
    """Stop what takes longer: at once where signals can do it (the main thread, not on Windows), else at its end."""
    began = monotonic()
    can_interrupt = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if can_interrupt:
        before = signal.signal(signal.SIGALRM, _stop_it)
        signal.setitimer(signal.ITIMER_REAL, limit.total_seconds(), _ASK_AGAIN_SECONDS)
    try:
        yield
        if not can_interrupt and monotonic() - began > limit.total_seconds():
            log.warning("A step took longer than %s.", limit)
    finally:
        if can_interrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)


def _stop_it(number: int, frame: object) -> None:
    raise TookTooLong
