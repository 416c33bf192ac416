"""Use cases of roles and rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.access.confidential.service import when_marked
from kartoteka.builtin.access.models import Role, RolePermission, UserPermission, UserRole
from kartoteka.builtin.access.queries import MANAGING, UserRights, rights_of_user, rights_of_users
from kartoteka.builtin.access.readers import actors_of as actors_of
from kartoteka.builtin.access.readers import readers_of as readers_of
from kartoteka.builtin.access.rules import decide
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import USER_KIND, guards
from kartoteka.db.actor import Reach
from kartoteka.db.audit import audit
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.db.settling import settle
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line, fold

__all__ = ["when_marked"]

ADMINISTRATOR = "administrator"
ROLE_KIND = "access.role"
LAST_ADMINISTRATOR = _("Nobody could manage users and rights any more. Make somebody else an administrator first.")

Rights = Mapping[str, bool | None]
"""Permissions with granted, refused, or None for nothing written down."""


def add_role(
    session: Session,
    *,
    title: str,
    reach: str = Reach.OWN,
    rights: Rights | None = None,
    name: str | None = None,
    all_permissions: bool = False,
    needs_second_factor: bool = False,
) -> Role:
    """Add a role. Raises InvalidInput for an empty or taken title, or an unknown reach."""
    role = Role(all_permissions=all_permissions, needs_second_factor=needs_second_factor)
    _fill(session, role, title=title, reach=reach)
    role.name = _free_name(session, name or fold(title).replace(" ", "_")[:50])
    session.add(role)
    session.flush()
    _write_role_rights(session, role.id, rights or {})
    _note_role(session, "role.added", role, rights or {})
    bump_state(session)
    return role


def ensure_administrator(session: Session) -> Role:
    """Return the role that has every right, made when it isn't there yet."""
    with as_system(session, reason="administrator role"):
        role = session.scalar(select(Role).where(Role.name == ADMINISTRATOR))
    if role is not None:
        return role
    title = str(_("Administrator"))
    return add_role(session, title=title, reach=Reach.ALL, name=ADMINISTRATOR, all_permissions=True)


def change_role(
    session: Session,
    role_id: int,
    *,
    title: str,
    reach: str,
    rights: Rights,
    needs_second_factor: bool | None = None,
    version: int | None = None,
) -> Role:
    """Change a role, what it grants and refuses, and whether it demands a second factor (None: as before).

    Raises Refused when no administrator would be left, and Conflict when others changed the same since ``version``.
    """
    role = find(session, Role, role_id)
    wanted = {"title": clean_line(title), "reach": reach}
    if needs_second_factor is not None:
        wanted["needs_second_factor"] = needs_second_factor
    changed = settle(session, role, ROLE_KIND, wanted, version)
    role.needs_second_factor = changed.get("needs_second_factor", role.needs_second_factor)
    _fill(session, role, title=changed.get("title", role.title), reach=changed.get("reach", role.reach))
    with keep_an_administrator(session):
        _write_role_rights(session, role_id, rights)
        _note_role(session, "role.changed", role, rights)
        bump_state(session)
    return role


def delete_role(session: Session, role_id: int) -> None:
    """Delete a role that nobody has. Raises Refused when somebody does."""
    role = find(session, Role, role_id)
    if session.scalar(select(UserRole.id).where(UserRole.role_id == role_id).limit(1)) is not None:
        raise Refused(_("Some users have this role. Take it from them first."))
    for row in session.scalars(select(RolePermission).where(RolePermission.role_id == role_id)).all():
        session.delete(row)
    session.flush()
    _note_role(session, "role.deleted", role, {})
    session.delete(role)
    bump_state(session)


def set_user_access(session: Session, user_id: int, *, role_ids: Iterable[int], rights: Rights) -> None:
    """Give a user exactly these roles, and write down what was granted or refused to him.

    Raises Refused when no administrator would be left.
    """
    find(session, User, user_id)
    with keep_an_administrator(session):
        roles = set(role_ids)
        _write_user_roles(session, user_id, roles)
        _note_access(session, user_id, roles, rights)
        _write_user_rights(session, user_id, rights)
        bump_state(session)


def give_role(session: Session, user_id: int, role_id: int) -> None:
    """Give a user one more role."""
    held = session.scalars(select(UserRole.role_id).where(UserRole.user_id == user_id)).all()
    _write_user_roles(session, user_id, {*held, role_id})
    _note_access(session, user_id, {*held, role_id}, {})
    bump_state(session)


@contextmanager
def keep_an_administrator(session: Session) -> Iterator[None]:
    """Refuse what happens inside when it takes the last administrator away."""
    had = has_administrator(session)
    yield
    session.flush()
    if had and not has_administrator(session):
        raise Refused(LAST_ADMINISTRATOR)


def has_administrator(session: Session, *, without: int | None = None) -> bool:
    """Say whether an active user other than ``without`` may manage both users and rights."""
    return any(is_administrator(rights) for user_id, rights in rights_of_users(session).items() if user_id != without)


