"""Reads of documents and of the templates in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from kartoteka.builtin.documents.composing import compose, in_language, language_of, today
from kartoteka.builtin.documents.models import DOCUMENT, Document, DocumentState, DocumentTemplate
from kartoteka.builtin.documents.typesetting import Setting
from kartoteka.db.blobs import read_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system, find
from kartoteka.extension.asking import client_notices
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.documents import DocumentContent, DocumentType
from kartoteka.extension.declarations.notices import ClientNotice
from kartoteka.extension.declarations.sales import SaleObjection
from kartoteka.extension.dispatch import document_types, find_document_type
from kartoteka.extension.selling import sale_objections
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary

PAGE = 50


@dataclass(frozen=True)
class Template:
    """A template in force: its text, and the version of the company's own that it is, None for the module's."""

    source: str
    id: int | None = None


def type_of(session: Session, key: str) -> DocumentType:
    """Return the type ``module.name`` that the actor has the right to; raises NotFound otherwise."""
    declared = find_document_type(session, key)
    if declared is None:
        raise NotFound
    return declared


def find_document(session: Session, id: int) -> Document:
    """Return a document if the actor may see its client and has the right to its type; raises NotFound otherwise."""
    document = find(session, Document, id)
    type_of(session, document.type)
    return document


def newest_documents(
    session: Session, *, before: int | None = None, type: str = "", limit: int = PAGE
) -> Sequence[Document]:
    """Return the documents that the actor may see, the newest first."""
    statement = _visible(session).order_by(Document.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Document.id < before)
    if type:
        statement = statement.where(Document.type == type)
    return session.scalars(statement).all()


def documents_of(session: Session, source: RecordRef, limit: int = PAGE) -> Sequence[Document]:
    """Return the documents made of one record, the newest first."""
    made = _visible(session).where(Document.source == source).order_by(Document.id.desc()).limit(limit)
    return session.scalars(made).all()


def summarise_documents(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return documents in one line each."""
    found = session.scalars(_visible(session).where(Document.id.in_(ids)))
    return {one.id: _summary(one) for one in found}


def reasons_to_keep(session: Session, client_ids: Sequence[int]) -> list[Message]:
    """Return why clients must not be deleted: documents that the law wants kept, whoever may see them."""
    numbered = (
        select(func.count())
        .select_from(Document)
        .where(Document.client_id.in_(client_ids), Document.keep_until.is_not(None))
    )
    with as_system(session, reason="documents that keep a client"):
        number = int(session.scalar(numbered) or 0)
    if not number:
        return []
    return [
        plural_text(
            "There is a document that the law wants kept.",
            "There are %(count)s documents that the law wants kept.",
            number,
        )
    ]


def _visible(session: Session) -> Select[Any]:
    keys = [one.key for one in document_types(session)]
    return select(Document).where(Document.type.in_(keys))


def _summary(document: Document) -> RecordSummary:
    state = RecordState.ACTIVE if document.state == DocumentState.MADE else RecordState.ARCHIVED
    url = f"/documents/{document.id}"
    return RecordSummary(RecordRef(DOCUMENT, document.id), document.title, document.number or "", url, state)


# --- What a document says --------------------------------------------------------------------------------------------


def content_of(session: Session, declared: DocumentType, record: RecordRef) -> DocumentContent:
    """Return what a document of this record would say; raises NotFound when the actor may not see the record."""
    kind = extension_of(session).registry.find_kind(record.kind)
    if kind is None or record.kind not in declared.kinds or not session.actor.can(kind.permission):
        raise NotFound
    if record.id not in kind.summarise(session, [record.id]):
        raise NotFound
    return declared.build(session, record)


def objections_to(session: Session, declared: DocumentType, content: DocumentContent) -> list[SaleObjection]:
    """Return what speaks against this document; nothing ever does unless it is of a sale to a client."""
    if not declared.is_sale or content.client_id is None:
        return []
    return sale_objections(session, content.client_id, content.amount)


def notices_about(session: Session, declared: DocumentType, content: DocumentContent) -> list[ClientNotice]:
    """Return what whoever makes this document should know of its client (CL-14)."""
    return [] if content.client_id is None else client_notices(session, content.client_id, declared.key)


def draft(session: Session, declared: DocumentType, content: DocumentContent, language: str = "") -> Setting:
    """Return the setting of a document that is only looked at: it has no number."""
    language = language or language_of(session, content.country)
    values = compose(session, declared, content, language, content.day or today())
    with in_language(session, language):
        values["number"] = str(_("Draft")) if declared.series else ""
    return Setting(template_of(session, declared, language).source, values, utc_now())


def setting_of(session: Session, document: Document) -> Setting:
    """Return the setting of a made document: always the same, whatever has become of record and template."""
    if document.template_id is not None:
        source = session.scalars(_version(document.template_id)).one().source
    else:
        source = type_of(session, document.type).template.read_text("utf-8")
    return Setting(source, {**document.content, "number": document.number or ""}, document.created_at)


def kept_pdf(session: Session, document: Document) -> bytes | None:
    """Return the PDF that was made and kept, None when the job has not come to it yet."""
    return None if document.pdf_blob is None else read_blob(session.database.blobs, document.pdf_blob)


# --- Templates -------------------------------------------------------------------------------------------------------


def template_of(session: Session, declared: DocumentType, language: str) -> Template:
    """Return the template in force: the company's for this language, its one for all, or the module's."""
    newest = {one.language: one for one in _newest(session, [declared.key])}
    for key in dict.fromkeys((language, "")):
        if key in newest and newest[key].source:
            return Template(newest[key].source, newest[key].id)
    return Template(declared.template.read_text("utf-8"))


def own_templates(session: Session, types: Iterable[str]) -> dict[str, list[str]]:
    """Return the languages ("" for all) for which the company has templates of its own, by type."""
    found: dict[str, list[str]] = {}
    for one in _newest(session, types):
        if one.source:
            found.setdefault(one.type, []).append(one.language)
    return found


def versions_of(session: Session, type: str, language: str, limit: int = 20) -> Sequence[DocumentTemplate]:
    """Return the versions of a company's template, the newest first."""
    mine = (DocumentTemplate.type == type, DocumentTemplate.language == language)
    newest = select(DocumentTemplate).where(*mine).order_by(DocumentTemplate.id.desc()).limit(limit)
    return session.scalars(newest).all()


def _newest(session: Session, types: Iterable[str]) -> Sequence[DocumentTemplate]:
    ids = (
        select(func.max(DocumentTemplate.id))
        .where(DocumentTemplate.type.in_(list(types)))
        .group_by(DocumentTemplate.type, DocumentTemplate.language)
    )
    return session.scalars(select(DocumentTemplate).where(DocumentTemplate.id.in_(ids))).all()


def _version(id: int) -> Select[Any]:
    return select(DocumentTemplate).where(DocumentTemplate.id == id)
