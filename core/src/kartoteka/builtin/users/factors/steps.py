"""What is half done: opened with a token for the browser, read while it lasts, taken once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from kartoteka.builtin.users.factors.models import SignInStep
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system

SECOND_FACTOR = "second_factor"
PASSKEY = "passkey"
NEW_PASSKEY = "new_passkey"
NEW_CODES = "new_codes"
LASTS = timedelta(minutes=10)


def open_step(
    session: Session, purpose: str, *, user_id: int | None = None, challenge: str = "", facts: Mapping[str, Any] = {}
) -> str:
    """Write down what is half done and return the token for the browser; what has expired goes."""
    token, now = secrets.token_urlsafe(32), utc_now()
    with as_system(session, reason="sign-in step"):
        session.execute(delete(SignInStep).where(SignInStep.expires_at < now))
        session.add(
            SignInStep(
                token_hash=_digest(token),
                purpose=purpose,
                user_id=user_id,
                challenge=challenge,
                facts=dict(facts),
                expires_at=now + LASTS,
            )
        )
        session.flush()
    return token


def find_step(session: Session, token: str | None, purpose: str) -> SignInStep | None:
    """Return what the browser began, None when there is none, it has expired or was something else."""
    if not token:
        return None
    with as_system(session, reason="sign-in step"):
        return session.scalar(
            select(SignInStep).where(
                SignInStep.token_hash == _digest(token),
                SignInStep.purpose == purpose,
                SignInStep.expires_at > utc_now(),
            )
        )


def take_step(session: Session, token: str | None, purpose: str) -> SignInStep | None:
    """Return what the browser began and remove it: whoever comes second with the same token gets nothing."""
    step = find_step(session, token, purpose)
    if step is None:
        return None
    session.expunge(step)
    with as_system(session, reason="sign-in step"):
        removed: Any = session.execute(delete(SignInStep).where(SignInStep.token_hash == step.token_hash))
    return step if removed.rowcount else None


def _digest(token: str) -> str:
    return hashlib.sha256(f"step {token}".encode()).hexdigest()
