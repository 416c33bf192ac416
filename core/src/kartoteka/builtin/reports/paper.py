"""A report on paper: a PDF with its parameters, its rows and sums, or the pivot table that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from kartoteka.builtin.documents.service import Setting, paper
from kartoteka.builtin.reports.asking import Asked, run
from kartoteka.builtin.reports.cells import heading_of, label_of, plain, write_totals
from kartoteka.builtin.reports.pivot import PivotTable
from kartoteka.builtin.reports.running import NUMBERS, Result, Row, body_columns, summed_columns
from kartoteka.builtin.reports.sums import Totals
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import ReportColumn
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import current_formats

ROWS_ON_PAPER = 3_000
_TEMPLATE = Path(__file__).parent / "report.typ"


def paper_of(session: Session, asked: Asked) -> Setting | None:
    """Return a report for `set_paper`, None when the module's code failed; raises the Problem it refuses with."""
    result = run(session, asked, 0 if asked.pivot else ROWS_ON_PAPER)
    if result is None:
        return None
    data = _turned(result.pivot) if result.pivot is not None else _listed(asked, result)
    values = {
        "title": str(asked.report.title),
        "day": current_formats().date(current_formats().today()),
        "language": current_formats().language,
        "words": {},
        "data": {**data, "params": _params(asked)},
    }
    return paper(session, _TEMPLATE.read_text("utf-8"), values)


def _listed(asked: Asked, result: Result) -> dict[str, Any]:
    report = asked.report
    columns, summed = body_columns(report), bool(summed_columns(report))
    note = ""
    if result.is_cut:
        shown, count = current_formats().number(len(result.rows)), current_formats().number(result.count)
        note = str(_("The first %(shown)s of %(count)s rows; the totals cover all rows.", shown=shown, count=count))
    return {
        "columns": [{"title": str(one.title), "number": one.type in NUMBERS} for one in columns],
        "sections": [
            {
                "heading": heading_of(section.heading) if report.group else None,
                "rows": [[_text(column, row) for column in columns] for row in section.rows],
                "totals": _sums(columns, section.totals, "") if report.group and summed else None,
            }
            for section in result.sections
        ],
        "totals": _sums(columns, result.totals, str(_("Total"))) if summed else None,
        "note": note,
    }


def _turned(table: PivotTable) -> dict[str, Any]:
    titles = [str(table.pivot.down.column.title), *(label_of(head) for head in table.heads), str(_("Total"))]
    rows = [
        [
            label_of(label),
            *("" if cell is None else write_totals(cell.totals) for cell in found),
            write_totals(total.totals),
        ]
        for label, found, total in table.lines
    ]
    feet = [str(_("Total")), *(write_totals(foot.totals) for foot in table.feet), write_totals(table.total.totals)]
    return {
        "columns": [{"title": title, "number": place > 0} for place, title in enumerate(titles)],
        "sections": [{"heading": None, "rows": rows, "totals": None}],
        "totals": feet,
        "note": str(table.pivot.figure.title) if table.pivot.figure else "",
    }


def _sums(columns: list[ReportColumn], totals: Mapping[str, Totals], first: str) -> list[str]:
    written = [write_totals(totals[one.name]) if one.name in totals else "" for one in columns]
    return written if written[0] else [first, *written[1:]]


def _text(column: ReportColumn, row: Row) -> str:
    value = row.get(column.name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return current_formats().number(value) if isinstance(value, (int, Decimal, float)) else plain(value)


def _params(asked: Asked) -> list[list[str]]:
    if asked.form is None:
        return []
    return [[str(field.label.text), _value(field)] for field in asked.form.data_fields]


def _value(field: Any) -> str:
    value = field.data
    if hasattr(field, "iter_choices"):
        chosen = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(str(one[1]) for one in field.iter_choices() if one[0] in chosen and one[0] not in ("", None))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, (date, datetime)):
        return plain(value)
    return "" if value is None else str(value)
