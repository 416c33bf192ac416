"""Tables as files: CSV and XLSX that spreadsheets open right and that cannot make them run formulas."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any
from urllib.parse import quote

from flask import Response

from kartoteka.vocabulary.message import Translatable
from kartoteka.web.i18n import current_formats

Row = Mapping[str, Any] | Sequence[Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_SEPARATOR = ";"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_A_PIECE = 500
_WIDEST_CELL = 32_000


class Heading:
    """A column of a file: the key of its values in each row, and its title."""

    def __init__(self, name: str, title: Translatable) -> None:
        self.name = name
        self.title = title


def harmless(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula: those that might be one begin with an apostrophe."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def csv_response(rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any], filename: str) -> Response:
    """Return a CSV file, sent while it is made: semicolons, UTF-8 with a mark, so that Excel opens it by itself.

    ``columns`` are declarations with ``name`` and ``title``; ``rows`` mappings by name, or a function that returns
    them and may open its own ``reading()`` session.
    """
    answer = Response(in_place(_csv_pieces(rows, columns)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = attachment(filename)
    return answer


def in_place(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Make the pieces of a streamed answer where the request was: for its user, in its language, on its database.

    A server asks for the pieces after the request has ended and has put all that away.
    """
    place = copy_context()

    def stream() -> Iterator[bytes]:
        try:
            while (piece := place.run(next, pieces, None)) is not None:
                yield piece
        finally:
            place.run(pieces.close)  # type: ignore[attr-defined]

    return stream()


def csv_file(rows: Iterable[Row], columns: Sequence[Any]) -> bytes:
    """Return a CSV file in memory, such as for a mail."""
    return b"".join(_csv_pieces(rows, columns))


def xlsx_file(rows: Iterable[Row], columns: Sequence[Any]) -> bytes:
    """Return an XLSX file in memory, such as for a mail."""
    file = io.BytesIO()
    _write_xlsx(file, rows, columns)
    return file.getvalue()


def _csv_pieces(rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=CSV_SEPARATOR, lineterminator="\r\n")
    cell = _csv_cell
    writer.writerow([harmless(str(column.title)) for column in columns])
    yield b"\xef\xbb\xbf"
    for index, row in enumerate(values_of(rows, columns), 1):
        writer.writerow([cell(value) for value in row])
        if index % _ROWS_A_PIECE == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return piece


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float, Decimal)):
        return f"{value}".replace(".", ",") if current_formats().language != "en" else f"{value}"
    if isinstance(value, datetime):
        return current_formats().local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value))


def xlsx_response(rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any], filename: str) -> Response:
    """Return an XLSX file, written row by row into a temporary file; texts are texts, never formulas."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until the answer is sent
    _write_xlsx(file, rows, columns)
    return file_response(file, XLSX, filename)


def _write_xlsx(file: IO[bytes], rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any]) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, {**options, "remove_timezone": True}) as book:
        _fill_sheet(book, rows, columns)


def file_response(file: IO[bytes], mimetype: str, filename: str) -> Response:
    """Return a temporary file that has been written to its end; it is closed when the answer is sent."""
    size = file.tell()
    file.seek(0)
    answer = Response(_pieces_of(file), mimetype=mimetype)
    answer.content_length = size
    answer.headers["Content-Disposition"] = attachment(filename)
    answer.call_on_close(file.close)
    return answer


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Return a file piece by piece."""
    while piece := file.read(65536):
        yield piece


def _fill_sheet(book: Any, rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any]) -> None:
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(columns) - 1, 0), 20)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.title), bold)
    for line, row in enumerate(values_of(rows, columns), 1):
        for place, value in enumerate(row):
            _write_cell(sheet, line, place, value, day, moment)


def _write_cell(sheet: Any, line: int, place: int, value: Any, day: Any, moment: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, current_formats().local(value).replace(tzinfo=None), moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day, tzinfo=UTC), day)
    else:
        sheet.write_string(line, place, str(value)[:_WIDEST_CELL])


def values_of(rows: Iterable[Row] | Callable[[], Iterable[Row]], columns: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Return the values of each row in the order of the columns."""
    names = [column.name for column in columns]
    for row in rows() if callable(rows) else rows:
        yield [row.get(name) for name in names] if isinstance(row, Mapping) else row


def attachment(filename: str) -> str:
    """Return the header that makes a browser save a file under this name, in any script."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
