"""The page of a print: one PDF with the documents of many records, for whoever asked for it."""

from __future__ import annotations

import io

from kartoteka.builtin.documents.models import VIEW, DocumentPrint
from kartoteka.builtin.documents.printing import KEPT
from kartoteka.builtin.documents.queries import type_of
from kartoteka.builtin.documents.views import Answer, blueprint
from kartoteka.db.blobs import BlobMissing, read_blob
from kartoteka.db.session import find, reading
from kartoteka.vocabulary.errors import NotFound
from kartoteka.web.blueprint import require
from kartoteka.web.downloads import file_response
from kartoteka.web.pages import render


@blueprint.get("/prints/<int:record_id>")
@require(VIEW)
def show_print(record_id: int) -> Answer:
    """Say that a print is ready, and until when it can be downloaded."""
    with reading() as session:
        made = find(session, DocumentPrint, record_id)
        title = type_of(session, made.type).title
    return render("documents/print.html", made=made, type_title=title, until=made.created_at + KEPT)


@blueprint.get("/prints/<int:record_id>/pdf")
@require(VIEW)
def download_print(record_id: int) -> Answer:
    """Send the PDF."""
    with reading() as session:
        made = find(session, DocumentPrint, record_id)
        try:
            file = io.BytesIO(read_blob(session.database.blobs, made.blob))
        except BlobMissing:
            raise NotFound from None
    file.seek(0, io.SEEK_END)
    return file_response(file, "application/pdf", f"print-{record_id}.pdf")
