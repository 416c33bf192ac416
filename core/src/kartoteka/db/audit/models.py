"""Tables of the audit chain: its entries, and where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.journal.models import CanonicalJson
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import UTCDateTime

START = "0" * 64
"""What stands in place of the hash before the first entry."""
HEAD_ID = 1


class AuditEntry(Model):
    """One link of the chain; ``id`` counts without gaps.

    ``facts`` hold no personal data and are hashed as they are. ``personal`` holds names and addresses; ``digest`` is
    SHA-256 over ``salt`` and its text and stays when that is erased. ``hash`` covers everything but ``personal``
    and ``salt``, and the hash of the entry before.
    """

    __tablename__ = "core_audit"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    user_id: Mapped[int | None]
    event: Mapped[str] = mapped_column(String(60))
    # Not a record_ref: a merge moves those, and what happened to the merged record stays what it was.
    about_kind: Mapped[str | None] = mapped_column(String(100))
    about_id: Mapped[int | None]
    operation_id: Mapped[int | None]
    facts: Mapped[Mapping[str, Any] | None] = mapped_column(CanonicalJson)
    personal: Mapped[Mapping[str, Any] | None] = mapped_column(CanonicalJson)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_core_audit_event", "event", "id"),
        Index("ix_core_audit_user", "user_id", "id"),
        Index("ix_core_audit_operation", "operation_id", "id"),
    )


class AuditHead(Model):
    """The one row that says where the chain ends, so that a cut-off end is noticed.

    ``seal`` is an HMAC over the rest of the row with the installation's secret, which is not in the database.
    Journal entries up to ``since_entry`` were written before there was a chain.
    """

    __tablename__ = "core_audit_head"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default=START)
    seal: Mapped[str] = mapped_column(String(64), default="")
    since_entry: Mapped[int] = mapped_column(default=0)
