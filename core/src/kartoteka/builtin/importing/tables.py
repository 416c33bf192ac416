"""What a file is: its encoding, separator, quotes and heading, guessed; and its lines, read as it was decided."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from kartoteka.builtin.importing.files import ImportFolder
from kartoteka.builtin.importing.sheets import BadSheet, convert, is_spreadsheet, refuse_traps
from kartoteka.vocabulary.lines import FileFormat, FileProblem, Line, read_lines
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import fold

ENCODINGS = (
    ("utf-8", _("UTF-8")),
    ("utf-16", _("UTF-16 (Unicode text of Excel)")),
    ("cp1257", _("Windows-1257 (Lithuanian, Latvian, Estonian)")),
    ("cp1251", _("Windows-1251 (Ukrainian, Russian)")),
    ("koi8_u", _("KOI8-U (Ukrainian, Russian)")),
    ("iso8859_13", _("ISO 8859-13 (Baltic)")),
    ("iso8859_15", _("ISO 8859-15 (Estonian, Western)")),
    ("cp1252", _("Windows-1252 (Western)")),
    ("cp1250", _("Windows-1250 (Polish, Central European)")),
    ("iso8859_5", _("ISO 8859-5 (Cyrillic)")),
    ("cp866", _("DOS 866 (Cyrillic)")),
    ("cp775", _("DOS 775 (Baltic)")),
)
SEPARATORS = (
    (";", _("Semicolon ;")),
    (",", _("Comma ,")),
    ("tab", _("Tab")),
    ("|", _("Bar |")),
)
QUOTINGS = (
    ("minimal", _("Signs around a value")),
    ("none", _("Part of the text")),
)
MOST_HEADING = 20
_SAMPLE = 1024 * 1024
_LOOKED_AT = 64 * 1024
_PIECE = 4 * 1024 * 1024
_FIRST_ROWS = 40
_SHEET_PROBLEMS = {
    "other": _("This is not an XLSX file. Save it as XLSX or as CSV, and upload that."),
    "broken": _("The spreadsheet is damaged. Open it, save it anew as XLSX, and upload that."),
    "locked": _("The spreadsheet is protected by a password. Save it without one."),
    "bomb": _("The spreadsheet unpacks to more than can be read. Save it as CSV."),
    "wide": _("The cells of this spreadsheet lie too far apart. Delete empty rows and columns, or save it as CSV."),
    "empty": _("There is no sheet with rows in this file."),
    "full": _("There is no room left on the server's disk. Nothing was imported."),
}
# Letters that KOI8-U has where KOI8-R, which alone is known to the guess, has lines of boxes: as "и".
_UKRAINIAN = bytes.maketrans(b"\xa4\xa6\xa7\xad", b"\xc9\xc9\xc9\xc9")
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class TableForm:
    """How a file is written. ``heading`` is the number of the line with the titles, 0 when there is none."""

    encoding: str = "utf-8"
    separator: str = ","
    quoting: str = "minimal"
    heading: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the values as they are kept."""
        return {**vars(self), "sheets": list(self.sheets)}

    @classmethod
    def kept(cls, values: Mapping[str, Any]) -> TableForm:
        """Return what `plain` kept."""
        return cls(**{**values, "sheets": tuple(values.get("sheets", ()))})

    @property
    def is_sheet(self) -> bool:
        """Whether the file came as a spreadsheet."""
        return bool(self.sheets)

    @property
    def file_format(self) -> FileFormat:
        """How `read_lines` reads it."""
        skipped = frozenset(range(1, self.heading)) if self.heading else frozenset()
        return FileFormat(
            encoding=self.encoding,
            separator=self.separator,
            quoting="none" if self.quoting == "none" else "minimal",
            skipped=skipped,
            heading=bool(self.heading),
            by_record=self.is_sheet,
        )


def guess_form(folder: ImportFolder, known_titles: Iterable[str]) -> TableForm:
    """Look at a file that has just come; spreadsheets are written out as rows. Raises FileProblem.

    ``known_titles`` are words that stand in headings, folded.
    """
    path = folder.uploaded
    if is_spreadsheet(path):
        return _with_heading(folder, read_sheet(folder, ""), known_titles)
    sample = _sample(path)
    encoding = _guess_encoding(path, sample)
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    quoting = "minimal"
    separator = _guess_separator(text, quoting)
    if _quotes_are_text(text, separator):
        quoting = "none"
        separator = _guess_separator(text, quoting)
    form = TableForm(encoding, "tab" if separator == "\t" else separator, quoting)
    return _with_heading(folder, form, known_titles)


def read_sheet(folder: ImportFolder, sheet: str) -> TableForm:
    """Write the rows of a sheet out, the first one with rows when none is named; raises FileProblem."""
    try:
        refuse_traps(folder.uploaded)
        found = convert(folder.uploaded, sheet, folder.converted)
    except BadSheet as error:
        raise FileProblem(_SHEET_PROBLEMS.get(str(error), _SHEET_PROBLEMS["broken"]), "file") from error
    if not found["rows"]:
        raise FileProblem(_("There are no rows on the sheet %(name)s.", name=found["sheet"]), "sheet")
    return TableForm(sheet=found["sheet"], sheets=tuple(found["sheets"]))


def first_lines(folder: ImportFolder, form: TableForm, count: int = 10) -> list[Line]:
    """Return the first lines as they would be read; raises FileProblem."""
    return list(islice(read_table(folder, form), count))


