"""Contents in a folder of this machine: the default store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kartoteka.db.blobs.store import Blob, BlobMissing, StoredBlob


class LocalStore:
    """A folder with two levels of subfolders, so that none of them grows large.

    A content appears under its name whole or not at all, and is on the disk when ``put`` returns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def scratch(self) -> Path:
        return _made(self.folder / "incoming")

    def keep(self, path: Path, blob: Blob) -> None:
        target = self._path(blob.digest)
        if target.exists() and target.stat().st_size == blob.size:
            os.utime(target)  # put again now: the job that clears away must not take it
            return
        _made(target.parent)
        _sync(path)
        path.replace(target)
        _sync(target.parent)

    def fetch(self, digest: str) -> IO[bytes]:
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing from error

    def has(self, digest: str) -> bool:
        return self._path(digest).is_file()

    def kept_at(self, digest: str) -> datetime | None:
        try:
            return datetime.fromtimestamp(self._path(digest).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def remove(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def listed(self) -> Iterator[StoredBlob]:
        for first in sorted(self.folder.glob("??")):
            for path in sorted(first.glob("??/" + "?" * 64)):
                try:
                    seen = path.stat()
                except FileNotFoundError:
                    continue
                yield StoredBlob(path.name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC))

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sync(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
