"""The table of templates of clients."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import JsonDict, JsonList


class ClientTemplate(Record, Model):
    """What a new client begins with: ``contents`` are stored values by field, ``tag_ids`` its tags."""

    __tablename__ = "core_record_template"
    __row_scope__ = PUBLIC
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(100))
    contents: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    tag_ids: Mapped[list[int]] = mapped_column(JsonList, default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
