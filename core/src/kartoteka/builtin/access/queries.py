"""Reads of roles and rights; all of them as the system, because they decide what people may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from kartoteka.builtin.access.confidential.queries import SEE, confidential_columns, marked_fields
from kartoteka.builtin.access.models import Role, RolePermission, UserPermission, UserRole
from kartoteka.builtin.access.rules import RoleRights, decide_all
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Reach
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of

__all__ = ["confidential_columns", "marked_fields"]

MANAGING = ("users.manage", "access.manage")
"""Who has both is an administrator: he can give himself and others every other right."""


@dataclass(frozen=True, kw_only=True)
class UserRights:
    """What is written down about one user: his own entries and his roles."""

    own: Mapping[str, bool] = field(default_factory=dict)
    roles: tuple[RoleRights, ...] = ()

    @property
    def all_permissions(self) -> bool:
        return any(role.all_permissions for role in self.roles)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles demands a second factor."""
        return any(role.needs_second_factor for role in self.roles)


def rights_of_users(session: Session, user_ids: Iterable[int] | None = None) -> dict[int, UserRights]:
    """Return the rights written down for these users (None: for all active ones), in three statements."""
    with as_system(session, reason="rights"):
        wanted = select(User.id).where(User.active) if user_ids is None else tuple(user_ids)
        memberships = session.execute(
            select(UserRole.user_id, UserRole.role_id).where(UserRole.user_id.in_(wanted)).order_by(UserRole.role_id)
        ).all()
        entries = session.execute(
            select(UserPermission.user_id, UserPermission.permission, UserPermission.granted).where(
                UserPermission.user_id.in_(wanted)
            )
        ).all()
        roles = role_rights(session, {role_id for _user_id, role_id in memberships})
    found: dict[int, tuple[dict[str, bool], list[RoleRights]]] = {}
    for user_id, role_id in memberships:
        found.setdefault(user_id, ({}, []))[1].append(roles[role_id])
    for user_id, permission, granted in entries:
        found.setdefault(user_id, ({}, []))[0][permission] = granted
    return {user_id: UserRights(own=own, roles=tuple(held)) for user_id, (own, held) in found.items()}


def rights_of_user(session: Session, user_id: int) -> UserRights:
    """Return the rights written down for one user."""
    return rights_of_users(session, [user_id]).get(user_id, UserRights())


def users_who_may(
    session: Session, permission: str, user_ids: Iterable[int], requires: Mapping[str, tuple[str, ...]]
) -> set[int]:
    """Return those of these users who have a right, in three statements.

    ``requires`` holds the permissions of active modules, each with those it has no effect without.
    """
    found = set()
    for user_id, rights in rights_of_users(session, user_ids).items():
        decision = decide_all(requires, rights.own, rights.roles).get(permission)
        if decision is not None and decision.effective:
            found.add(user_id)
    return found


def users_who_read(session: Session, kind: str, field: str, user_ids: Iterable[int]) -> set[int]:
    """Return those of these users who may see a field of the records that they see; all, unless it is marked."""
    wanted = set(user_ids)
    if (kind, field) not in marked_fields(session):
        return wanted
    known = extension_of(session).registry.permissions
    return users_who_may(session, SEE, wanted, {one.name: one.also_requires for one in known})


def role_rights(session: Session, role_ids: Iterable[int]) -> dict[int, RoleRights]:
    """Return what these roles say, in one statement."""
    with as_system(session, reason="rights"):
        rows = session.execute(
            select(
                Role.id,
                Role.title,
                Role.reach,
                Role.all_permissions,
                Role.needs_second_factor,
                RolePermission.permission,
                RolePermission.granted,
            )
            .outerjoin(RolePermission, RolePermission.role_id == Role.id)
            .where(Role.id.in_(tuple(role_ids)))
        ).all()
    roles: dict[int, RoleRights] = {}
    for row in rows:
        known = roles.get(row.id)
        rights = dict(known.rights) if known else {}
        if row.permission is not None:
            rights[row.permission] = row.granted
        roles[row.id] = RoleRights(
            role_id=row.id,
            title=row.title,
            reach=Reach(row.reach),
            all_permissions=row.all_permissions,
            needs_second_factor=row.needs_second_factor,
            rights=rights,
        )
    return roles


def all_role_rights(session: Session) -> list[RoleRights]:
    """Return what every role says, by title."""
    with as_system(session, reason="rights"):
        ids = session.scalars(select(Role.id).order_by(Role.title, Role.id)).all()
        found = role_rights(session, ids)
    return [found[role_id] for role_id in ids]


def list_roles(session: Session) -> list[tuple[Role, int]]:
    """Return all roles by title, each with the number of users who have it."""
    members = select(func.count(UserRole.id)).where(UserRole.role_id == Role.id).correlate(Role).scalar_subquery()
    return [(role, number) for role, number in session.execute(select(Role, members).order_by(Role.title, Role.id))]


def role_titles(session: Session, role_ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of these roles, in one statement; those deleted meanwhile are left out."""
    with as_system(session, reason="titles of roles"):
        rows = session.execute(select(Role.id, Role.title).where(Role.id.in_(tuple(role_ids))))
        return {row.id: row.title for row in rows}


def roles_of_users(session: Session, user_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the titles of the roles of each of these users."""
    rows = session.execute(
        select(UserRole.user_id, Role.title)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.user_id.in_(tuple(user_ids)))
        .order_by(Role.title)
    )
    titles: dict[int, list[str]] = {}
    for user_id, title in rows:
        titles.setdefault(user_id, []).append(title)
    return titles