def titles_of(folder: ImportFolder, form: TableForm) -> list[str]:
    """Return the titles of the columns; raises FileProblem when the file has no line below them."""
    widest: list[str] = []
    for line in islice(read_table(folder, form), _FIRST_ROWS):
        if form.heading or len(line.cells) > len(widest):
            widest = list(line.cells) if line.cells.keys() != {""} else widest
    if not widest:
        raise FileProblem(_("There is no line with data below the heading."), "heading")
    return widest


def read_table(folder: ImportFolder, form: TableForm) -> Iterator[Line]:
    """Read the lines of a file; text signs that our own exports put before formulas are taken off again."""
    for line in read_lines(folder.rows, form.file_format):
        if any(cell.startswith("'") for cell in line.cells.values()):
            yield replace(line, cells={title: _without_sign(cell) for title, cell in line.cells.items()})
        else:
            yield line


def raw_lines(folder: ImportFolder, form: TableForm, count: int = MOST_HEADING) -> list[tuple[int, Sequence[str]]]:
    """Return the first lines with their numbers, whatever the heading is."""
    bare = replace(form, heading=0)
    return [(line.number, list(line.cells.values())) for line in islice(read_table(folder, bare), count)]


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _without_sign(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith(_OLE):
        raise FileProblem(_SHEET_PROBLEMS["other"], "file")
    is_wide = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_wide and b"\x00" in sample:
        raise FileProblem(_("This is not a text file. Save the list as CSV or XLSX, and upload that."), "file")
    if not sample.strip():
        raise FileProblem(_("The file is empty."), "file")
    end = sample.rfind(b"\n")
    return sample if is_wide or len(sample) < _SAMPLE or end < 0 else sample[: end + 1]


def _guess_encoding(path: Path, sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf8(path):
        return "utf-8"
    return guess_eight_bit(_lines_with_letters(path))


def guess_eight_bit(sample: bytes) -> str:
    """Return the encoding of lines that hold letters beyond ASCII and are no UTF-8.

    Only encodings of the five languages are asked about: with Western ones among them Estonian and Lithuanian are
    taken for Icelandic.
    """
    from charset_normalizer import from_bytes  # slow to import, and few files need it

    best = from_bytes(sample.translate(_UKRAINIAN), cp_isolation=["cp1257", "cp1251", "koi8_r"]).best()
    if best is None:
        return "cp1257"
    return "koi8_u" if best.encoding.startswith("koi8") else best.encoding


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(_PIECE), b""):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines_with_letters(path: Path) -> bytes:
    found = bytearray()
    with path.open("rb") as file:
        while len(found) < _LOOKED_AT and (line := file.readline(_LOOKED_AT)):
            if not line.isascii():
                found += line
    return bytes(found)


def _guess_separator(text: str, quoting: str) -> str:
    """Return the sign that parts most lines into the same number of cells, more than one."""
    quoted = csv.QUOTE_NONE if quoting == "none" else csv.QUOTE_MINIMAL
    lines = text.splitlines()[:200]
    best, most = ",", 0.0
    for sign in ";\t,|":
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign, quoting=quoted) if row)
        except csv.Error:
            continue
        width, alike = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0))
        score = alike / max(sum(widths.values()), 1) * (1 + min(width, 20) / 100) if width > 1 else 0.0
        if score > most:
            best, most = sign, score
    return best


def _quotes_are_text(text: str, separator: str) -> bool:
    """Say whether a value begins with a quote that nothing closes: then quotes are a part of names."""
    if '"' not in text:
        return False
    sign = re.escape(separator)
    opened = re.compile(rf'(?:^|{sign})"', re.MULTILINE)
    whole = re.compile(rf'(?:^|{sign})"(?:[^"]|"")*"(?={sign}|\r?$|\Z)', re.MULTILINE)
    closed = whole.sub("", text)
    last = closed.rfind("\n", 0, -1)
    return opened.search(closed[: last if last > 0 else None]) is not None


def _with_heading(folder: ImportFolder, form: TableForm, known_titles: Iterable[str]) -> TableForm:
    known = set(known_titles)
    rows = [(number, cells) for number, cells in raw_lines(folder, form, _FIRST_ROWS) if any(map(str.strip, cells))]
    if not rows:
        raise FileProblem(_("The file is empty."), "file")
    width = max(len(cells) for _number, cells in rows)
    for place, (number, cells) in enumerate(rows[:MOST_HEADING]):
        if any(_ends_with_known(cell, known) for cell in cells) and len(cells) * 2 > width:
            return replace(form, heading=number)
        if place == 0 and _looks_like_heading(cells, [other for _number, other in rows[1:]]):
            return replace(form, heading=number)
        if len(cells) * 2 > width and number > 1:
            break
    return replace(form, heading=0)


def words_of(title: str) -> str:
    """Return a title as it is compared: its words, folded, parted by single spaces."""
    parted = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", title)
    return " ".join(re.findall(r"[^\W_]+", fold(parted)))


def _ends_with_known(cell: str, known: set[str]) -> bool:
    words = words_of(cell).split()
    return len(cell) < 60 and any(" ".join(words[-count:]) in known for count in (1, 2, 3) if words)


def _looks_like_heading(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    if not below or not all(cell.strip() for cell in cells) or any(_is_number(cell) for cell in cells):
        return False
    for place, title in enumerate(cells):
        column = [row[place] for row in below if place < len(row)]
        numbers = sum(map(_is_number, column))
        if column and numbers * 5 >= len(column) * 4:
            return True
        if title in column:
            return False
    return len(set(cells)) == len(cells) and len(below) > 2 and all(len(cell) < 40 for cell in cells)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[\d\s.,]*\d[\d\s.,]*", cell.strip()))
