"""The table of what the company has chosen for each kind of document and mail."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record


class Addressing(Record, Model):
    """To whom (``role``) and where (``address_kind``) documents and mails of one kind go; empty leaves it open.

    ``topic`` is the key of a document type, of a mail template or of a record kind, even of a module that is gone.
    """

    __tablename__ = "crm_clients_addressing"

    topic: Mapped[str] = mapped_column(String(130), unique=True)
    role: Mapped[str] = mapped_column(String(40), default="")
    address_kind: Mapped[str] = mapped_column(String(20), default="")
