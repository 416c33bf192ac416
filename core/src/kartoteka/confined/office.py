"""Office files: ZIP archives of XML, and spreadsheets of any age; archives that swell are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.handler import ContentHandler
from zipfile import ZipFile, ZipInfo

MOST_UNPACKED = 256 * 1024 * 1024
MOST_PARTS = 5_000
MOST_CELLS = 500_000
_TEXT_PARTS = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|content\.xml"
    r"|ppt/(slides|notesSlides)/[^/]+\.xml"
)
_PARAGRAPHS = frozenset({"p", "h", "tr"})
_PARTING = frozenset({"tab", "br", "line-break", "s", "tc", "table-cell"})


class Swollen(ValueError):
    """An archive holds more than any honest document."""


def words_of(path: Path) -> Iterator[str]:
    """Return the paragraphs of a text document or of slides."""
    with ZipFile(path) as archive:
        parts = checked(archive)
        for part in sorted(parts, key=lambda one: (one.filename != "word/document.xml", one.filename)):
            if _TEXT_PARTS.fullmatch(part.filename):
                yield from _paragraphs(archive, part)


def cells_of(path: Path) -> Iterator[str]:
    """Return the rows of a workbook: the names of its sheets and what stands in the cells."""
    from python_calamine import CalamineWorkbook

    if path.read_bytes()[:2] == b"PK":
        with ZipFile(path) as archive:
            checked(archive)
    cells = 0
    with CalamineWorkbook.from_path(str(path)) as book:
        for name in book.sheet_names:
            yield name
            for row in book.get_sheet_by_name(name).iter_rows():
                filled = [str(cell) for cell in row if cell not in ("", None)]
                cells += len(row)
                if filled:
                    yield " ".join(filled)
                if cells > MOST_CELLS:
                    return


def checked(archive: ZipFile) -> list[ZipInfo]:
    """Return the parts of an archive; raises Swollen for more or larger ones than any honest document has."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Swollen("The archive holds too much.")
    return parts


class _Words(ContentHandler):
    """Gathers what stands between tags; paragraphs, table cells and breaks part the words."""

    def __init__(self) -> None:
        super().__init__()
        self.gathered: list[str] = []

    def characters(self, content: str) -> None:
        self.gathered.append(content)

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 - SAX calls it so
        if name.rpartition(":")[2] in _PARTING:
            self.gathered.append(" ")

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX calls it so
        if name.rpartition(":")[2] in _PARAGRAPHS:
            self.gathered.append("\n")

    def taken(self) -> str:
        """Return what was gathered since the last time."""
        text = "".join(self.gathered)
        self.gathered.clear()
        return text


def _paragraphs(archive: ZipFile, part: ZipInfo) -> Iterator[str]:
    from defusedxml.sax import make_parser

    parser: Any = make_parser()
    words = _Words()
    parser.setContentHandler(words)
    with archive.open(part) as stream:
        while piece := stream.read(65536):
            parser.feed(piece)
            yield words.taken()
    yield words.taken()
