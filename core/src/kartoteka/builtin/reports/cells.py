"""How the values of a report look on the screen: by type, linked, and a quiet dash for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from markupsafe import _escape_inner as escape

from kartoteka.builtin.reports.pivot import REST
from kartoteka.builtin.reports.sums import NUMBERS, Row, Totals
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import ReportColumn
from kartoteka.vocabulary.message import text as _
from kartoteka.web import templating
from kartoteka.web.formats import NO_BREAK
from kartoteka.web.i18n import current_formats

Cell = Callable[[Mapping[str, Any]], str]
"""Turns a row into the HTML of one cell."""

_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
_QUIET = str(templating.quiet(None))
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|\?)", re.IGNORECASE)


def table_writer(columns: Sequence[ReportColumn]) -> Callable[[Iterable[Row]], Markup]:
    """Return what writes rows of a table in one go: a template that loops over every cell takes twice as long."""
    cells = [(_opening(column, place), cell_of(column)) for place, column in enumerate(columns)]

    def write(rows: Iterable[Row]) -> Markup:
        lines = ["".join([f"{opening}{cell(row)}</td>" for opening, cell in cells]) for row in rows]
        return Markup("\n".join([f"<tr>{line}</tr>" for line in lines]))  # noqa: S704 - every value in it was escaped

    return write


def _opening(column: ReportColumn, place: int) -> str:
    name = "k-cell-main" if place == 0 else "k-number" if column.type in NUMBERS else ""
    name = name or ("k-nowrap" if column.type in _DAYS else "")
    label = f'<td data-label="{escape(str(column.title))}"'
    return f'{label} class="{name}">' if name else f"{label}>"


def cell_of(column: ReportColumn) -> Cell:
    """Return what writes the content of a column's cells, given a row."""
    write = _WRITERS.get(column.type, _plain)
    name, link = column.name, column.link

    def cell(row: Mapping[str, Any]) -> str:
        value = row.get(name)
        if value is None or value == "":
            return _QUIET
        address = None if link is None else link(row)
        return f'<a href="{escape(address)}">{write(value)}</a>' if is_safe(address) else write(value)

    return cell


def heading_of(value: Any) -> str:
    """Return the heading over rows of one group: for a day, how near it is and its date."""
    if value is None or value == "":
        return str(_("Without"))
    if isinstance(value, date) and not isinstance(value, datetime):
        formats = current_formats()
        near, full = formats.near_day(value, formats.today()), formats.date(value)
        return full if near == full else f"{near} · {full}"
    return plain(value)


def plain(value: Any) -> str:
    """Return a value as a plain text: a label of a chart."""
    if isinstance(value, datetime):
        return templating.format_datetime(value)
    if isinstance(value, date):
        return templating.format_date(value)
    return "–" if value is None or value == "" else str(value)


def label_of(value: Any) -> str:
    """Return the label of a line or a column of a pivot table."""
    if value == REST:
        return str(_("All others"))
    return str(_("Without")) if value is None else plain(value)


def write_totals(totals: Totals) -> str:
    """Write sums, those of several units one after the other: "12.50 EUR · 3.00 USD"."""
    write = current_formats().number
    parts = [
        write(number) if unit in (None, "") else f"{write(number)}{NO_BREAK}{unit}" for unit, number in totals.items()
    ]
    return " · ".join(parts) if parts else write(0)


def is_safe(address: str | None) -> bool:
    """Tell whether an address may be made a link."""
    return address is not None and _SAFE_LINK.match(address) is not None


def _plain(value: Any) -> str:
    return escape(str(value))


def _write_number(value: Any) -> str:
    return escape(templating.format_number(value))


def _write_yes_no(value: Any) -> str:
    return escape(str(_("Yes") if value else _("No")))


def _write_phone(value: Any) -> str:
    typed = str(value)
    digits = re.sub(r"[^0-9+]", "", typed)
    return f'<a class="text-nowrap" href="tel:{digits}">{escape(typed)}</a>' if digits else escape(typed)


def _write_email(value: Any) -> str:
    typed = str(value)
    return f'<a class="text-break" href="mailto:{escape(quote(typed, safe="@+.-_"))}">{escape(typed)}</a>'


def _write_url(value: Any) -> str:
    typed = escape(str(value))
    is_address = re.match(r"https?://", typed, re.IGNORECASE)
    return f'<a href="{typed}" rel="noopener noreferrer">{typed}</a>' if is_address else typed


def _write_date(value: Any) -> str:
    return escape(templating.format_date(value) if isinstance(value, date) else str(value))


def _write_moment(value: Any) -> str:
    return escape(str(templating.format_datetime(value) if isinstance(value, datetime) else value))


def _write_block(value: Any) -> str:
    return str(templating.multiline(str(value)))


_WRITERS: dict[FieldType, Callable[[Any], str]] = {
    FieldType.INTEGER: _write_number,
    FieldType.DECIMAL: _write_number,
    FieldType.DATE: _write_date,
    FieldType.DATETIME: _write_moment,
    FieldType.YES_NO: _write_yes_no,
    FieldType.PHONE: _write_phone,
    FieldType.EMAIL: _write_email,
    FieldType.URL: _write_url,
    FieldType.BLOCK: _write_block,
}
