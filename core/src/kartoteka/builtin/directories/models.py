"""The table of all entries of all directories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.types import DERIVED, JsonDict, SortText
from kartoteka.vocabulary.text import sort_key

ENTRY_TABLE = "core_directory_entry"
NAME_LENGTH = 200


class DirectoryEntry(Record, Model):
    """An entry of a directory.

    ``directory`` is the directory's key, ``name`` what the entry is called, ``titles`` what it is called by language
    where that differs. ``code`` is empty but for entries that the program brought along. ``position`` orders the
    entries of directories that people put into an order.
    """

    __tablename__ = ENTRY_TABLE
    derives_from: ClassVar = frozenset({"name"})

    directory: Mapped[str] = mapped_column(String(130))
    code: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_sort: Mapped[str] = mapped_column(SortText(NAME_LENGTH), default="", info=DERIVED)
    titles: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    country: Mapped[str] = mapped_column(String(2), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey(f"{ENTRY_TABLE}.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str] = mapped_column(String(20), default="")
    closed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_core_directory_entry_by_name", "directory", "position", "name_sort", "id"),
        Index("ix_core_directory_entry_by_code", "directory", "code"),
        {"sqlite_autoincrement": True},
    )

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the column that entries are ordered and found by."""
        return {"name_sort": sort_key(values["name"])[:NAME_LENGTH]} if "name" in values else {}
