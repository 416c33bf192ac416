"""Files of imports that a person stands in: they go when that person is erased."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from kartoteka.builtin.importing.files import ImportFolder
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import fold

REMOVE = "importing.remove_files"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1257", "cp1251", "cp1252")
_PIECE = 1024 * 1024
_PACKED = b"PK"
_PART = re.compile(r"[^\W\d_]+")
_LONGEST_LINE = 8192


class Person(NamedTuple):
    """How a file may hold the longest part of a name, the encodings that read it, and all parts, folded."""

    form: bytes
    encodings: tuple[str, ...]
    parts: frozenset[str]


def forget_person(session: Session, words: Sequence[str]) -> int:
    """Let go of the waiting files in which one of the words stands; return how many. They go when this is committed.

    The words of a full name may stand in columns of their own: they count when all of them are on one line.
    """
    forms = {form for word in words for form in _encoded(word)}
    people = list(dict.fromkeys(_people(words)))
    gone: list[str] = []
    with as_system(session, reason="a person is erased"):
        for imported in session.scalars(select(Import).where(Import.folder != "")).all():
            if _holds(ImportFolder(session.database.files / "imports" / imported.folder), forms, people):
                gone.append(imported.folder)
                imported.folder = ""
        session.flush()
    if gone:
        enqueue(session, REMOVE, {"folders": gone}, title=_("Remove files of imports"))
    return len(gone)


def remove_files(session: Session, job: RunningJob) -> None:
    """Remove folders of imports."""
    for name in job.payload.get("folders", ()):
        ImportFolder(session.database.files / "imports" / str(name)).remove()


def _encoded(word: str) -> dict[bytes, tuple[str, ...]]:
    """Return a word as files may hold it, each form with the encodings that read it."""
    found: dict[bytes, tuple[str, ...]] = {}
    for encoding in _ENCODINGS:
        try:
            form = word.encode(encoding)
        except UnicodeEncodeError:
            continue
        found[form] = (*found.get(form, ()), encoding)
    return found


def _people(words: Sequence[str]) -> Iterator[Person]:
    for word in filter(_is_name, words):
        parts, longest = frozenset(_PART.findall(fold(word))), max(_PART.findall(word), key=len, default="")
        for written in dict.fromkeys((longest, longest.lower(), longest.upper(), longest.capitalize())):
            if written:
                yield from (Person(form, encodings, parts) for form, encodings in _encoded(written).items())


def _is_name(word: str) -> bool:
    return " " in word and "@" not in word and not any(map(str.isdigit, word))


def _holds(folder: ImportFolder, forms: set[bytes], people: Sequence[Person]) -> bool:
    """Tell whether a form stands in the file, or a person on one line of it.

    One that is packed and was not unpacked yet counts as holding it.
    """
    if not forms or not folder.uploaded.exists():
        return False
    if not folder.converted.exists() and _begins(folder.uploaded) == _PACKED:
        return True
    longest = max(map(len, forms))
    with folder.rows.open("rb") as stream:
        rest = b""
        while piece := stream.read(_PIECE) + stream.readline(_PIECE):
            seen = rest + piece
            if any(form in seen for form in forms) or _has_person(seen, people):
                return True
            rest = seen[-longest:]
    return False


def _has_person(seen: bytes, people: Sequence[Person]) -> bool:
    """Tell whether all parts of a name stand on one line, in any order and any case."""
    for one in people:
        at = seen.find(one.form)
        while at >= 0:
            lines = (_line_at(seen, at, encoding) for encoding in one.encodings)
            if any(one.parts <= set(_PART.findall(fold(line))) for line in lines):
                return True
            at = seen.find(one.form, at + len(one.form))
    return False


def _line_at(seen: bytes, at: int, encoding: str) -> str:
    """Return the line around a place; a byte that ends lines is a part of letters in UTF-16, such as „č“."""
    ends = (b"\n",) if encoding.startswith("utf-16") else (b"\n", b"\r")
    start = max(at - _LONGEST_LINE, *(seen.rfind(one, 0, at) + 1 for one in ends), 0)
    start += (at - start) % 2 if len(ends) == 1 else 0
    end = min((found for one in ends if (found := seen.find(one, at)) >= 0), default=len(seen))
    return seen[start : min(end, at + _LONGEST_LINE)].decode(encoding, "ignore")


def _begins(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(len(_PACKED))
