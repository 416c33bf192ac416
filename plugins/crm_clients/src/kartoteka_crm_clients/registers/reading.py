"""Opening a register's file: plain, gzip or zip, piece by piece, with bounds that no hostile file gets past."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Message, Texts

_ = Texts("crm_clients")

LARGEST_UPLOAD = 1024 * 1024 * 1024
LARGEST_UNPACKED = 12 * 1024 * 1024 * 1024
MOST_TIMES = 120
"""How many times larger a packed file may become: registers shrink to a tenth or a twentieth."""
_FREE = 32 * 1024 * 1024
LONGEST_RECORD = 2 * 1024 * 1024
LONGEST_LINE = 64 * 1024
MOST_JOINED = 20
"""Lines that a value in quotes may go over."""
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_HEAD = 64
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Record:
    """One record: the number of its first line, or of the record in XML and JSON; its values by title; or a problem."""

    number: int
    values: dict[str, str]
    problem: str = ""


def bad_file(message: Message) -> InvalidInput:
    """Return the problem of a file as a whole."""
    return InvalidInput({"file": message})


class Bounded(io.RawIOBase):
    """Unpacked bytes, counted: raises InvalidInput where they become too many, in all or for one record."""

    def __init__(self, stream: IO[bytes], packed: int) -> None:
        self._stream = stream
        self._most = min(LARGEST_UNPACKED, packed * MOST_TIMES + _FREE)
        self._read = 0
        self._record = 0
        self._ahead = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._ahead or self._stream.read(len(buffer))
        self._ahead = b""
        self._read += len(piece)
        if self._read > self._most:
            raise bad_file(_("The file unpacks to more than a register can be. Nothing was changed."))
        buffer[: len(piece)] = piece
        return len(piece)

    def first_sign(self) -> bytes:
        """Return the first byte that is no blank, which is read again later; b"" for none in the first few."""
        self._ahead = self._stream.read(_HEAD)
        return self._ahead.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]

    def record_ended(self) -> None:
        """Count the length of the next record from here."""
        self._record = self._read

    def check_record(self, number: int) -> None:
        """Raise InvalidInput when the record that is being read is longer than any can be."""
        if self._read - self._record > LONGEST_RECORD:
            raise too_long(number)


def too_long(number: int) -> InvalidInput:
    """Return the problem of a line that does not end."""
    return bad_file(_("Line %(number)s is longer than any line of a register. Nothing was changed.", number=number))


@contextmanager
def opened(path: Path) -> Iterator[Bounded]:
    """Open a register's file, unpacking it on the way; raises InvalidInput for what can't be unpacked."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            size = path.stat().st_size
            if not size:
                raise bad_file(_("The file is empty."))
            if head == _ZIP:
                with zipfile.ZipFile(file) as archive, archive.open(_member(archive)) as inner:
                    yield Bounded(inner, size)
            elif head[:2] == _GZIP:
                with gzip.GzipFile(fileobj=file) as inner:
                    yield Bounded(inner, size)  # type: ignore[arg-type]
            else:
                yield Bounded(file, size)
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise bad_file(_("The file is packed and damaged. Download it again. Nothing was changed.")) from error
    except (RuntimeError, NotImplementedError) as error:
        if isinstance(error, RuntimeError) and "password" not in str(error) and "encrypted" not in str(error):
            raise
        raise bad_file(_("The archive is protected by a password, or packed in an unusual way.")) from error
    except OSError as error:
        raise bad_file(_("The file cannot be opened: %(reason)s.", reason=error.strerror or "")) from error


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
    # The Ukrainian archive holds companies (UO) and natural persons (FOP) side by side.
    files = [one for one in files if "FOP" not in one.filename.upper()] or files
    if len(files) != 1:
        raise bad_file(_("The archive holds %(count)s files. Pack the register alone.", count=len(files)))
    return files[0]


def lines_of(stream: Bounded) -> Iterator[str]:
    """Return the lines of a text in UTF-8; bytes that are none come through as surrogates: one bad line stays one."""
    buffered = io.BufferedReader(stream, 1024 * 1024)
    number = 0
    while raw := buffered.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise too_long(number)
        if number == 1 and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise bad_file(_("The file is not written in UTF-8. Take the file as the register publishes it."))
        yield raw.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")


def table_rows(stream: Bounded, separator: str, wanted: Sequence[str]) -> Iterator[Record]:
    """Read a table with a line of titles; raises InvalidInput when one of the ``wanted`` titles is missing."""
    lines = _Lines(lines_of(stream))
    titles = [cell.strip().strip('"').lower() for cell in _cells(lines.next() or "", separator)]
    missing = [title for title in wanted if title not in titles]
    if missing:
        message = _("This is not the register's file: its first line has no column %(title)s.", title=missing[0])
        raise bad_file(message)
    while (line := lines.next()) is not None:
        number = lines.number
        if not line.strip():
            continue
        yield _row(number, _whole(line, lines, separator, len(titles)), titles)


def _row(number: int, cells: list[str], titles: list[str]) -> Record:
    values = dict(zip(titles, cells, strict=False))
    if len(cells) < len(titles) or any(cell.strip() for cell in cells[len(titles) :]):
        return Record(number, values, "columns")
    whole = "".join(cells)
    if not whole.isascii() and _UNDECODED.search(whole):
        return Record(number, values, "encoding")
    return Record(number, values)


class _Lines:
    """Lines that can be put back: a stray quote must not swallow what follows it."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._back: list[str] = []
        self.number = 0

    def next(self) -> str | None:
        line = self._back.pop() if self._back else next(self._source, None)
        self.number += line is not None
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extend(reversed(lines))
        self.number -= len(lines)


def _whole(line: str, lines: _Lines, separator: str, columns: int) -> list[str]:
    cells = _cells(line, separator)
    if not line.count('"') % 2 or len(cells) >= columns:
        return cells
    more: list[str] = []
    while len(more) < MOST_JOINED and (following := lines.next()) is not None:
        more.append(following)
        if following.count('"') % 2:
            joined = _cells(line + "".join(more), separator)
            if len(joined) == columns:
                return joined
            break
    lines.put_back(more)
    return cells


def _cells(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return text.split(separator)
