"""The table of notices."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, or_
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record, Stateful

TITLE_LENGTH = 200


class Notice(Record, Stateful, Model):
    """Something that everybody, or one department, should know from one day to another (CORE-09)."""

    __tablename__ = "core_notice"

    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text, default="")
    important: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("core_department.id", ondelete="RESTRICT"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)

    __table_args__ = (Index("ix_core_notice_validity", "state", "valid_from"),)


def for_reader(actor: Actor) -> ColumnElement[bool] | None:
    """Rule: notices for all and for one's own department; all of them for those who manage them."""
    if actor.can(MANAGE_NOTICES):
        return None
    return or_(Notice.department_id.is_(None), Notice.department_id == actor.department_id)
