"""Answering what the queue of data health asks. Services never commit."""

from __future__ import annotations

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.health.models import HealthAnswer, Outcome
from kartoteka.builtin.health.queries import find_check
from kartoteka.db.session import Session, actor_of, find
from kartoteka.extension.declarations.health import HealthCheck, HealthFinding
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import text as _


def fix_finding(session: Session, check_key: str, key: str, value: str = "") -> HealthFinding:
    """Put right what a check has found, and return the finding.

    Raises NotFound for a check or a finding that the user does not see, Refused when nothing is wrong any more or it
    must be put right by hand, and what the check's own service raises.
    """
    check, finding = _found(session, check_key, key)
    if check.fix is None:
        raise Refused(_("This has to be fixed by hand."))
    check.fix(session, finding, value)
    _remember(session, check, finding, Outcome.FIXED)
    return finding


def skip_finding(session: Session, check_key: str, key: str) -> HealthFinding:
    """Say that nothing is wrong: the finding comes no more. Raises as fix_finding does."""
    check, finding = _found(session, check_key, key)
    if check.skip is not None:
        check.skip(session, finding)
    _remember(session, check, finding, Outcome.SKIPPED)
    return finding


def _found(session: Session, check_key: str, key: str) -> tuple[HealthCheck, HealthFinding]:
    check = find_check(session, check_key)
    if check is None:
        raise NotFound
    finding = check.look(session, key)
    if finding is None:
        raise NotFound
    find(session, Client, finding.client_id)
    return check, finding


def _remember(session: Session, check: HealthCheck, finding: HealthFinding, outcome: Outcome) -> None:
    user_id = actor_of(session).user_id
    session.add(
        HealthAnswer(
            check=check.key, finding=finding.key, client_id=finding.client_id, user_id=user_id, outcome=outcome
        )
    )
    session.flush()
