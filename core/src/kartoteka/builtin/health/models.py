"""What was answered in the queue of data health, and how healthy the clients of each manager were day by day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import client_id


class Outcome(StrEnum):
    """What somebody did about a finding."""

    FIXED = "fixed"
    SKIPPED = "skipped"


class HealthAnswer(Record, Model):
    """What a user did about a finding: ``check`` is the key of the check, ``finding`` that of the finding in it."""

    __tablename__ = "core_health_answer"

    check: Mapped[str] = mapped_column(String(127))
    finding: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[int] = client_id()
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(10))

    __table_args__ = (
        Index("ix_core_health_answer_by_finding", "check", "finding"),
        Index("ix_core_health_answer_by_user", "user_id", "outcome", "created_at"),
    )


class HealthScore(Model):
    """How many clients a manager had on a day, and how much was wrong with their data; nobody's without a manager."""

    __tablename__ = "core_health_score"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    clients: Mapped[int]
    findings: Mapped[int]

    __table_args__ = (UniqueConstraint("day", "manager_id"),)
