"""Reads of app passwords."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.builtin.users.app_passwords.models import AppPassword
from kartoteka.db.session import Session


def open_app_passwords(session: Session, user_id: int) -> Sequence[AppPassword]:
    """Return the app passwords of a user that work, the newest first."""
    return session.scalars(
        select(AppPassword)
        .where(AppPassword.user_id == user_id, AppPassword.ended_at.is_(None))
        .order_by(AppPassword.id.desc())
    ).all()
