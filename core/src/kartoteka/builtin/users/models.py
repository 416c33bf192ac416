"""Tables of users, their departments and what they have signed in with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import DERIVED, SECRET, JsonDict, SortText, UTCDateTime
from kartoteka.vocabulary.text import sort_key

LOGIN_LENGTH = 100
NAME_LENGTH = 100


class Department(Record, Model):
    """A department; users with the reach "department" see the work of its members."""

    __tablename__ = "core_department"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    closed: Mapped[bool] = mapped_column(default=False)


class User(Record, Model):
    """A person who signs in. Users are never deleted: what they did carries their name."""

    __tablename__ = "core_user"
    derives_from: ClassVar = frozenset({"name"})

    login: Mapped[str] = mapped_column(String(LOGIN_LENGTH), unique=True)
    """Folded, so that "Anna" and "anna" are one login."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_sort: Mapped[str] = mapped_column(SortText(NAME_LENGTH), index=True, info=DERIVED, default="")
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(255), info=SECRET)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("core_department.id", ondelete="RESTRICT"), index=True)
    language: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(10), default="system")
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    birth_date: Mapped[date | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)

    @classmethod
    def derive(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return the columns that follow from the others."""
        return {"name_sort": sort_key(values["name"])[:NAME_LENGTH]} if "name" in values else {}


def _own_or_managed(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can("users.manage") else SignIn.user_id == actor.user_id


class SignIn(Model):
    """One signed-in browser: lasts until it expires or is ended, here or by an administrator."""

    __tablename__ = "core_sign_in"
    __row_scope__ = staticmethod(_own_or_managed)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class SignInAttempt(Model):
    """Wrong passwords counted for one login or one network address.

    The key is a digest: people type passwords into the login field, and addresses are personal data.
    """

    __tablename__ = "core_sign_in_attempt"
    __row_scope__ = SYSTEM_ONLY

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
