"""A report as a file in memory, for a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kartoteka.builtin.reports.asking import Asked, rows_of, run
from kartoteka.builtin.reports.paper import make_pdf
from kartoteka.builtin.reports.turned import pivot_columns, pivot_rows
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.mail import AttachedFile
from kartoteka.vocabulary.message import text as _
from kartoteka.web.downloads import XLSX, csv_file, xlsx_file
from kartoteka.web.i18n import current_formats

_TYPES = {"csv": "text/csv", "xlsx": XLSX, "pdf": "application/pdf"}


def attached(session: Session, asked: Asked, kind: str) -> AttachedFile:
    """Return a report as a CSV, XLSX or PDF file; raises the Problem that stops it."""
    name = f"{asked.report.name}-{current_formats().today().isoformat()}.{kind}"
    if kind == "pdf":
        content = make_pdf(session, asked)
        if content is None:
            raise failed()
    else:
        content = (csv_file if kind == "csv" else xlsx_file)(*table_of(session, asked))
    return AttachedFile(name=name, mime=_TYPES[kind], content=content)


def table_of(session: Session, asked: Asked) -> tuple[Iterable[Any], Sequence[Any]]:
    """Return the rows and columns of a report for a file: of its pivot table when it is turned."""
    if asked.pivot is None:
        return rows_of(session, asked), asked.report.columns
    result = run(session, asked, limit=0)
    if result is None or result.pivot is None:
        raise failed()
    return pivot_rows(result.pivot), pivot_columns(result.pivot)


def failed() -> Refused:
    """Return what is said when the module's code failed."""
    return Refused(_("The report could not be made: something went wrong in a part of the product."))
