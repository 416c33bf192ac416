"""Tables of jobs and of what schedules have done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import JsonDict, JsonList, StoredText, UTCDateTime
from kartoteka.vocabulary.message import Translatable

MANAGE = "jobs.manage"
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
UNFINISHED = (WAITING, RUNNING)
KEY_LENGTH = 200

_UNFINISHED_ONLY = text("finished_at IS NULL")


def _own_or_managed(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can(MANAGE) else Job.user_id == actor.user_id


class Job(Model):
    """A piece of work that a worker does, or has done, step by step.

    Whoever holds ``token`` does it now and is the only one who may write down a step. ``due_at`` is when a worker
    should take it up: the moment to begin, and while it runs the end of the holder's lease. ``attempts`` counts the
    tries that have begun since a step was last committed. ``user_id`` is the one it is done for, None for the system.
    """

    __tablename__ = "core_job"
    __row_scope__ = staticmethod(_own_or_managed)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(127))
    title: Mapped[Translatable] = mapped_column(StoredText)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"))
    payload: Mapped[Mapping[str, Any]] = mapped_column(JsonDict, default=dict)
    checkpoint: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    token: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    unique_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    """Unique among unfinished jobs."""
    dedup: Mapped[str | None] = mapped_column(String(KEY_LENGTH), unique=True)
    """Unique for ever: the job and the moment of its schedule."""
    cancelled_by: Mapped[int | None]
    """Who wants it to stop; the worker looks here between steps."""
    done: Mapped[int | None]
    of: Mapped[int | None]
    worked_seconds: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[Translatable | None] = mapped_column(StoredText)
    error: Mapped[Translatable | None] = mapped_column(StoredText)
    warnings: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    warned: Mapped[int] = mapped_column(default=0)
    url: Mapped[str | None] = mapped_column(String(500))
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("core_operation.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    __table_args__ = (
        Index("ix_core_job_due", "due_at", sqlite_where=_UNFINISHED_ONLY, postgresql_where=_UNFINISHED_ONLY),
        Index(
            "uq_core_job_unfinished",
            "unique_key",
            unique=True,
            sqlite_where=_UNFINISHED_ONLY,
            postgresql_where=_UNFINISHED_ONLY,
        ),
        Index("ix_core_job_user_id_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )


class ScheduleMark(Model):
    """The latest moment of a schedule that has been dealt with: what lies before it is never done again."""

    __tablename__ = "core_schedule"
    __row_scope__ = SYSTEM_ONLY

    name: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    moment: Mapped[datetime] = mapped_column(UTCDateTime)
