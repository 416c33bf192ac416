"""Tables of tags and of the clients that have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.types import DERIVED, SortText, client_id
from kartoteka.vocabulary.text import sort_key

NAME_LENGTH = 60


class Tag(Record, Model):
    """A word that clients are marked with; two tags never differ in case or accents alone."""

    __tablename__ = "core_tag"
    __table_args__ = (UniqueConstraint("name_sort"),)
    derives_from: ClassVar = frozenset({"name"})

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_sort: Mapped[str] = mapped_column(SortText(NAME_LENGTH), default="", info=DERIVED)
    colour: Mapped[str] = mapped_column(String(20), default="")

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a tag is ordered and found by."""
        return {"name_sort": sort_key(values["name"])[:NAME_LENGTH]} if "name" in values else {}


class Tagging(Record, Model):
    """That a client has a tag."""

    __tablename__ = "core_tagging"
    __table_args__ = (UniqueConstraint("client_id", "tag_id"), Index("ix_core_tagging_by_tag", "tag_id", "client_id"))

    tag_id: Mapped[int] = mapped_column(ForeignKey("core_tag.id", ondelete="RESTRICT"))
    client_id: Mapped[int] = client_id()
