"""Reports as files: CSV and XLSX with all rows, PDF for paper; each download is noted in the audit log."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.documents.service import set_paper
from kartoteka.builtin.reports.asking import Asked, rows_of
from kartoteka.builtin.reports.attaching import failed, table_of
from kartoteka.builtin.reports.paper import paper_of
from kartoteka.builtin.reports.running import Row
from kartoteka.builtin.reports.views import Answer, asked_report, blueprint
from kartoteka.db.audit import audit
from kartoteka.db.session import reading, transaction, workplace
from kartoteka.extension.declarations.work import Report
from kartoteka.web.blueprint import signed_in
from kartoteka.web.downloads import csv_response, file_response, xlsx_response
from kartoteka.web.i18n import current_formats


@blueprint.route("/<module>/<name>.csv", methods=["GET", "POST"], endpoint="download_csv")
@blueprint.route("/<module>/<name>.xlsx", methods=["GET", "POST"], endpoint="download_xlsx")
@blueprint.route("/<module>/<name>.pdf", methods=["GET", "POST"], endpoint="download_pdf")
@signed_in
def download(module: str, name: str) -> Answer:
    """Send a report as a file (POST), noted in the audit log; one that is turned is sent as its pivot table.

    GET and wrong parameters lead to the page of the report: it has the buttons, and says what is wrong.
    """
    asked = asked_report(module, name)
    if request.method != "POST" or not asked.is_sound:
        return redirect(url_for("reports.show_report", module=module, name=name, **asked.query))
    kind = (request.endpoint or "").rpartition("_")[2]
    filename = f"{name}-{current_formats().today().isoformat()}.{kind}"
    if kind == "pdf":
        answer = _pdf(asked, filename)
    else:
        rows, columns = _table(asked)
        answer = (csv_response if kind == "csv" else xlsx_response)(rows, columns, filename)
    _note_download(asked.report, kind)
    return answer


def _table(asked: Asked) -> tuple[Iterable[Any], Sequence[Any]]:
    if asked.pivot is None:
        return _begun(_read(asked)), asked.report.columns
    with reading() as session:
        return table_of(session, asked)


def _pdf(asked: Asked, filename: str) -> Response:
    with reading() as session:
        paper = paper_of(session, asked)
    if paper is None:
        raise failed()
    file = io.BytesIO(set_paper(paper))
    file.seek(0, io.SEEK_END)
    return file_response(file, "application/pdf", filename)


def _note_download(report: Report, kind: str) -> None:
    """Write into the audit chain that data left the house."""
    with transaction() as session:
        audit(session, "report.downloaded", subject=report.key, facts={"report": report.key, "file": kind})


def _read(asked: Asked) -> Iterator[Row]:
    place = workplace.get()
    with place.database.reading(place.actor) as session:
        yield from rows_of(session, asked)


def _begun(rows: Iterator[Row]) -> Iterable[Row]:
    """Read the first row at once: an error there still becomes a page, not a broken file."""
    for first in rows:
        return chain([first], rows)
    return []
