"""Table of app passwords."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.types import SECRET, UTCDateTime

NAME_LENGTH = 100


def _own_or_managed(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can("users.manage") else AppPassword.user_id == actor.user_id


class AppPassword(Model):
    """A password that one program of a user signs in with; made by chance, so that a plain digest keeps it safe."""

    __tablename__ = "core_app_password"
    __row_scope__ = staticmethod(_own_or_managed)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    password_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
