"""A report as a file in memory, for a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kartoteka.builtin.documents.service import set_paper
from kartoteka.builtin.reports.asking import Asked, rows_of, run
from kartoteka.builtin.reports.paper import paper_of
from kartoteka.builtin.reports.turned import pivot_columns, pivot_rows
from kartoteka.db.session import Session, reading
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.mail import AttachedFile
from kartoteka.vocabulary.message import text as _
from kartoteka.web.downloads import XLSX, csv_file, xlsx_file
from kartoteka.web.i18n import current_formats

_TYPES = {"csv": "text/csv", "xlsx": XLSX, "pdf": "application/pdf"}


def attached(asked: Asked, kind: str) -> AttachedFile:
    """Return a report as a CSV, XLSX or PDF file, made while no transaction is open; raises what stops it."""
    name = f"{asked.report.name}-{current_formats().today().isoformat()}.{kind}"
    content = _pdf(asked) if kind == "pdf" else _sheet(asked, kind)
    return AttachedFile(name=name, mime=_TYPES[kind], content=content)


def _pdf(asked: Asked) -> bytes:
    with reading() as session:
        paper = paper_of(session, asked)
    if paper is None:
        raise failed()
    return set_paper(paper)


def _sheet(asked: Asked, kind: str) -> bytes:
    with reading() as session:
        return (csv_file if kind == "csv" else xlsx_file)(*table_of(session, asked))


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
