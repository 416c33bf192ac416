"""The archive of a backup: a ZIP file with a manifest, a file of lines for each table, and contents by their hash."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kartoteka.backup.manifest import NAME, Counted, Manifest
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_TABLE, _FILE, _UPLOAD = "tables/{}.jsonl", "files/{}", "imports/{}"
_PIECE = 1024 * 1024
_LONGEST_LINE = 64 * 1024 * 1024


class ArchiveBroken(Problem):
    """Something in an archive is not what was put there."""


class Digest:
    """The digest of a table: the sum of the hashes of its lines, so that the order of rows does not matter."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._sum += int.from_bytes(hashlib.sha256(line).digest(), "big")

    @property
    def counted(self) -> Counted:
        return Counted(self.rows, f"{self._sum % 2**256:064x}")


class Writer:
    """Writes an archive piece by piece."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def write_table(self, name: str, lines: Iterable[bytes]) -> Counted:
        """Write the rows of a table; return what the manifest says of them."""
        digest = Digest()
        with self._file.open(_TABLE.format(name), "w", force_zip64=True) as target:
            for line in lines:
                digest.add(line)
                target.write(line)
        return digest.counted

    def write_file(self, digest: str, source: IO[bytes]) -> None:
        """Write a content; most are compressed already."""
        member = zipfile.ZipInfo(_FILE.format(digest))
        member.compress_type = zipfile.ZIP_STORED
        with self._file.open(member, "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                target.write(piece)

    def write_upload(self, name: str, source: IO[bytes]) -> Counted:
        """Write a file that waits to be imported; return its size, in bytes, and its hash."""
        found, size = hashlib.sha256(), 0
        with self._file.open(_UPLOAD.format(name), "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                found.update(piece)
                size += len(piece)
                target.write(piece)
        return Counted(size, found.hexdigest())

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest, last of all: an archive without one is not whole."""
        self._file.writestr(NAME, manifest.written())


class Reader:
    """Reads an archive; raises ArchiveBroken where it is not whole."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.manifest = Manifest.read(self._read_manifest())

    def lines(self, table: str) -> Iterator[bytes]:
        """Yield the lines of a table, and raise at the end when they are not those that were written."""
        digest = Digest()
        with self._opened(_TABLE.format(table)) as source:
            while line := source.readline(_LONGEST_LINE):
                digest.add(line)
                yield line
        if digest.counted != self.manifest.tables[table]:
            raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=table))

    @contextmanager
    def content(self, digest: str) -> Iterator[IO[bytes]]:
        """Open a content of the archive."""
        with self._opened(_FILE.format(digest)) as source:
            yield source

    def check_content(self, digest: str) -> None:
        """Raise when a content does not have the hash it goes by."""
        found = hashlib.sha256()
        with self.content(digest) as source:
            while piece := source.read(_PIECE):
                found.update(piece)
        if found.hexdigest() != digest:
            raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=digest))

    @contextmanager
    def upload(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file that waits to be imported."""
        with self._opened(_UPLOAD.format(name)) as source:
            yield source

    def check_upload(self, name: str, named: re.Pattern[str]) -> None:
        """Raise when such a file has another name than these, or is not what was put there."""
        counted, found, size = self.manifest.uploads[name], hashlib.sha256(), 0
        if named.fullmatch(name):
            with self.upload(name) as source:
                while piece := source.read(_PIECE):
                    found.update(piece)
                    size += len(piece)
        if Counted(size, found.hexdigest()) != counted:
            raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=name))

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._file.open(name) as source:
                yield source
        except (KeyError, zipfile.BadZipFile, EOFError) as error:
            raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=name)) from error

    def _read_manifest(self) -> bytes:
        try:
            return self._file.read(NAME)
        except (KeyError, zipfile.BadZipFile) as error:
            raise ArchiveBroken(_NO_BACKUP) from error


_NO_BACKUP: Message = _("This is not a backup of Kartoteka, or it is not whole.")


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Open an archive to write; it appears under its name only when it is whole and on the disk."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as raw:
            os.chmod(unfinished, 0o600)
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
                yield Writer(file)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open an archive to read; raises ArchiveBroken when it is none."""
    try:
        file = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ArchiveBroken(_NO_BACKUP) from error
    except OSError as error:
        raise Problem(_("%(path)s can't be read: %(reason)s.", path=str(path), reason=error.strerror or "")) from error
    with file:
        yield Reader(file)
