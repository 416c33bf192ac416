"""Use cases of app passwords."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select

from kartoteka.builtin.users.app_passwords.models import NAME_LENGTH, AppPassword
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.signing_in import USER_KIND, digest, fold_login
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system, find
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line

MOST = 30
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 5, 5
_NOTED_AGAIN_AFTER = timedelta(hours=1)


def add_app_password(session: Session, user_id: int, name: str) -> tuple[AppPassword, str]:
    """Make a password for one of a user's programs; return it with its row, for it is never shown again.

    Raises InvalidInput for a missing name, Refused when there are absurdly many.
    """
    name = clean_line(name)[:NAME_LENGTH]
    if not name:
        raise InvalidInput({"name": _("Say which program the password is for.")})
    open_ones = select(func.count(AppPassword.id)).where(AppPassword.user_id == user_id, AppPassword.ended_at.is_(None))
    if (session.scalar(open_ones) or 0) >= MOST:
        raise Refused(_("There are too many app passwords. Revoke those no longer used."))
    password = _new_password()
    row = AppPassword(user_id=user_id, name=name, password_hash=_digest(password), created_at=utc_now())
    session.add(row)
    session.flush()
    audit(session, "app_password.added", ref=RecordRef(USER_KIND, user_id), subject=name)
    return row, password


def end_app_password(session: Session, app_password_id: int, *, user_id: int) -> None:
    """Make an app password useless. Raises NotFound when it isn't this user's."""
    row = find(session, AppPassword, app_password_id)
    if row.user_id != user_id:
        raise NotFound
    _end(session, row)


def end_app_passwords(session: Session, user_id: int) -> int:
    """Make all app passwords of a user useless; return how many there were."""
    with as_system(session, reason="app passwords ended"):
        rows = session.scalars(
            select(AppPassword).where(AppPassword.user_id == user_id, AppPassword.ended_at.is_(None))
        ).all()
        for row in rows:
            _end(session, row)
    return len(rows)


def check_app_password(session: Session, login: str, password: str) -> int | None:
    """Return the id of the active user whose app password this is; None when it is wrong, ended, or another's.

    Nothing is written, so that it may be asked in a reading session; see `note_app_password_used`. Wrong ones need
    no counting: there are 2**125 of them.
    """
    with as_system(session, reason="app password"):
        return session.scalar(
            select(AppPassword.user_id)
            .join(User, User.id == AppPassword.user_id)
            .where(
                AppPassword.password_hash == _digest(password),
                AppPassword.ended_at.is_(None),
                User.login == fold_login(login),
                User.active,
            )
        )


def note_app_password_used(session: Session, password: str) -> None:
    """Remember that an app password was used, for its owner to see; at most once an hour."""
    now = utc_now()
    with as_system(session, reason="app password"):
        row = session.scalar(select(AppPassword).where(AppPassword.password_hash == _digest(password)))
        if row is not None and (row.used_at is None or now - row.used_at > _NOTED_AGAIN_AFTER):
            row.used_at = now


def _end(session: Session, row: AppPassword) -> None:
    if row.ended_at is None:
        row.ended_at = utc_now()
        audit(session, "app_password.ended", ref=RecordRef(USER_KIND, row.user_id), subject=row.name)


def _new_password() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _letter in range(_IN_GROUP)) for _group in range(_GROUPS))
    return "-".join(groups)


def _digest(password: str) -> str:
    """Return what is stored; signs between the groups don't count, people leave them out."""
    return digest("app password " + "".join(letter for letter in password.lower() if letter.isalnum())[:100])
