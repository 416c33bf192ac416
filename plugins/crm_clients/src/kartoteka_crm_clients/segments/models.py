"""Tables of segments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Actor, JsonList, Model, Record, client_id
from kartoteka.api.declare import OwnedByClient


class Segment(Record, Model):
    """A group of clients.

    A live one holds whom one of its ``groups`` finds now: each is a query of the client list's address, whose filters
    are all to be met. A fixed one holds the clients that were put into it. It is seen by its owner, and by everybody
    when it is shared.
    """

    __tablename__ = "crm_clients_segment"

    name: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str] = mapped_column(String(1000), default="")
    is_fixed: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool] = mapped_column(default=False)
    groups: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)


class SegmentClient(Model):
    """A client in a fixed segment."""

    __tablename__ = "crm_clients_segment_client"
    __row_scope__ = OwnedByClient()

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("crm_clients_segment.id", ondelete="CASCADE"))
    client_id: Mapped[int] = client_id(index=False)

    __table_args__ = (
        UniqueConstraint("segment_id", "client_id"),
        Index("ix_crm_clients_segment_client_by_client", "client_id"),
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Rule: a segment is seen by its owner, and by everybody when it is shared."""
    return or_(Segment.is_shared.is_(True), Segment.owner_id == actor.user_id)
