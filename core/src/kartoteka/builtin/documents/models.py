"""Tables of documents: what was made with which content, and the templates with which a company replaces ours."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.blobs import blob_digest
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import JsonDict, UTCDateTime, client_id, record_ref
from kartoteka.vocabulary.record import RecordRef

DOCUMENT = "documents.document"
VIEW = "documents.view"
VOID = "documents.void"
MANAGE = "documents.manage"
SEND = "mail.send"


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return DocumentPrint.user_id == actor.user_id


class DocumentState(StrEnum):
    """Whether a document is in force; a numbered one is never deleted, so that no number is missing."""

    MADE = "made"
    VOIDED = "voided"


class Document(Record, Model):
    """A document made of a record (X-34).

    ``content`` holds what its template put on paper, already in its language, so that the same document can be set
    again; ``pdf_blob`` is the PDF itself once a job has made and kept it. ``template_id`` is the company's own template
    it was made with, None for the one that came with the module. ``number`` is unique in its series.
    """

    __tablename__ = "core_document"

    type: Mapped[str] = mapped_column(String(130))
    title: Mapped[str] = mapped_column(String(300))
    series: Mapped[str | None] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(60))
    day: Mapped[date]
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10), default=DocumentState.MADE)
    void_reason: Mapped[str] = mapped_column(String(500), default="")
    client_id: Mapped[int | None] = client_id(nullable=True, index=False)
    source: Mapped[RecordRef | None] = record_ref("source")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("core_document_template.id", ondelete="SET NULL"))
    pdf_blob: Mapped[str | None] = blob_digest(nullable=True)
    keep_until: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("series", "number"),
        Index("ix_core_document_by_type", "type", "id"),
        # A client's stream is read by moments, page by page.
        Index("ix_core_document_by_client", "client_id", "created_at", "id"),
        Index("ix_core_document_by_template", "template_id"),
    )


class DocumentPrint(Model):
    """Documents of several records in one PDF, for whoever asked for it; it goes after a week."""

    __tablename__ = "core_document_print"
    __row_scope__ = staticmethod(_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    type: Mapped[str] = mapped_column(String(130))
    number: Mapped[int]
    blob: Mapped[str] = blob_digest()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)

    __table_args__ = ({"sqlite_autoincrement": True},)


class DocumentTemplate(Model):
    """A version of a company's template of a type; an empty ``source`` is the way back to the one of the module.

    ``language`` is "" for all languages. Versions are only added: the newest is in force.
    """

    __tablename__ = "core_document_template"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(130))
    language: Mapped[str] = mapped_column(String(5), default="")
    source: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (
        Index("ix_core_document_template_by_type", "type", "language", "id"),
        {"sqlite_autoincrement": True},
    )
