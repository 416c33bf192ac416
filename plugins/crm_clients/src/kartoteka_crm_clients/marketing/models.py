"""The table of marketing data: at most one row for each client, kept so by the services."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kartoteka.api.db import Model, Record, client_id, directory_entry


class Marketing(Record, Model):
    """What the company knows of a client for its marketing; activity, sex and income are the client's own fields.

    There is no unique index on the client: two clients with a row each must be able to become one.
    """

    __tablename__ = "crm_clients_marketing"

    client_id: Mapped[int] = client_id(index=False)
    size_id: Mapped[int | None] = directory_entry("crm_clients.sizes", index=False)
    status_id: Mapped[int | None] = directory_entry("crm_clients.statuses", index=False)
    assortment_id: Mapped[int | None] = directory_entry("crm_clients.assortments", index=False)
    programme_id: Mapped[int | None] = directory_entry("crm_clients.service_programmes", index=False)
    channel_id: Mapped[int | None] = directory_entry("crm_clients.ad_channels", index=False)
    loyalty_id: Mapped[int | None] = directory_entry("crm_clients.loyalty_programmes", index=False)

    __table_args__ = (
        Index("ix_crm_clients_marketing_by_client", "client_id"),
        *(
            Index(f"ix_crm_clients_marketing_by_{name}", f"{name}_id", "client_id")
            for name in ("size", "status", "assortment", "programme", "channel", "loyalty")
        ),
    )
