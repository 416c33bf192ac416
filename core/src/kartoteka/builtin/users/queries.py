"""Reads of users, departments and sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select
from sqlalchemy.engine import Row

from kartoteka.builtin.modules.queries import STATE_VERSION
from kartoteka.builtin.users.factors.queries import has_second_factor
from kartoteka.builtin.users.models import Department, SignIn, User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.declarations.data import keep_choices
from kartoteka.vocabulary.text import fold, sort_key

__all__ = ["Department", "SignIn", "User", "has_second_factor"]

# Made once: every request asks it, and making a statement costs more than running it.
_SIGNED_IN = (
    select(
        SignIn.id.label("sign_in_id"),
        User.id,
        User.name,
        User.department_id,
        User.language,
        User.timezone,
        User.theme,
        User.preferences,
        User.must_change_password,
        STATE_VERSION,
    )
    .join(User, User.id == SignIn.user_id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        User.active,
    )
)

# The first mark that is found counts: each browser also names those it wants to be taken for.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def sign_in_statement(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return the statement for `signed_in` that reads these columns too; make it once."""
    return _SIGNED_IN.add_columns(*columns)


def signed_in(connection: Connection, token_hash: str, statement: Select[Any] = _SIGNED_IN) -> Row[Any] | None:
    """Return the user whose browser has this token, with preferences and state version, in one statement.

    None when the sign-in has expired or was ended, or the user was deactivated.
    """
    return connection.execute(statement, {"token_hash": token_hash, "now": utc_now()}).first()


def any_user(connection: Connection) -> bool:
    """Tell whether anybody has been added, able to sign in or not."""
    return connection.scalar(select(User.id).limit(1)) is not None


@dataclass(frozen=True)
class OpenSignIn:
    """A browser that is signed in, as its owner or an administrator sees it."""

    id: int
    created_at: datetime
    expires_at: datetime
    address: str
    agent: str

    @property
    def browser(self) -> str:
        """The browser and the system as people call them, such as "Firefox, Windows"."""
        return browser_named(self.agent)


def browser_named(agent: str) -> str:
    """Return a browser and its system as people call them, from what the browser says of itself."""
    found = (next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name) or agent[:40] or "?"


def open_sign_ins(session: Session, user_id: int) -> list[OpenSignIn]:
    """Return the browsers a user is signed in with, the newest first."""
    rows = session.execute(
        select(SignIn.id, SignIn.created_at, SignIn.expires_at, SignIn.address, SignIn.agent)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > utc_now())
        .order_by(SignIn.id.desc())
    )
    return [OpenSignIn(*row) for row in rows]


def list_users(session: Session, *, query: str = "", inactive: bool = False) -> list[Row[Any]]:
    """Return users by name with their departments; ``query`` is part of a name, a user name or an e-mail."""
    statement = (
        select(User.id, User.name, User.login, User.email, User.active, Department.name.label("department"))
        .outerjoin(Department, Department.id == User.department_id)
        .order_by(User.name_sort, User.id)
        .limit(1000)
    )
    if not inactive:
        statement = statement.where(User.active)
    if words := sort_key(query).split() if query.strip() else []:
        for word in words:
            statement = statement.where(
                or_(
                    User.name_sort.contains(word, autoescape=True),
                    User.login.contains(fold(word), autoescape=True),
                    func.lower(User.email).contains(word, autoescape=True),
                )
            )
    return list(session.execute(statement))


_ACTIVE = select(User.id, User.name).where(User.active).order_by(User.name_sort, User.id)


@keep_choices
def active_users(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of everybody who can sign in, by name: the choices of a "responsible" field."""
    return [(row.id, row.name) for row in session.execute(_ACTIVE)]


_HERE = select(User.id).where(User.id == bindparam("wanted"), User.active)


def works_here(session: Session, user_id: int) -> bool:
    """Tell whether a user can sign in: whether something may be given to him. The actor himself is not asked for."""
    if user_id == actor_of(session).user_id:
        return True
    with as_system(session, reason="who works here"):
        return session.scalar(_HERE, {"wanted": user_id}) is not None


def known_users(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of everybody, by name, deactivated ones at the end: the choices of a filter by user."""
    rows = session.execute(select(User.id, User.name).order_by(User.active.desc(), User.name_sort, User.id))
    return [(row.id, row.name) for row in rows]


def name_of(column: Any) -> ColumnElement[str]:
    """Return the name of the user whose id is in a column, as part of the statement that reads the column."""
    return select(User.name).where(User.id == column).scalar_subquery()


def user_names(session: Session, ids: list[int]) -> dict[int, str]:
    """Return the names of these users, deactivated ones too."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_departments(session: Session) -> list[Row[Any]]:
    """Return all departments by name with the number of their active users, open ones first."""
    members = (
        select(func.count(User.id)).where(User.department_id == Department.id, User.active).correlate(Department)
    ).scalar_subquery()
    return list(
        session.execute(
            select(Department.id, Department.name, Department.closed, members.label("members")).order_by(
                Department.closed, Department.name
            )
        )
    )


_PREFERENCES = select(User.id, User.preferences).where(User.id.in_(bindparam("ids", expanding=True)))


def preferences_of(session: Session, ids: Iterable[int], name: str) -> dict[int, Any]:
    """Return what these users prefer under a name, of those who prefer anything; one statement."""
    rows = session.execute(_PREFERENCES, {"ids": sorted(set(ids))})
    return {row.id: row.preferences[name] for row in rows if name in (row.preferences or {})}


def staff_by_department(session: Session) -> list[Row[Any]]:
    """Return everybody who can sign in (``id``, ``name``) with ``department_id`` and ``department``, by both names."""
    return list(
        session.execute(
            select(User.id, User.name, User.department_id, Department.name.label("department"))
            .outerjoin(Department, Department.id == User.department_id)
            .where(User.active)
            .order_by(Department.name, User.name_sort, User.id)
        )
    )


def user_addresses(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the e-mail addresses of active users that have one."""
    with as_system(session, reason="addresses of users"):
        rows = session.execute(
            select(User.id, User.email).where(User.id.in_(sorted(set(ids))), User.active, User.email.is_not(None))
        ).all()
    return {row.id: row.email for row in rows}


def users_with_addresses(session: Session, addresses: Iterable[str]) -> dict[str, int]:
    """Return the active users that have these e-mail addresses, by address in small letters."""
    wanted = sorted({address.lower() for address in addresses})
    with as_system(session, reason="whose addresses these are"):
        rows = session.execute(
            select(User.id, func.lower(User.email).label("email")).where(
                func.lower(User.email).in_(wanted), User.active
            )
        ).all()
    return {row.email: row.id for row in rows}


def user_with_login(session: Session, login: str) -> int | None:
    """Return the active user who signs in with this name, None when there is none: for commands."""
    with as_system(session, reason="user of a command"):
        return session.scalar(select(User.id).where(User.login == fold(login.strip()), User.active))
