"""The table of contracts with clients."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Extensible, Model, Record, Stateful, directory_entry
from kartoteka.api.db import client_id as to_client

NUMBER_LENGTH = 60
TITLE_LENGTH = 200
TERMS_LENGTH = 20_000


class Contract(Record, Stateful, Extensible, Model):
    """A contract with a client (CL-14): ``terms`` are one a line; its file is in the register of documents.

    It is valid from ``since`` to ``until``, both days counted; None has no end. ``signed_on`` is its date.
    """

    __tablename__ = "crm_clients_contract"

    client_id: Mapped[int] = to_client(index=False)
    number: Mapped[str] = mapped_column(String(NUMBER_LENGTH))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    kind_id: Mapped[int | None] = directory_entry("crm_clients.contract_kinds")
    signed_on: Mapped[date]
    since: Mapped[date | None]
    until: Mapped[date | None]
    terms: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_crm_clients_contract_by_client", "client_id", "state"),
        Index("ix_crm_clients_contract_by_end", "until", "state"),
    )
