"""Use cases of users and departments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sqlalchemy import select

from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.users.app_passwords.service import (
    check_app_password,
    end_app_passwords,
    note_app_password_used,
)
from kartoteka.builtin.users.factors.queries import has_second_factor
from kartoteka.builtin.users.factors.service import forget_browsers, remove_all_factors
from kartoteka.builtin.users.models import Department, User
from kartoteka.builtin.users.passwords import check_password, hash_password, password_is
from kartoteka.builtin.users.signing_in import USER_KIND, end_sign_ins, fold_login, open_sign_in, unlock
from kartoteka.db.audit import audit
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.db.settling import settle
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.identifiers import email_address
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line
from kartoteka.vocabulary.timezones import known_timezones

__all__ = ["check_app_password", "has_second_factor", "note_app_password_used"]

MANAGE = "users.manage"
THEMES = ("system", "light", "dark")
LANGUAGES = ("en", "lt", "et", "uk", "ru")
PROFILE_FIELDS = ("name", "email", "birth_date", "language", "timezone", "theme")
USER_FIELDS = ("login", *PROFILE_FIELDS, "department_id")
PREFERENCES_BYTES = 20_000


class Guard(Protocol):
    """What a feature that knows more about users says before something happens to one; raises Refused."""

    def before_leaving(self, session: Session, user: User) -> None: ...

    def before_takeover(self, session: Session, user: User) -> None: ...


guards: list[Guard] = []
"""Asked in order; access adds its own, because rights are none of this feature's business."""


enders: list[Callable[[Session, int], object]] = []
"""Called with a user's id when whatever lets programs in as him ends; features that keep such things add their own."""


def end_programs(session: Session, user_id: int) -> None:
    """End all that lets programs in as a user: app passwords, and what other features gave out in his name."""
    end_app_passwords(session, user_id)
    for end in enders:
        end(session, user_id)


def add_user(session: Session, values: Mapping[str, Any], *, password: str | None = None) -> User:
    """Add a user; without a password he can't sign in until one is set.

    ``values`` holds some of USER_FIELDS. Raises InvalidInput naming each field that is wrong.
    """
    user = User(active=True, theme="system", preferences={})
    _fill(session, user, {"login": "", "name": "", **values})
    if password is not None:
        check_password(password, login=user.login, name=user.name)
        user.password_hash = hash_password(password)
    session.add(user)
    session.flush()
    _note(session, "user.added", user)
    bump_state(session)
    return user


def change_user(session: Session, user_id: int, values: Mapping[str, Any], *, version: int | None = None) -> User:
    """Change some of USER_FIELDS of a user.

    ``version`` is the one that the form was rendered from. Raises Conflict when others changed the same fields
    since, and InvalidInput.
    """
    user = find(session, User, user_id)
    cleaned = {name: _clean(name, value) for name, value in values.items() if name in USER_FIELDS}
    values = settle(session, user, USER_KIND, cleaned, version)
    if fold_login(values.get("login", user.login)) != user.login or values.get("email", user.email) != user.email:
        _ask_guards(session, user)
    _fill(session, user, values)
    _note(session, "user.changed", user, fields=sorted(values))
    bump_state(session)
    return user


def change_profile(session: Session, user_id: int, values: Mapping[str, Any]) -> User:
    """Change what users may change about themselves (PROFILE_FIELDS)."""
    user = find(session, User, user_id)
    _fill(session, user, {name: value for name, value in values.items() if name in PROFILE_FIELDS})
    bump_state(session)
    return user


def let_in(session: Session, user_id: int, *, address: str = "", agent: str = "") -> str:
    """Sign a user in without asking for the password, which he has just chosen; return the token for his cookie."""
    return open_sign_in(session, user_id, address=address, agent=agent)


def set_password(session: Session, user_id: int, password: str, *, must_change: bool = True) -> None:
    """Give a user a new password; everything that lets anybody in as him ends."""
    user = find(session, User, user_id)
    _ask_guards(session, user)
    check_password(password, login=user.login, name=user.name)
    user.password_hash = hash_password(password)
    user.must_change_password = must_change
    _note(session, "user.password_set", user)
    end_sign_ins(session, user_id)
    end_programs(session, user_id)
    forget_browsers(session, user_id)
    unlock(session, user.login)


def change_own_password(
    session: Session,
    user_id: int,
    *,
    old: str,
    new: str,
    sign_in_id: int | None = None,
    keep_programs: bool = False,
) -> None:
    """Change one's own password; all other browsers are signed out, and programs, too, unless they are kept.

    Raises InvalidInput for ``old_password`` or ``new_password``.
    """
    user = find(session, User, user_id)
    if not password_is(old, user.password_hash):
        raise InvalidInput({"old_password": _("This is not your current password.")})
    if old == new:
        raise InvalidInput({"new_password": _("The new password is the same as the old one.")})
    check_password(new, login=user.login, name=user.name, field="new_password")
    user.password_hash = hash_password(new)
    user.must_change_password = False
    _note(session, "user.password_changed", user)
    end_sign_ins(session, user_id, but=sign_in_id)
    if not keep_programs:
        end_programs(session, user_id)
    forget_browsers(session, user_id)


