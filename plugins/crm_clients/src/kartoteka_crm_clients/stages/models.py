"""The table of stages that relationships with clients have been in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, directory_entry
from kartoteka.api.db import client_id as to_client


class Stage(Record, Model):
    """A time for which the relationship with a client was at one stage (CL-18).

    ``since`` is the day on which it came to the stage, ``until`` the day on which the next one began, None for the
    present stage. ``user_id`` is whoever said so.
    """

    __tablename__ = "crm_clients_stage"

    client_id: Mapped[int] = to_client(index=False)
    stage_id: Mapped[int] = directory_entry("crm_clients.stages", nullable=False, index=False)
    since: Mapped[date]
    until: Mapped[date | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)

    __table_args__ = (
        Index("ix_crm_clients_stage_by_client", "client_id", "until", "stage_id"),
        Index("ix_crm_clients_stage_by_stage", "stage_id", "until", "client_id"),
        Index("ix_crm_clients_stage_by_day", "since"),
    )
