"""The table of rules that give new inquiries to people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonList, Model, Record, Stateful, directory_entry

NAME_LENGTH = 100


class Assignment(Record, Stateful, Model):
    """A rule that gives new inquiries to people; the first one that fits decides (X-29).

    It fits inquiries of the ``sort`` and the ``source_id``, of clients in the ``country`` and in one of the ``places``
    (words of cities and regions); what is empty fits all. ``way`` is turns (one after the other) or load (who has the
    fewest open inquiries). ``last_user_id`` got the last one.
    """

    __tablename__ = "crm_inquiries_assignment"

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=0)
    sort: Mapped[str] = mapped_column(String(10), default="")
    source_id: Mapped[int | None] = directory_entry("crm_inquiries.sources")
    country: Mapped[str] = mapped_column(String(2), default="")
    places: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    way: Mapped[str] = mapped_column(String(10), default="turns")
    users: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    last_user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
