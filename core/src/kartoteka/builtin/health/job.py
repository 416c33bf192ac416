"""The count of what is wrong with the data of each manager's clients: every night, kept for two years."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, orm, select

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.health.models import HealthScore
from kartoteka.builtin.health.queries import offered_checks, skipped
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.extension.declarations.health import HealthCheck
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.i18n import today

COUNT_JOB = "health.count"
_BATCH = 200
_KEPT = timedelta(days=730)
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


def count_findings(session: Session, job: RunningJob) -> None:
    """Count for a while; the last step writes the scores of the day."""
    counts: Counter[str] = Counter(job.checkpoint.get("counts", {}))
    checks = offered_checks(session)
    number, after = job.checkpoint.get("check", 0), job.checkpoint.get("after", 0)
    while number < len(checks) and not job.time_is_up:
        last = _count_some(session, checks[number], after, counts)
        number, after = (number, last) if last is not None else (number + 1, 0)
    job.checkpoint.update(check=number, after=after, counts=dict(counts))
    job.report(number, len(checks))
    if number < len(checks):
        job.again()
        return
    _write_scores(session, counts)
    total = sum(counts.values())
    job.finish(plural_text("One issue to fix.", "%(count)s issues to fix.", total), url="/health/scores")


def _count_some(session: Session, check: HealthCheck, after: int, counts: Counter[str]) -> int | None:
    """Count the findings of a check behind a place by manager; return where to go on, None at the end."""
    findings = check.find(session, after, _BATCH)
    gone = skipped(session, check, findings)
    ids = {one.client_id for one in findings}
    managers = {row.id: row.manager_id for row in session.execute(_managers(ids))} if ids else {}
    counts.update(str(managers.get(one.client_id) or "") for one in findings if one.key not in gone)
    return findings[-1].place if len(findings) == _BATCH else None


def _managers(ids: set[int]) -> Any:
    return select(Client.id, Client.manager_id).where(Client.id.in_(ids))


def _write_scores(session: Session, counts: Counter[str]) -> None:
    day = today()
    clients = select(Client.manager_id, func.count().label("number")).where(Client.state.in_(_LIVING))
    rows = session.execute(clients.group_by(Client.manager_id)).all()
    orm.Session.connection(session).execute(
        delete(HealthScore).where((HealthScore.day == day) | (HealthScore.day < day - _KEPT))
    )
    scores = (
        {
            "day": day,
            "manager_id": row.manager_id,
            "clients": row.number,
            "findings": counts[str(row.manager_id or "")],
        }
        for row in rows
    )
    insert_rows(session, HealthScore, scores)


JOBS = [Job(name="count", title=_("Count what is wrong with data of clients"), run=count_findings)]
SCHEDULES = [Schedule(job=COUNT_JOB, cron="20 4 * * *", title=_("Every night"))]
