"""The job that makes the PDF of a document and keeps it."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.builtin.documents.service import keep_pdf
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.vocabulary.message import text as _


def keep(session: Session, job: RunningJob) -> None:
    """Make and keep the PDF."""
    document_id = int(job.payload["document"])
    keep_pdf(session, document_id)
    job.finish(_("The PDF is made."), url=f"/documents/{document_id}")


JOBS = [
    Job(
        name="set",
        title=_("Make the PDF of a document"),
        run=keep,
        unique_by=("document",),
        timeout=timedelta(minutes=1),
    )
]
