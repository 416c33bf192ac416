"""Tables of roles and of rights granted or refused."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record

PERMISSION_LENGTH = 127


def _for_access_managers(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can("access.manage") else false()


class Role(Record, Model):
    """What people in one position may do; copied from a module's template or made by the company."""

    __tablename__ = "core_role"
    __row_scope__ = staticmethod(_for_access_managers)

    name: Mapped[str] = mapped_column(String(63), unique=True)
    title: Mapped[str] = mapped_column(String(100))
    reach: Mapped[str] = mapped_column(String(12), default="own")
    all_permissions: Mapped[bool] = mapped_column(default=False)
    """Gets every permission, also those that modules bring later."""


class RolePermission(Record, Model):
    """A right that a role grants or refuses; without a row it says nothing about it."""

    __tablename__ = "core_role_permission"
    __table_args__ = (UniqueConstraint("role_id", "permission"),)
    __row_scope__ = staticmethod(_for_access_managers)

    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(PERMISSION_LENGTH))
    granted: Mapped[bool]


class UserRole(Record, Model):
    """A role that a user has."""

    __tablename__ = "core_user_role"
    __table_args__ = (UniqueConstraint("user_id", "role_id"),)
    __row_scope__ = staticmethod(_for_access_managers)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id", ondelete="RESTRICT"), index=True)


class UserPermission(Record, Model):
    """A right granted to or refused for one user; it beats his roles."""

    __tablename__ = "core_user_permission"
    __table_args__ = (UniqueConstraint("user_id", "permission"),)
    __row_scope__ = staticmethod(_for_access_managers)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(PERMISSION_LENGTH))
    granted: Mapped[bool]
