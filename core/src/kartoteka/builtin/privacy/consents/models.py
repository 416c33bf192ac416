"""The table of consents: what was said is never changed, what is said later is a new row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.types import client_id, directory_entry, record_ref
from kartoteka.vocabulary.record import RecordRef

PURPOSES = "privacy.purposes"
SOURCE_LENGTH = 300
WORDING_LENGTH = 5_000


class Consent(Record, Model):
    """That a client, or the person ``about`` among its records, agreed to a purpose on a day, or took that back.

    ``source`` says how it was given and where its proof is, ``wording`` what was agreed to, word for word. What holds
    is the last row of a person and purpose (GDPR, article 7: consent is proven, and withdrawn as easily as given).
    """

    __tablename__ = "core_consent"

    client_id: Mapped[int] = client_id(index=False)
    about: Mapped[RecordRef | None] = record_ref("about")
    purpose_id: Mapped[int] = directory_entry(PURPOSES, nullable=False)
    given: Mapped[bool]
    said_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(SOURCE_LENGTH))
    wording: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)

    __table_args__ = (
        Index("ix_core_consent_by_client", "client_id", "said_on", "id"),
        {"sqlite_autoincrement": True},
    )
