"""Tables that say which modules are on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import UTCDateTime

STATE_ID = 1


class State(Model):
    """The one row whose version rises with every change of users, rights or modules.

    Every request reads it, so that worker processes drop what they have cached about both at once.
    """

    __tablename__ = "core_state"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)


class ModuleSwitch(Model):
    """Whether a module is on; a module without a row is off, a built-in feature never has one."""

    __tablename__ = "core_module"
    __row_scope__ = PUBLIC

    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
