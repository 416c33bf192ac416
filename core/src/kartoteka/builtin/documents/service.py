"""Making documents, taking them back, keeping their PDF, and changing templates and number series."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kartoteka.builtin.documents.composing import LANGUAGES, company_facts, compose, language_of, today
from kartoteka.builtin.documents.models import DOCUMENT, MANAGE, VOID, Document, DocumentState, DocumentTemplate
from kartoteka.builtin.documents.queries import (
    content_of,
    find_document,
    kept_pdf,
    objections_to,
    setting_of,
    template_of,
    type_of,
)
from kartoteka.builtin.documents.typesetting import LONGEST, set_pdf
from kartoteka.builtin.documents.typesetting import Setting as Setting
from kartoteka.builtin.files.service import store_file
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.mail.service import send_mail
from kartoteka.db.audit import audit
from kartoteka.db.blobs import read_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.series import MASK_LENGTH, begin_at, choose_mask, chosen_mask, mask_problem, next_number
from kartoteka.db.session import Session, actor_of, demand
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.documents import DocumentType, Series
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

JOB = "documents.set"
LONGEST_TEMPLATE = 100_000
LONGEST_REASON = 500
LARGEST_START = 10_000_000


def issue_document(session: Session, type: str, record: RecordRef, *, language: str = "") -> Document:
    """Make a document of a record: its content is fixed and its number drawn, the PDF follows in a job.

    ``type`` is the key (``module.name``) of a DocumentType that the actor has the right to. Call it as the last write
    of a transaction: others who want a number of the same series wait until it ends, and get this one if it is rolled
    back. Raises NotFound for a record that the actor may not see, and Refused for a sale that a module refuses (CL-07).
    """
    declared = type_of(session, type)
    content = content_of(session, declared, record)
    refusal = next((one for one in objections_to(session, declared, content) if one.is_refusal), None)
    if refusal is not None:
        raise Refused(refusal.reason)
    language = language if language in LANGUAGES else language_of(session, content.country)
    day = content.day or today()
    values = compose(session, declared, content, language, day)
    document = Document(
        type=declared.key,
        title=values["title"][:300],
        day=day,
        language=language,
        client_id=content.client_id,
        source=record,
        user_id=actor_of(session).user_id,
        content=values,
        template_id=template_of(session, declared, language).id,
        keep_until=date(day.year + declared.keep_years + 1, 1, 1) if declared.keep_years else None,
    )
    if declared.series:
        document.series = declared.series.name
        document.number = draw_number(session, declared.series, day)
    session.add(document)
    session.flush()
    facts = {"type": declared.key, "number": document.number or ""}
    audit(session, "document.made", ref=RecordRef(DOCUMENT, document.id), facts=facts)
    enqueue(session, JOB, {"document": document.id}, title=_("PDF of “%(title)s”", title=document.title))
    return document


def paper(session: Session, source: str, values: Mapping[str, Any]) -> Setting:
    """Return what `set_paper` sets: values that are no document, such as a report, neither numbered nor kept.

    ``values`` are as in `compose`: title, language, words, data; the company is put in.
    """
    return Setting(source, {"number": "", "company": company_facts(session), **values}, utc_now())


def set_paper(paper: Setting) -> bytes:
    """Return such a paper as a PDF; call it when no transaction is open. Raises TemplateFailed."""
    return set_pdf(paper, LONGEST)


def draw_number(session: Session, series: Series, day: date) -> str:
    """Draw the next number of a series for a document of this day, written by the company's mask."""
    mask = chosen_mask(session, series.name, series.mask)
    return next_number(session, series.name, mask=mask, gapless=series.gapless, on=day)


def keep_pdf(session: Session, document_id: int, blob: str) -> None:
    """Keep the PDF that was made of a document, also in the register of documents, unless that was done already."""
    document = find_document(session, document_id)
    if document.pdf_blob is not None:
        return
    document.pdf_blob = blob
    session.flush()
    pdf = read_blob(session.database.blobs, blob)
    about = RecordRef(DOCUMENT, document.id)
    store_file(session, io.BytesIO(pdf), file_name(document), about=about, registered_on=document.day)


def pdf_of(session: Session, document: Document) -> bytes:
    """Return the PDF of a document: the kept one, or made now when the job has not come to it yet."""
    return kept_pdf(session, document) or set_pdf(setting_of(session, document))


