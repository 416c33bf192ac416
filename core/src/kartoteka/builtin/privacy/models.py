"""The table of erasures: that a person was erased, when, why, and what the law kept. It names nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.types import JsonDict, UTCDateTime, client_id, record_ref
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.vocabulary.record import RecordRef


class Erasure(Model):
    """An erasure of a client's personal data, or of those of one person among its records: then ``about`` says which.

    ``erased`` counts records by table, ``kept`` those that the law keeps, ``mentions`` those of other clients in which
    a name or an address of the person still stands.
    """

    __tablename__ = "core_erasure"
    __row_scope__ = OwnedByClient()

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = client_id(index=False)
    about: Mapped[RecordRef | None] = record_ref("about")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    reason: Mapped[str] = mapped_column(String(300))
    erased: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    kept: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    mentions: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)

    __table_args__ = (
        Index("ix_core_erasure_client_id_id", "client_id", "id"),
        {"sqlite_autoincrement": True},
    )
