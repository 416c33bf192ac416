"""Files of imports on the disk: taken in piece by piece, kept beside the database, removed when they are done with."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kartoteka.db.engine import Database
from kartoteka.vocabulary.lines import FileProblem
from kartoteka.vocabulary.message import text as _

LARGEST = 200 * 1024 * 1024
_PIECE = 1024 * 1024
_FOLDER = re.compile(r"[0-9a-f]{32}")
_UPLOADED, _ROWS, _SEEN = "uploaded", "rows.csv", "seen"


@dataclass(frozen=True)
class ImportFolder:
    """The folder of one import: the file as it came, its rows when it came as a spreadsheet, what was seen in it."""

    path: Path

    @property
    def uploaded(self) -> Path:
        """The file as it was uploaded."""
        return self.path / _UPLOADED

    @property
    def rows(self) -> Path:
        """The rows of a spreadsheet as text; for other files the file itself."""
        made = self.path / _ROWS
        return made if made.exists() else self.uploaded

    @property
    def converted(self) -> Path:
        """Where the rows of a spreadsheet are written."""
        return self.path / _ROWS

    def seen(self, phase: str) -> Path:
        """Where a reading remembers what it has seen."""
        return self.path / f"{_SEEN}-{phase}.db"

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def folder_of(database: Database, name: str) -> ImportFolder:
    """Return the folder of an import; raises FileProblem when it has none any more."""
    path = database.files / "imports" / name
    if not _FOLDER.fullmatch(name) or not (path / _UPLOADED).exists():
        raise FileProblem(_("The file is not there any more. Upload it again."))
    return ImportFolder(path)


def take_in(database: Database, stream: BinaryIO) -> ImportFolder:
    """Write a stream into a folder of its own; raises FileProblem when it is too large or the disk is full."""
    folder = ImportFolder(database.files / "imports" / secrets.token_hex(16))
    try:
        with disk_problems():
            folder.path.mkdir(mode=0o700, parents=True)
            _copy(stream, folder.uploaded)
    except BaseException:
        folder.remove()
        raise
    return folder


@contextmanager
def disk_problems() -> Iterator[None]:
    """Turn a full disk into words: nothing was changed."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise FileProblem(_("There is no room left on the server's disk. Nothing was imported.")) from error
        raise FileProblem(_("The file cannot be kept: %(reason)s.", reason=error.strerror or "")) from error


def digest_of(path: Path) -> str:
    """Return SHA-256 of a file; raises FileProblem when it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileProblem(_("The file is not there any more. Upload it again.")) from error


def count_lines(path: Path) -> int:
    """Return about how many lines a file has: the line ends in it."""
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))


def _copy(stream: BinaryIO, path: Path) -> None:
    size = 0
    with path.open("xb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > LARGEST:
                raise FileProblem(_("The file is larger than %(most)s MB. Divide it.", most=LARGEST >> 20), "file")
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise FileProblem(_("The file is empty."), "file")
