"""Reading a table from a text file whose encoding, separator and quoting are declared, never guessed."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Literal

from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_QUOTING: dict[str, Literal[0, 3]] = {"none": csv.QUOTE_NONE, "minimal": csv.QUOTE_MINIMAL}
_SEPARATORS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_LONGEST_CELL = 1_000_000
MOST_COLUMNS = 500
"""More columns than that are no table of records."""

_UNDECODED = re.compile("[\udc80-\udcff]")


class FileProblem(Problem):
    """The file as a whole cannot be read as it was described."""


@dataclass(frozen=True)
class FileFormat:
    """How a file is written.

    ``separator`` is one character, or its name: tab, comma, semicolon, pipe. ``quoting`` "none" takes quotes as part of
    the text, "minimal" as signs around a value. ``skipped`` are numbers of lines that are not read at all. Without a
    ``heading`` columns are named by position: "1", "2", ...
    """

    encoding: str = "utf-8"
    separator: str = ","
    quoting: Literal["none", "minimal"] = "minimal"
    skipped: frozenset[int] = field(default_factory=frozenset)
    heading: bool = True
    by_record: bool = False

    @property
    def delimiter(self) -> str:
        """The separating character; raises FileProblem when none was named."""
        sign = _SEPARATORS.get(self.separator.lower(), self.separator)
        if len(sign) != 1 or sign in '"\r\n':
            raise FileProblem(_("The separator is one character, or tab, comma, semicolon or pipe."), "separator")
        return sign

    @property
    def codec(self) -> str:
        """The encoding, reading past a byte order mark; raises FileProblem for an unknown one."""
        try:
            name = codecs.lookup(self.encoding).name
        except LookupError:
            raise FileProblem(_("There is no encoding %(name)s.", name=self.encoding), "encoding") from None
        return "utf-8-sig" if name == "utf-8" else name


@dataclass(frozen=True)
class Line:
    """One row: ``number`` of its first line in the file, and its cells by column title; or why it cannot be read."""

    number: int
    cells: Mapping[str, str]
    problem: Message | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no cell has a letter or a digit: an empty line, or a rule of dashes."""
        return not any(character.isalnum() for cell in self.cells.values() for character in cell)


def read_lines(path: Path, form: FileFormat) -> Iterator[Line]:
    """Read the rows of a file one by one; raises FileProblem when it cannot be opened or has no heading."""
    try:
        # Bytes that are no letters of this encoding come through as surrogates: one bad line stays one bad line.
        with path.open(encoding=form.codec, errors="surrogateescape", newline="") as file:
            yield from _rows(file, form)
    except OSError as error:
        raise FileProblem(_("The file cannot be opened: %(reason)s.", reason=error.strerror or "")) from error
    except UnicodeError as error:
        raise FileProblem(_("The file is not written in %(name)s.", name=form.encoding), "encoding") from error


def _rows(file: IO[str], form: FileFormat) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(file, delimiter=form.delimiter, quoting=_QUOTING[form.quoting])
    titles: Sequence[str] | None = None
    for record in count(1):
        number = record if form.by_record else reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            yield Line(number, {"": "?"}, _("This line cannot be taken apart. Look for a stray quote."))
            continue
        if number in form.skipped:
            continue
        if titles is None:
            titles = _distinct([title.strip() for title in cells]) if form.heading else ()
            if len(cells) > MOST_COLUMNS:
                raise FileProblem(_("The file has more than %(most)s columns.", most=MOST_COLUMNS))
            if form.heading:
                continue
        yield _line(number, cells, titles)
    if titles is None and reader.line_num:
        raise FileProblem(_("The file has no line with data below the titles."), "heading")
    if titles is None:
        raise FileProblem(_("The file is empty."))


def _distinct(titles: Sequence[str]) -> list[str]:
    """Return the titles with a number behind those that stand there again: "Phone", "Phone (2)"."""
    again = dict.fromkeys(titles, 0)
    found = []
    for title in titles:
        again[title] += 1
        found.append(title if again[title] == 1 else f"{title} ({again[title]})")
    return found


def _line(number: int, cells: Sequence[str], titles: Sequence[str]) -> Line:
    names = titles or [str(place) for place in range(1, len(cells) + 1)]
    values = dict(zip(names, cells, strict=False))
    if len(cells) < len(names):
        values = {**dict.fromkeys(names, ""), **values}
    whole = "".join(cells)
    if not whole.isascii() and _UNDECODED.search(whole):
        return Line(number, values, _("This line has signs that are not in the declared encoding."))
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        problem = _("This line has %(found)s values, the heading %(expected)s.")
        return Line(number, values, problem.with_values(found=len(cells), expected=len(names)))
    return Line(number, values)
