"""The table of sales projects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, Stateful, directory_entry
from kartoteka.api.db import client_id as to_client

NAME_LENGTH = 200


class Project(Record, Stateful, Model):
    """A sales project: activities, documents and offers of a client that belong together (IN-49)."""

    __tablename__ = "crm_inquiries_project"

    client_id: Mapped[int] = to_client(index=False)
    number: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    status_id: Mapped[int | None] = directory_entry("crm_inquiries.project_statuses")
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    description: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_crm_inquiries_project_by_client", "client_id", "state"),)