def file_name(document: Document) -> str:
    """Return the name of the file of a document: its number and what it is about."""
    words = " ".join(part for part in (document.number, document.title) if part)
    clean = "".join("-" if sign in '/\\:*?"<>|' or ord(sign) < 32 else sign for sign in words)
    return f"{clean[:120].strip(' .') or 'document'}.pdf"


def send_document(session: Session, document_id: int, pdf: bytes, to: str, subject: str, text: str) -> int:
    """Send a document by mail and return the mail's id; raises Refused for a void one, and InvalidInput.

    ``pdf`` is what `pdf_of` returned before the transaction began.
    """
    document = find_document(session, document_id)
    if document.state == DocumentState.VOIDED:
        raise Refused(_("This document is void already."))
    file = AttachedFile(name=file_name(document), mime="application/pdf", content=pdf)
    draft = MailDraft(
        to=tuple(filter(None, re.split(r"[,;\s]+", to))),
        subject=subject,
        text=text,
        attachments=(file,),
        ref=RecordRef(DOCUMENT, document.id),
        client_id=document.client_id,
        language=document.language,
        signed=True,
    )
    return send_mail(session, draft)


def void_document(session: Session, document_id: int, reason: str) -> Document:
    """Take a document out of force; it keeps its number and its place in the list. Raises Refused, InvalidInput."""
    demand(session, VOID)
    document = find_document(session, document_id)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        problem = _("Use at most %(count)s characters.", count=LONGEST_REASON) if reason else _("Enter the reason.")
        raise InvalidInput({"reason": problem})
    if document.state == DocumentState.VOIDED:
        raise Refused(_("This document is void already."))
    document.state, document.void_reason = DocumentState.VOIDED, reason
    session.flush()
    audit(
        session,
        "document.voided",
        ref=RecordRef(DOCUMENT, document.id),
        facts={"type": document.type, "number": document.number or ""},
        details={"reason": reason},
    )
    return document


# --- Templates and series --------------------------------------------------------------------------------------------


def save_template(session: Session, type: str, language: str, source: str) -> None:
    """Use this template for a type from now on, in one language or ("") in all; an empty one brings back ours.

    Raises InvalidInput for one that is too long or cannot be set with the sample.
    """
    demand(session, MANAGE)
    declared = type_of_any(session, type)
    if language and language not in LANGUAGES:
        raise NotFound
    source = source.replace("\r\n", "\n")
    if len(source) > LONGEST_TEMPLATE:
        raise InvalidInput({"source": _("Use at most %(count)s characters.", count=LONGEST_TEMPLATE)})
    source = source if source.strip() else ""
    row = DocumentTemplate(type=declared.key, language=language, source=source, user_id=actor_of(session).user_id)
    session.add(row)
    session.flush()
    facts = {"type": declared.key, "language": language, "own": bool(source)}
    audit(session, "document.template_changed", facts=facts)


def type_of_any(session: Session, key: str) -> DocumentType:
    """Return a type of an active module, whether or not the actor may make such documents; raises NotFound."""
    declared = extension_of(session).registry.find_document_type(key)
    if declared is None or declared.module not in active_set(session):
        raise NotFound
    return declared


def change_series(session: Session, series: Series, mask: str, start: int | None, on: date) -> None:
    """Change how the numbers of a series are written, and with which one it begins; raises InvalidInput."""
    demand(session, MANAGE)
    mask = mask.strip()
    if problem := mask_problem(mask):
        raise InvalidInput({"mask": problem})
    if len(mask.format(year=on.year, number=LARGEST_START)) > MASK_LENGTH:
        raise InvalidInput({"mask": _("Use at most %(count)s characters.", count=MASK_LENGTH)})
    if start is not None and not 0 < start <= LARGEST_START:
        raise InvalidInput({"start": _("Write a number from 1 to %(most)s.", most=LARGEST_START)})
    choose_mask(session, series.name, mask, gapless=series.gapless)
    if start is not None and not begin_at(session, series.name, start, mask=mask, gapless=series.gapless, on=on):
        raise InvalidInput({"start": _("Numbers have been given already: another start would leave a gap.")})
    audit(session, "document.series_changed", facts={"series": series.name, "mask": mask, "start": start or 0})
