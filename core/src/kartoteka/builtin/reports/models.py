"""The table of reports that are sent by mail at set times."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.types import JsonDict, StoredText, UTCDateTime
from kartoteka.vocabulary.message import Translatable


class Every(StrEnum):
    """How often a report is sent."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return ReportSchedule.user_id == actor.user_id


class ReportSchedule(Model):
    """A report that is sent by mail again and again, as the user who asked for it sees it (X-32).

    ``params`` are the parameters as they stand in the address of the report. ``hour`` is on the user's clock; weekly
    ones go on Mondays, monthly ones on the first. ``problem`` is why the last one was not sent.
    """

    __tablename__ = "core_report_schedule"
    __row_scope__ = staticmethod(_own)
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    report: Mapped[str] = mapped_column(String(130))
    params: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    file: Mapped[str] = mapped_column(String(4), default="pdf")
    every: Mapped[str] = mapped_column(String(10), default=Every.WEEK)
    hour: Mapped[int] = mapped_column(default=7)
    address: Mapped[str] = mapped_column(String(1000), default="")
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[Translatable | None] = mapped_column(StoredText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
