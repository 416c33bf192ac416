"""Reads of the API's keys: whom a key works for, and which keys there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.engine import Row

from kartoteka.builtin.modules.queries import STATE_VERSION
from kartoteka.builtin.rest.models import ApiKey
from kartoteka.builtin.rest.service import BEGINNING, digest
from kartoteka.builtin.users.queries import User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session

# Made once: every request of a program asks it.
_KEY_HOLDER = (
    select(
        ApiKey.id.label("key_id"),
        ApiKey.scopes,
        ApiKey.last_used_on,
        User.id,
        User.name,
        User.department_id,
        User.language,
        User.timezone,
        STATE_VERSION,
    )
    .join(User, User.id == ApiKey.user_id)
    .where(
        ApiKey.token_hash == bindparam("token_hash"),
        ApiKey.ended_at.is_(None),
        or_(ApiKey.expires_on.is_(None), ApiKey.expires_on >= bindparam("today")),
        User.active,
    )
)


def key_holder(connection: Connection, token: str) -> Row[Any] | None:
    """Return the user whom a key works for, its scopes and the state version, in one statement.

    None when the key was ended or has expired, or the user was deactivated.
    """
    if not token.startswith(BEGINNING):
        return None
    values = {"token_hash": digest(token), "today": utc_now().date()}
    return connection.execute(_KEY_HOLDER, values).first()


def list_keys(session: Session, *, ended: bool = False) -> Sequence[Row[Any]]:
    """Return the keys that the actor sees, the newest first, with the names of their users."""
    statement = select(ApiKey, func.coalesce(User.name, "").label("user")).join(User, User.id == ApiKey.user_id)
    if not ended:
        statement = statement.where(ApiKey.ended_at.is_(None))
    return session.execute(statement.order_by(ApiKey.id.desc()).limit(500)).all()
