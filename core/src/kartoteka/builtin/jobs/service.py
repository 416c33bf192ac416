"""Asking for work in the background, stopping it, and trying it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.jobs.models import CANCELLED, FAILED, WAITING, Job
from kartoteka.builtin.jobs.waking import job_enqueued
from kartoteka.db.announce import announce
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import Forbidden, Refused
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _

_TITLE_LENGTH = 300
_TRIES = 5


def job_url(job_id: int) -> str:
    """Return the address of the page that shows how far a job is."""
    return f"/jobs/{job_id}"


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    title: Translatable,
    run_at: datetime | None = None,
    url: str | None = None,
    dedup: str | None = None,
    on_behalf_of: int | None = None,
) -> int:
    """Ask for a job (``module.job``) and return its id; it is there when the transaction has been committed.

    It works for the actor of the session, with the rights he has while it runs. ``payload`` holds plain JSON values,
    ``title`` says what is done ("Import of clients.csv"), ``run_at`` (aware) when to begin, ``url`` what it belongs to.
    When an unfinished job with the same ``unique_by`` values is there, its id is returned and no other one is made;
    likewise for a job, finished or not, with the same ``dedup``. The system alone may ask ``on_behalf_of`` a user, for
    what he has planned himself. Raises LookupError for a job that nobody declares and ValueError for a payload that is
    not plain.
    """
    if on_behalf_of is not None and not actor_of(session).is_system:
        raise Forbidden
    job = extension_of(session).registry.find_job(name)
    if job is None:
        raise LookupError(f"No installed module has the job {name!r}.")
    plain = _plain(payload or {})
    values = {
        "name": name,
        "title": title if not isinstance(title, str) else title[:_TITLE_LENGTH],
        "user_id": actor_of(session).user_id if on_behalf_of is None else on_behalf_of,
        "payload": plain,
        "due_at": run_at or utc_now(),
        "unique_key": _unique_key(name, job.unique_by, plain),
        "dedup": dedup,
        "url": url,
    }
    job_id = _insert_or_find(session, values)
    announce(session, job_enqueued, name, id=job_id)
    return job_id


def cancel_job(session: Session, job_id: int) -> bool:
    """Stop a job: at once when it is waiting, after its present step when it is running; say whether it has stopped.

    Steps that are done stay done. Raises NotFound, and Refused when it has ended already.
    """
    find(session, Job, job_id)
    now = utc_now()
    unfinished = update(Job).where(Job.id == job_id, Job.finished_at.is_(None))
    nobody_works = unfinished.where(or_(Job.token.is_(None), Job.due_at < now))
    who = actor_of(session).user_id or 0
    ended = {"state": CANCELLED, "finished_at": now, "token": None, "cancelled_by": who}
    with as_system(session, reason="cancel a job"):
        if _changed(session, nobody_works.values(ended)):
            return True
        if not _changed(session, unfinished.values(cancelled_by=who)):
            raise Refused(_("The job has ended already."))
    return False


def retry_job(session: Session, job_id: int) -> None:
    """Let a job that failed or was stopped go on where it was; raises NotFound, and Refused for any other job."""
    job = find(session, Job, job_id)
    begun_anew = {"state": WAITING, "due_at": utc_now(), "attempts": 0, "finished_at": None, "cancelled_by": None}
    with as_system(session, reason="try a job again"):
        if job.unique_key is not None and _find_unfinished(session, job.unique_key) is not None:
            raise Refused(_("The same is being done by another job."))
        statement = update(Job).where(Job.id == job_id, Job.state.in_((FAILED, CANCELLED)))
        if not _changed(session, statement.values(**begun_anew, error=None)):
            raise Refused(_("Only a job that failed or was stopped can be tried again."))
    announce(session, job_enqueued, job.name, id=job_id)


def _insert_or_find(session: Session, values: Mapping[str, Any]) -> int:
    """Insert a job, or return the one that has the same key; another session may finish that one meanwhile."""
    for _each in range(_TRIES):
        job_id = insert_job(session, values)
        if job_id is None:
            job_id = _find_equal(session, values)
        if job_id is not None:
            return job_id
    raise RuntimeError(f"The job {values['name']} could neither be made nor found.")


def insert_job(session: Session, values: Mapping[str, Any]) -> int | None:
    """Insert a job unless an equal one is there; return its id."""
    make = sqlite.insert if session.database.is_sqlite else postgresql.insert
    statement = make(Job).values(dict(values)).on_conflict_do_nothing().returning(Job.id)
    with as_system(session, reason="enqueue a job"):
        found: int | None = session.scalar(statement)
    return found


def _find_equal(session: Session, values: Mapping[str, Any]) -> int | None:
    with as_system(session, reason="find an equal job"):
        if values["dedup"] is not None:
            found: int | None = session.scalar(select(Job.id).where(Job.dedup == values["dedup"]))
            if found is not None:
                return found
        return _find_unfinished(session, values["unique_key"])


def _find_unfinished(session: Session, key: str | None) -> int | None:
    found: int | None = session.scalar(select(Job.id).where(Job.unique_key == key, Job.finished_at.is_(None)))
    return found


def _changed(session: Session, statement: Any) -> bool:
    return bool(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(payload), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"A payload holds plain JSON values only: {error}") from error
    return plain


def _unique_key(name: str, unique_by: tuple[str, ...], payload: Mapping[str, Any]) -> str | None:
    if not unique_by:
        return None
    values = json.dumps([payload.get(key) for key in unique_by], sort_keys=True)
    return f"{name}:{hashlib.sha256(values.encode()).hexdigest()[:32]}"
