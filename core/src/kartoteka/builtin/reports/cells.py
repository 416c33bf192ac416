"""How the values of a report look on the screen: by type, linked, and a quiet dash for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from kartoteka.builtin.reports.pivot import REST
from kartoteka.builtin.reports.sums import Totals
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import ReportColumn
from kartoteka.vocabulary.message import text as _
from kartoteka.web import templating
from kartoteka.web.formats import NO_BREAK
from kartoteka.web.i18n import current_formats

Cell = Callable[[Mapping[str, Any]], Markup]
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|\?)", re.IGNORECASE)


def cell_of(column: ReportColumn) -> Cell:
    """Return what writes the cells of a column, given a row."""
    write = _WRITERS.get(column.type, escape)
    name, link = column.name, column.link

    def cell(row: Mapping[str, Any]) -> Markup:
        value = row.get(name)
        if value is None or value == "":
            return escape(templating.quiet(None))
        written = escape(write(value))
        address = None if link is None else link(row)
        return Markup('<a href="{}">{}</a>').format(address, written) if is_safe(address) else written

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


def _write_yes_no(value: Any) -> str:
    return str(_("Yes") if value else _("No"))


def _write_phone(value: Any) -> Markup:
    typed = str(value)
    digits = re.sub(r"[^0-9+]", "", typed)
    return Markup('<a class="text-nowrap" href="tel:{}">{}</a>').format(digits, typed) if digits else escape(typed)


def _write_email(value: Any) -> Markup:
    typed = str(value)
    return Markup('<a class="text-break" href="mailto:{}">{}</a>').format(quote(typed, safe="@+.-_"), typed)


def _write_url(value: Any) -> Markup:
    typed = str(value)
    if not re.match(r"https?://", typed, re.IGNORECASE):
        return escape(typed)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(typed, typed)


def _write_date(value: Any) -> str:
    return templating.format_date(value) if isinstance(value, date) else str(value)


def _write_moment(value: Any) -> str:
    return templating.format_datetime(value) if isinstance(value, datetime) else str(value)


_WRITERS: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.INTEGER: templating.format_number,
    FieldType.DECIMAL: templating.format_number,
    FieldType.DATE: _write_date,
    FieldType.DATETIME: _write_moment,
    FieldType.YES_NO: _write_yes_no,
    FieldType.PHONE: _write_phone,
    FieldType.EMAIL: _write_email,
    FieldType.URL: _write_url,
    FieldType.BLOCK: lambda value: templating.multiline(str(value)),
}
