"""The table of the layouts of the company and its departments; users keep their own among their preferences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import JsonDict


class CardLayout(Model):
    """A layout of the client card: that of a department, or without one that of the whole company."""

    __tablename__ = "core_card_layout"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("core_department.id", ondelete="CASCADE"), unique=True)
    parts: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
