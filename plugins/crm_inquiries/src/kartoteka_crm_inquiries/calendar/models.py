"""The table of working hours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonList, Model, Record
from kartoteka.api.declare import Public


class WorkingHours(Record, Model):
    """When people work: the company's hours, whose row has no user, and those of users who have their own.

    ``days`` has for each day from Monday a list of stretches ``[from, to]`` in minutes after midnight.
    """

    __tablename__ = "crm_inquiries_working_hours"
    __row_scope__ = Public()

    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    days: Mapped[list[Any]] = mapped_column(JsonList, default=list)

    __table_args__ = (Index("ix_crm_inquiries_working_hours_of_user", "user_id", unique=True),)