def demand_takeover(session: Session, user_id: int) -> None:
    """Refuse to let the actor work as a user who may do more than he may: with his password, or with a key of his.

    Raises Forbidden without the right to manage users, NotFound, and Refused.
    """
    user, actor = find(session, User, user_id), actor_of(session)
    if actor.user_id != user_id:
        demand(session, MANAGE)
    _ask_guards(session, user)


def reset_second_factor(session: Session, user_id: int) -> None:
    """Let a user who has lost phone, passkeys and recovery codes in with his password alone."""
    user = find(session, User, user_id)
    _ask_guards(session, user)
    remove_all_factors(session, user_id)


def deactivate_user(session: Session, user_id: int) -> User:
    """Keep a user from signing in; what he did stays. Raises Refused for oneself and the last administrator."""
    user = find(session, User, user_id)
    if actor_of(session).user_id == user_id:
        raise Refused(_("You can't deactivate yourself. Ask another administrator."))
    _ask_guards(session, user)
    for guard in guards:
        guard.before_leaving(session, user)
    user.active = False
    _note(session, "user.deactivated", user)
    end_sign_ins(session, user_id)
    bump_state(session)
    return user


def reactivate_user(session: Session, user_id: int) -> User:
    """Let a user sign in again, wrong passwords forgotten."""
    user = find(session, User, user_id)
    _ask_guards(session, user)
    user.active = True
    _note(session, "user.reactivated", user)
    unlock(session, user.login)
    bump_state(session)
    return user


def set_preference(session: Session, user_id: int, name: str, value: Any) -> None:
    """Remember how a user likes something, such as the columns of a list; None forgets it.

    ``value`` is anything JSON can hold. Raises Refused when a user's preferences grow absurdly large.
    """
    user = find(session, User, user_id)
    preferences = {**user.preferences, name: value}
    if value is None:
        del preferences[name]
    if len(str(preferences)) > PREFERENCES_BYTES:
        raise Refused(_("There is no room for more preferences."))
    user.preferences = preferences


def save_department(session: Session, department_id: int | None, *, name: str, closed: bool = False) -> Department:
    """Add a department, or change the one with this id. Raises InvalidInput for a name that is taken."""
    name = clean_line(name)
    if not name:
        raise InvalidInput({"name": _("Enter the department's name.")})
    taken = session.scalar(select(Department.id).where(Department.name == name, Department.id != (department_id or 0)))
    if taken is not None:
        raise InvalidInput({"name": _("There is a department with this name already.")})
    department = Department() if department_id is None else find(session, Department, department_id)
    department.name, department.closed = name[:100], closed
    session.add(department)
    session.flush()
    return department


def _note(session: Session, event: str, user: User, **facts: Any) -> None:
    audit(session, event, ref=RecordRef(USER_KIND, user.id), subject=user.login, facts=facts)


def _ask_guards(session: Session, user: User) -> None:
    actor = actor_of(session)
    if actor.is_system or actor.user_id == user.id:
        return
    for guard in guards:
        guard.before_takeover(session, user)


def _fill(session: Session, user: User, values: Mapping[str, Any]) -> None:
    cleaned = {name: _clean(name, value) for name, value in values.items() if name in USER_FIELDS}
    errors = {name: problem for name, value in cleaned.items() if (problem := _problem(session, user, name, value))}
    if errors:
        raise InvalidInput(errors)
    for name, value in cleaned.items():
        setattr(user, name, value)


def _clean(name: str, value: Any) -> Any:
    if name == "login":
        return fold_login(value or "")
    if isinstance(value, str):
        return clean_line(value) or None
    return value


def _problem(session: Session, user: User, name: str, value: Any) -> Message | None:
    check = _CHECKS.get(name)
    return check(session, user, value) if check is not None else None


def _login_problem(session: Session, user: User, login: str) -> Message | None:
    if not login:
        return _("Enter a user name.")
    if " " in login or len(login) < 2:
        return _("A user name is one word of at least two characters.")
    taken = session.scalar(select(User.id).where(User.login == login, User.id != (user.id or 0)))
    return _("There is a user with this user name already.") if taken is not None else None


def _name_problem(session: Session, user: User, name: str | None) -> Message | None:
    if not name:
        return _("Enter the person's name.")
    return _("Use at most %(count)s characters.", count=100) if len(name) > 100 else None


def _email_problem(session: Session, user: User, email: str | None) -> Message | None:
    return email_address(email).problem if email else None


def _department_problem(session: Session, user: User, department_id: int | None) -> Message | None:
    if department_id is None:
        return None
    found = session.scalar(select(Department.id).where(Department.id == department_id))
    return None if found is not None else _("There is no such department.")


def _timezone_problem(session: Session, user: User, timezone: str | None) -> Message | None:
    return None if timezone is None or timezone in known_timezones() else _("There is no such time zone.")


def _language_problem(session: Session, user: User, language: str | None) -> Message | None:
    return None if language is None or language in (*LANGUAGES, "xx") else _("There is no such language.")


def _theme_problem(session: Session, user: User, theme: str | None) -> Message | None:
    return None if theme in THEMES else _("There is no such theme.")


_CHECKS = {
    "login": _login_problem,
    "name": _name_problem,
    "email": _email_problem,
    "department_id": _department_problem,
    "timezone": _timezone_problem,
    "language": _language_problem,
    "theme": _theme_problem,
}
