"""Reads of data health: the queue, one finding at a time, and scores over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, select, true

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.health.models import HealthAnswer, HealthScore, Outcome
from kartoteka.builtin.users.queries import Department, User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.health import HealthCheck, HealthFinding
from kartoteka.extension.dispatch import visible
from kartoteka.extension.guarding import attempt

SEE_SCORES = "health.see_scores"
_BATCH = 50
_BATCHES = 10
WEEK = timedelta(days=7)
EARLIER = timedelta(days=28)


@dataclass(frozen=True)
class Task:
    """The finding that a user sees, and the check that found it; ``client`` is the name of the finding's client."""

    check: HealthCheck
    finding: HealthFinding
    client: str


@dataclass(frozen=True)
class Score:
    """How healthy clients are: of one manager, or of all."""

    manager: str
    department: str
    clients: int
    findings: int
    earlier: int | None
    fixed: int

    @property
    def percent(self) -> int:
        """The score, 0 to 100."""
        return score_of(self.clients, self.findings)


def score_of(clients: int, findings: int) -> int:
    """Return the share of clients with nothing wrong, in percent, as if each finding spoiled one client."""
    return round(100 * clients / (clients + findings)) if clients + findings else 100


def offered_checks(session: Session) -> list[HealthCheck]:
    """Return the checks of active modules that the user may work on."""
    return visible(session, extension_of(session).registry.health_checks)


def find_check(session: Session, key: str) -> HealthCheck | None:
    """Return a check that the user may work on, None when there is no such."""
    return next((check for check in offered_checks(session) if check.key == key), None)


def next_task(session: Session, key: str = "", after: int = 0) -> Task | None:
    """Return what the user should look at next: of one check behind a place, or of all, one after the other."""
    for check in offered_checks(session):
        if key and check.key != key:
            continue
        found = attempt(session, "register_health_checks", check.module, partial(_first, session, check, after))
        if found.value is not None:
            return Task(check, found.value, client_name(session, found.value.client_id))
    return None


def client_name(session: Session, client_id: int) -> str:
    """Return the name of a client that the user sees."""
    return session.scalar(select(Client.name).where(Client.id == client_id)) or ""


def skipped(session: Session, check: HealthCheck, findings: Sequence[HealthFinding]) -> set[str]:
    """Return the keys of those findings of which somebody said that nothing is wrong."""
    keys = [one.key for one in findings]
    answers = select(HealthAnswer.finding).where(
        HealthAnswer.check == check.key, HealthAnswer.finding.in_(keys), HealthAnswer.outcome == Outcome.SKIPPED
    )
    return set(session.scalars(answers)) if keys else set()


def _first(session: Session, check: HealthCheck, after: int) -> HealthFinding | None:
    """Return the first finding behind a place that nobody has skipped."""
    for _batch in range(_BATCHES):
        findings = check.find(session, after, _BATCH)
        gone = skipped(session, check, findings)
        left = next((one for one in findings if one.key not in gone), None)
        if left is not None or len(findings) < _BATCH:
            return left
        after = findings[-1].place
    return None


def scores(session: Session) -> list[Score]:
    """Return the newest score of each manager that the user may see, the worst first."""
    actor = actor_of(session)
    mine = true() if actor.can(SEE_SCORES) else HealthScore.manager_id == (actor.user_id or 0)
    with as_system(session, reason="scores of managers"):
        newest = session.scalar(select(func.max(HealthScore.day)))
        if newest is None:
            return []
        fixed = _fixed(session)
        earlier = _earlier(session, newest - EARLIER)
        rows = session.execute(
            select(HealthScore, User.name, Department.name.label("department"))
            .outerjoin(User, User.id == HealthScore.manager_id)
            .outerjoin(Department, Department.id == User.department_id)
            .where(HealthScore.day == newest, mine)
        ).all()
    found = [
        Score(
            manager=row.name or "",
            department=row.department or "",
            clients=row.HealthScore.clients,
            findings=row.HealthScore.findings,
            earlier=earlier.get(row.HealthScore.manager_id),
            fixed=fixed.get(row.HealthScore.manager_id, 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.percent, one.manager))


def departments(found: Sequence[Score]) -> list[Score]:
    """Return the scores of departments, added up, in the order of their names."""
    names = sorted({one.department for one in found if one.department})
    return [_added(name, [one for one in found if one.department == name]) for name in names]


def own_score(session: Session) -> Score | None:
    """Return the newest score of the user's own clients."""
    actor = actor_of(session)
    with as_system(session, reason="the score of one's own clients"):
        row = session.scalars(
            select(HealthScore)
            .where(HealthScore.manager_id == (actor.user_id or 0))
            .order_by(HealthScore.day.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        earlier = _earlier(session, row.day - EARLIER, HealthScore.manager_id == row.manager_id)
        fixed = _fixed(session).get(row.manager_id, 0)
    return Score("", "", row.clients, row.findings, earlier.get(row.manager_id), fixed)


def _added(department: str, of: Sequence[Score]) -> Score:
    clients, findings = sum(one.clients for one in of), sum(one.findings for one in of)
    known = [one.earlier for one in of if one.earlier is not None]
    earlier = round(sum(known) / len(known)) if known else None
    return Score("", department, clients, findings, earlier, sum(one.fixed for one in of))


def _fixed(session: Session) -> dict[int | None, int]:
    """Return how much each user has put right in the last week."""
    rows = session.execute(
        select(HealthAnswer.user_id, func.count())
        .where(HealthAnswer.outcome == Outcome.FIXED, HealthAnswer.created_at > utc_now() - WEEK)
        .group_by(HealthAnswer.user_id)
    )
    return {row[0]: row[1] for row in rows}


def _earlier(session: Session, day: date, of: ColumnElement[bool] | None = None) -> dict[int | None, int]:
    """Return the scores that managers had on the last counted day up to one."""
    last = session.scalar(select(func.max(HealthScore.day)).where(HealthScore.day <= day))
    if last is None:
        return {}
    rows = session.scalars(select(HealthScore).where(HealthScore.day == last, true() if of is None else of))
    return {row.manager_id: score_of(row.clients, row.findings) for row in rows}