def is_administrator(rights: UserRights) -> bool:
    """Say whether these rights are enough to give oneself all others."""
    return all(decide(name, rights.own, rights.roles).granted for name in MANAGING)


class AccessGuard:
    """What access has to say about changes of users."""

    def before_leaving(self, session: Session, user: User) -> None:
        """Refuse to lose the last administrator."""
        if is_administrator(rights_of_user(session, user.id)) and not has_administrator(session, without=user.id):
            raise Refused(LAST_ADMINISTRATOR)

    def before_takeover(self, session: Session, user: User) -> None:
        """Refuse to hand somebody an account that may do more than he may himself."""
        actor_id = actor_of(session).user_id
        found = rights_of_users(session, [user.id, *([actor_id] if actor_id else [])])
        mine, theirs = found.get(actor_id or 0, UserRights()), found.get(user.id, UserRights())
        if not covers(mine, theirs):
            raise Refused(_("This user has rights that you don't have. Ask somebody who has them."))


def covers(mine: UserRights, theirs: UserRights) -> bool:
    """Say whether whoever has ``mine`` may do all that ``theirs`` allow."""
    if theirs.all_permissions and not mine.all_permissions:
        return False
    named = {*mine.own, *theirs.own, *MANAGING}
    for role in (*mine.roles, *theirs.roles):
        named |= role.rights.keys()
    return all(
        decide(name, mine.own, mine.roles).granted for name in named if decide(name, theirs.own, theirs.roles).granted
    )


guards.append(AccessGuard())


def _note_role(session: Session, event: str, role: Role, rights: Rights) -> None:
    facts = {
        "reach": role.reach,
        "all": role.all_permissions,
        "second_factor": role.needs_second_factor,
        **_listed(rights),
    }
    audit(session, event, ref=RecordRef(ROLE_KIND, role.id), subject=role.title, facts=facts)


def _note_access(session: Session, user_id: int, roles: set[int], rights: Rights) -> None:
    facts = {"roles": sorted(roles), **_listed(rights)}
    audit(session, "access.changed", ref=RecordRef(USER_KIND, user_id), facts=facts)


def _listed(rights: Rights) -> dict[str, list[str]]:
    """Return what is granted and what is refused, as it stands afterwards."""
    return {word: sorted(name for name, one in rights.items() if one is value) for word, value in _WORDS.items()}


_WORDS = {"granted": True, "refused": False}


def _fill(session: Session, role: Role, *, title: str, reach: str) -> None:
    title = clean_line(title)[:100]
    errors = {}
    if not title:
        errors["title"] = _("Enter a name for the role.")
    elif session.scalar(select(Role.id).where(Role.title == title, Role.id != (role.id or 0))) is not None:
        errors["title"] = _("There is a role with this name already.")
    if reach not in set(Reach):
        errors["reach"] = _("Choose whose records this role sees.")
    if errors:
        raise InvalidInput(errors)
    role.title, role.reach = title, reach


def _free_name(session: Session, wanted: str) -> str:
    with as_system(session, reason="role name"):
        taken = set(session.scalars(select(Role.name)))
    names = (wanted, *(f"{wanted}_{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def _write_role_rights(session: Session, role_id: int, rights: Rights) -> None:
    rows = session.scalars(select(RolePermission).where(RolePermission.role_id == role_id)).all()
    kept = _write_rights(session, rows, rights)
    for permission in kept:
        session.add(RolePermission(role_id=role_id, permission=permission, granted=bool(rights[permission])))
    session.flush()


def _write_user_rights(session: Session, user_id: int, rights: Rights) -> None:
    rows = session.scalars(select(UserPermission).where(UserPermission.user_id == user_id)).all()
    kept = _write_rights(session, rows, rights)
    for permission in kept:
        session.add(UserPermission(user_id=user_id, permission=permission, granted=bool(rights[permission])))
    session.flush()


def _write_rights(session: Session, rows: Iterable[Any], rights: Rights) -> list[str]:
    """Bring the rows in line with ``rights``; return the permissions that need a new row.

    Permissions that ``rights`` doesn't mention stay: their modules may be off or gone.
    """
    new = {permission for permission, granted in rights.items() if granted is not None}
    for row in rows:
        wanted = rights.get(row.permission, row.granted)
        new.discard(row.permission)
        if wanted is None:
            session.delete(row)
        else:
            row.granted = wanted
    return sorted(new)


def _write_user_roles(session: Session, user_id: int, role_ids: set[int]) -> None:
    known = set(session.scalars(select(Role.id).where(Role.id.in_(role_ids))))
    if known != role_ids:
        raise InvalidInput({"roles": _("There is no such role.")})
    for row in session.scalars(select(UserRole).where(UserRole.user_id == user_id)).all():
        if row.role_id not in role_ids:
            session.delete(row)
        role_ids = role_ids - {row.role_id}
    for role_id in sorted(role_ids):
        session.add(UserRole(user_id=user_id, role_id=role_id))
    session.flush()
