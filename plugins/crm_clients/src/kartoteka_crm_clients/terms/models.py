"""The table of sales terms: one row for each client with whom something was agreed."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, client_id, directory_entry


class Terms(Record, Model):
    """On which terms a client buys.

    The service keeps one row a client: a unique index would stop clients with terms of their own from being merged.
    """

    __tablename__ = "crm_clients_terms"

    client_id: Mapped[int] = client_id(index=False)
    is_blocked: Mapped[bool] = mapped_column(default=False)
    block_reason: Mapped[str] = mapped_column(String(300), default="")
    credit_limit: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    credit_currency: Mapped[str] = mapped_column(String(3), default="")
    payment_days: Mapped[int | None]
    price_level_id: Mapped[int | None] = directory_entry("crm_clients.price_levels")
    discount_group_id: Mapped[int | None] = directory_entry("crm_clients.discount_groups")
    discount: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))

    __table_args__ = (
        Index("ix_crm_clients_terms_by_client", "client_id", "is_blocked"),
        Index("ix_crm_clients_terms_by_block", "is_blocked", "client_id"),
    )
