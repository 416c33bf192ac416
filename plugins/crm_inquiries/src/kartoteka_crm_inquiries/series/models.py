"""The table of rules by which activities repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonDict, JsonList, Model, Record, Stateful
from kartoteka.api.db import client_id as to_client


class Series(Record, Stateful, Model):
    """A rule by which an activity repeats (RFC 5545, 3.3.10); each occurrence is an activity of its own.

    ``rule`` is the RRULE without its name, ``starts_at`` the first occurrence, in ``timezone`` (IANA): a meeting at
    nine stays at nine when the clocks change. ``left_out`` are moments (ISO 8601, UTC) that the rule gives and nobody
    wants, ``extra`` those beside the rule (RDATE). ``values`` is what new occurrences begin with. Activities exist
    until ``made_until``; a job makes those to come.
    """

    __tablename__ = "crm_inquiries_series"

    client_id: Mapped[int | None] = to_client(nullable=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    rule: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60))
    left_out: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    extra: Mapped[list[Any]] = mapped_column(JsonList, default=list, server_default="[]")
    values: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    made_until: Mapped[datetime]
    uid: Mapped[str] = mapped_column(String(255), index=True)
