"""Spreadsheets as text: looked at for traps first, then taken apart by a process of its own with limits.

``python sheets.py FILE SHEET TARGET`` writes the rows of a sheet as CSV and prints what it found as JSON.
"""

from __future__ import annotations

import csv
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

UNPACKED = 600 * 1024 * 1024
"""The most that the parts of a spreadsheet may unpack to, in bytes."""

CELLS = 15_000_000
"""The largest rectangle of cells, empty ones among them."""

MEMORY = 2 * 1024**3
SECONDS = 120
LONGEST_CELL = 1_000_000
_PIECE = 1024 * 1024
_LOCAL_HEADER = 30
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


class BadSheet(Exception):
    """The spreadsheet can't be read; the text is a name known to `kartoteka.builtin.importing.tables`."""


def is_spreadsheet(path: Path) -> bool:
    """Say whether a file begins like a spreadsheet does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def refuse_traps(path: Path) -> None:
    """Raise BadSheet for what is no spreadsheet, or would fill the memory when it is unpacked."""
    try:
        with zipfile.ZipFile(path) as book:
            names = {info.filename for info in book.infolist()}
            if "xl/workbook.xml" not in names:
                raise BadSheet("other")
            _weigh(path, book.infolist())
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, EOFError) as error:
        raise BadSheet("broken") from error


def _weigh(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack every part piece by piece without keeping any: what the archive says of its sizes may be a lie."""
    total = 0
    with path.open("rb") as file:
        for part in parts:
            if part.flag_bits & 1:
                raise BadSheet("locked")
            area = _Area() if part.filename.startswith("xl/worksheets/") else None
            for piece in _unpacked(file, part):
                total += len(piece)
                if total > UNPACKED:
                    raise BadSheet("bomb")
                if area is not None:
                    area.look_at(piece)


def _unpacked(file: Any, part: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadSheet("broken")
    unpack = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left = part.compress_size
    while left > 0 and (packed := file.read(min(left, _PIECE))):
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        while packed and not unpack.eof:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail


class _Area:
    """How large a rectangle the cells of a sheet span."""

    def __init__(self) -> None:
        self.rest = b""
        self.rows = self.columns = 0

    def look_at(self, piece: bytes) -> None:
        """Take a piece of the sheet's text; raises BadSheet when the rectangle is too large."""
        text = self.rest + piece
        for letters, digits in _CELL.findall(text):
            self.rows = max(self.rows, int(digits))
            self.columns = max(self.columns, _column(letters))
        self.rest = text[-64:]
        if self.rows > _MOST_ROWS or self.columns > _MOST_COLUMNS or self.rows * max(self.columns, 1) > CELLS:
            raise BadSheet("wide")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def convert(path: Path, sheet: str, target: Path) -> dict[str, Any]:
    """Write a sheet's rows as CSV, the first one with rows when none is named; return its name, all names, the rows.

    Works in another process with a limit of memory and time. Raises BadSheet.
    """
    command = [sys.executable, "-I", str(Path(__file__).resolve()), str(path), sheet, str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as error:
        raise BadSheet("bomb") from error
    with suppress(ValueError):
        answer: dict[str, Any] = json.loads(done.stdout)
        if "problem" in answer:
            raise BadSheet(str(answer["problem"]))
        return answer
    raise BadSheet("bomb")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _convert_here(path: str, wanted: str, target: str) -> dict[str, Any]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    names = [one.name for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
    for name in [wanted] if wanted in names else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None or name in (wanted, names[-1]):
            break
    else:
        return {"problem": "empty"}
    with open(target, "w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        rows = 0
        for rows, row in enumerate(sheet.iter_rows(), 1):  # noqa: B007 - the last number counts
            writer.writerow(map(written, row))
    return {"sheet": name, "sheets": names, "rows": rows}


def written(value: Any) -> str:
    """Return a cell as text: numbers without a tail of zeros, days as 2026-11-22."""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, timedelta)) else ""


def _main(path: str, sheet: str, target: str) -> dict[str, Any]:
    _limit_memory()
    try:
        return _convert_here(path, sheet, target)
    except MemoryError:
        return {"problem": "bomb"}
    except OSError as error:
        return {"problem": "full" if error.errno in (27, 28, 122) else "broken"}
    except Exception as error:  # noqa: BLE001 - whatever the reader raises, the file is at fault
        return {"problem": "locked" if type(error).__name__ == "PasswordError" else "broken"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(*sys.argv[1:4])))
