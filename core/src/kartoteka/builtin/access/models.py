"""Tables of roles and of rights granted or refused."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record

PERMISSION_LENGTH = 127


class Role(Record, Model):
    """What people in one position may do; copied from a module's template or made by the company."""

    __tablename__ = "core_role"

    name: Mapped[str] = mapped_column(String(63), unique=True)
    title: Mapped[str] = mapped_column(String(100))
    reach: Mapped[str] = mapped_column(String(12), default="own")
    all_permissions: Mapped[bool] = mapped_column(default=False)
    """Gets every permission, also those that modules bring later."""
    needs_second_factor: Mapped[bool] = mapped_column(default=False)
    """Whoever has the role must prove himself by a second factor before he gets to anything else."""


class RolePermission(Record, Model):
    """A right that a role grants or refuses; without a row it says nothing about it."""

    __tablename__ = "core_role_permission"
    __table_args__ = (UniqueConstraint("role_id", "permission"),)

    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(PERMISSION_LENGTH))
    granted: Mapped[bool]


class UserRole(Record, Model):
    """A role that a user has."""

    __tablename__ = "core_user_role"
    __table_args__ = (UniqueConstraint("user_id", "role_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id", ondelete="RESTRICT"), index=True)


class UserPermission(Record, Model):
    """A right granted to or refused for one user; it beats his roles."""

    __tablename__ = "core_user_permission"
    __table_args__ = (UniqueConstraint("user_id", "permission"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(PERMISSION_LENGTH))
    granted: Mapped[bool]
