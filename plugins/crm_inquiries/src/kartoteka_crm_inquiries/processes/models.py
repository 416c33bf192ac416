"""Tables of sales processes and their stages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonList, Model, Record, Stateful, directory_entry

NAME_LENGTH = 100


class Process(Record, Stateful, Model):
    """A way in which inquiries are worked on, step by step (CORE-25, IN-46).

    ``sort`` says what goes through it: inquiry, order or tender; the first of a sort, by ``position``, is taken where
    nobody chooses. ``answer_hours`` is within how many working hours a new inquiry is to be answered (X-29).
    """

    __tablename__ = "crm_inquiries_process"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    sort: Mapped[str] = mapped_column(String(10), default="inquiry")
    position: Mapped[int] = mapped_column(default=0)
    answer_hours: Mapped[int | None]


class Stage(Record, Stateful, Model):
    """A stage of a process.

    ``outcome`` is empty, won or lost: the last two close an inquiry. ``probability`` (0 to 100) is the share of
    inquiries here that are won. After ``rot_days`` without movement an inquiry is shown as rotting. ``required`` are
    fields of inquiries that must be filled before one enters. On entry an activity of ``next_kind_id`` is planned in
    ``next_in_days`` working days for ``performer_id``, or for the inquiry's manager.
    """

    __tablename__ = "crm_inquiries_stage"

    process_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_process.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[str] = mapped_column(String(4), default="")
    probability: Mapped[int] = mapped_column(default=0)
    rot_days: Mapped[int | None]
    required: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    next_kind_id: Mapped[int | None] = directory_entry("crm_inquiries.activity_kinds")
    next_in_days: Mapped[int] = mapped_column(default=1)
    performer_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)

    __table_args__ = (Index("ix_crm_inquiries_stage_by_process", "process_id", "state", "position"),)
