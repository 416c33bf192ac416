"""Table of the fields that the company keeps confidential."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record


class ConfidentialField(Record, Model):
    """A field of a record kind that is shown and changed only with a right of its own; "field" is its name."""

    __tablename__ = "core_confidential_field"
    __table_args__ = (UniqueConstraint("kind", "field"),)

    kind: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(63))
