"""Tables as ODS files (OpenDocument 1.3, part 3: 9.1 tables), written row by row."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from flask import Response

from kartoteka.web.downloads import Row, file_response, values_of
from kartoteka.web.i18n import current_formats

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.3">'
_START = f'{_HEAD}<office:body><office:spreadsheet><table:table table:name="1">'
_END = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def ods_response(rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any], filename: str) -> Response:
    """Return an ODS file, written row by row into a temporary file; texts are texts, never formulas."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until the answer is sent
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(zipfile.ZipInfo("mimetype"), ODS)  # first and stored, as programs look for it there
        book.writestr("META-INF/manifest.xml", _MANIFEST)
        with book.open("content.xml", "w", force_zip64=True) as content:
            _write(content, rows, columns)
    return file_response(file, ODS, filename)


def _write(file: IO[bytes], rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any]) -> None:
    file.write(_START.encode())
    file.write(_row([str(column.title) for column in columns]))
    for row in values_of(rows, columns):
        file.write(_row(row))
    file.write(_END.encode())


def _row(values: Sequence[Any]) -> bytes:
    return f"<table:table-row>{''.join(map(_cell, values))}</table:table-row>".encode()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, (int, float, Decimal)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, datetime):
        moment = current_formats().local(value).replace(tzinfo=None).isoformat(timespec="seconds")
        return f'<table:table-cell office:value-type="date" office:date-value={quoteattr(moment)}/>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    lines = _FORBIDDEN.sub("", str(value)).split("\n")
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
