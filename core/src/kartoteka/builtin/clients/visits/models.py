"""The table of visits to cards of clients."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.types import UTCDateTime


def _own(actor: Actor) -> ColumnElement[bool]:
    return ClientVisit.user_id == actor.user_id


class ClientVisit(Model):
    """That a user looked at a client's card: ``seen_at`` last, ``before_at`` the last time before this visit.

    Looks that follow each other within an hour are one visit. Having been looked at is no reference: it
    keeps no client from going, and rows of one that is gone are passed over.
    """

    __tablename__ = "core_client_visit"
    __row_scope__ = staticmethod(_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    client_id: Mapped[int] = mapped_column(index=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    before_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("user_id", "client_id"),)
