"""The job that makes the PDF of a document and keeps it."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.builtin.documents.queries import find_document, setting_of
from kartoteka.builtin.documents.service import keep_pdf
from kartoteka.builtin.documents.typesetting import set_pdf
from kartoteka.db.blobs import put_bytes
from kartoteka.db.session import Session, reading, workplace
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.vocabulary.message import text as _


def make(job: RunningJob) -> None:
    """Make the PDF while no transaction is open; ``job.found`` is where it is, None when it is kept already."""
    with reading() as session:
        document = find_document(session, int(job.payload["document"]))
        setting = setting_of(session, document) if document.pdf_blob is None else None
    if setting is not None:
        job.found = put_bytes(workplace.get().database.blobs, set_pdf(setting)).digest


def keep(session: Session, job: RunningJob) -> None:
    """Keep the PDF that was made."""
    document_id = int(job.payload["document"])
    if job.found is not None:
        keep_pdf(session, document_id, job.found)
    job.finish(_("The PDF is made."), url=f"/documents/{document_id}")


JOBS = [
    Job(
        name="set",
        title=_("Make the PDF of a document"),
        run=keep,
        outside=make,
        unique_by=("document",),
        timeout=timedelta(minutes=1),
    )
]
