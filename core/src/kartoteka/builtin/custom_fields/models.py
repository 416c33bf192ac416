"""The table of the fields that a company has added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.types import JsonDict, JsonList


class CustomFieldRow(Record, Model):
    """A field that the company has added to a record kind.

    ``name`` (``x_...``) is what its values are kept under; it never changes. ``title`` is what it is called, ``titles``
    what it is called by language where that differs. ``choices`` are mappings with value, title, titles and closed.
    A ``closed`` field is shown nowhere and keeps its values.
    """

    __tablename__ = "core_custom_field"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(60))
    type: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(100))
    titles: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    help: Mapped[str] = mapped_column(String(300), default="")
    choices: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    currency: Mapped[str] = mapped_column(String(3), default="")
    required: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    personal: Mapped[bool] = mapped_column(default=True)
    searchable: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
