"""The table of what users were reminded of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, UTCDateTime, utc_now
from kartoteka.api.declare import SystemOnly


class Reminded(Model):
    """A reminder that a user was given: each is given once, however many workers there are (CORE-11, IN-51).

    ``sort`` says of what (see `reminders.rules`), ``record_id`` is the activity or the inquiry. ``moment`` and ``lead``
    are what it depends on: when one of them changes, it is another reminder.
    """

    __tablename__ = "crm_inquiries_reminded"
    __row_scope__ = SystemOnly()

    id: Mapped[int] = mapped_column(primary_key=True)
    sort: Mapped[str] = mapped_column(String(10))
    record_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    moment: Mapped[datetime] = mapped_column(UTCDateTime)
    lead: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)

    __table_args__ = (
        UniqueConstraint("sort", "record_id", "user_id", "moment", "lead", name="uq_crm_inquiries_reminded"),
        {"sqlite_autoincrement": True},
    )
