"""Putting contents into a store and reading them back, the same way for every kind of store."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import IO, BinaryIO, Protocol, cast

from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import text as _

MB = 1024 * 1024
LARGEST = 100 * MB
"""Bytes that one content may have unless the caller says otherwise."""
_PIECE = 1024 * 1024
_IN_MEMORY = 4 * MB
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """A content in the store: the SHA-256 of its bytes in hexadecimal, and how many bytes there are."""

    digest: str
    size: int


@dataclass(frozen=True)
class StoredBlob:
    """A content as the store lists it; ``kept_at`` is when it was put there last."""

    digest: str
    size: int
    kept_at: datetime


class BlobTooLarge(Problem):
    """A content has more bytes than are allowed; nothing of it is kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(_("The file is larger than %(most)s MB.", most=max(1, limit // MB)), "file")


class BlobMissing(NotFound):
    """There is no such content in the store."""

    def __init__(self) -> None:
        super().__init__(_("The content of this file is not in the store. Restore it from a backup."))


class BlobBroken(Problem):
    """A content in the store does not have the hash it is kept under any more."""

    def __init__(self) -> None:
        super().__init__(_("The content of this file is damaged. Restore it from a backup."))


class StoreUnavailable(Problem):
    """The store can't be reached or has no room; nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(_("The file store can't be used: %(reason)s.", reason=reason))


class BlobStore(Protocol):
    """Where contents lie. Callers use ``put`` and ``open_blob``; a kind of store offers these."""

    def scratch(self) -> Path:
        """Return the folder in which contents are gathered before they are kept."""
        ...

    def keep(self, path: Path, blob: Blob) -> None:
        """Take over a finished file; a content that is there already counts as put again now."""
        ...

    def fetch(self, digest: str) -> IO[bytes]:
        """Return the bytes, unchecked; raises BlobMissing."""
        ...

    def has(self, digest: str) -> bool:
        """Tell whether the content is there."""
        ...

    def kept_at(self, digest: str) -> datetime | None:
        """Return when the content was put last, None when it is not there."""
        ...

    def remove(self, digest: str) -> None:
        """Remove a content; one that is not there is no error."""
        ...

    def listed(self) -> Iterator[StoredBlob]:
        """Return all contents in the order of their digests."""
        ...


def put(store: BlobStore, stream: IO[bytes], *, limit: int = LARGEST) -> Blob:
    """Keep what a stream holds from where it stands, and return its digest and size.

    ``limit`` is in bytes. Raises BlobTooLarge as soon as there is more, StoreUnavailable.
    """
    try:
        with NamedTemporaryFile(dir=store.scratch(), prefix="incoming-", delete=False) as file:
            path = Path(file.name)
            try:
                blob = _gather(stream, file, limit)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        try:
            store.keep(path, blob)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailable(error.strerror or type(error).__name__) from error
    return blob


def put_bytes(store: BlobStore, content: bytes, *, limit: int = LARGEST) -> Blob:
    """Keep these bytes; see ``put``."""
    return put(store, io.BytesIO(content), limit=limit)


def open_blob(store: BlobStore, digest: str) -> BinaryIO:
    """Return a content as a seekable stream whose hash has been checked from the first byte to the last.

    Close it after use. Raises BlobMissing, BlobBroken, StoreUnavailable.
    """
    if not _DIGEST.fullmatch(digest):
        raise BlobMissing
    found = store.fetch(digest)
    try:
        return _checked(found, digest)
    except BaseException:
        found.close()
        raise


def read_blob(store: BlobStore, digest: str) -> bytes:
    """Return the whole content; for those known to be small. Raises like ``open_blob``."""
    with open_blob(store, digest) as stream:
        return stream.read()


def _gather(stream: IO[bytes], file: IO[bytes], limit: int) -> Blob:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise BlobTooLarge(limit)
        digest.update(piece)
        file.write(piece)
    file.flush()
    return Blob(digest.hexdigest(), size)


def _checked(found: IO[bytes], digest: str) -> BinaryIO:
    """Hash a stream to its end; one that can't be turned back is copied while it is read."""
    if found.seekable():
        if hashlib.file_digest(cast("BinaryIO", found), "sha256").hexdigest() != digest:
            raise BlobBroken
        found.seek(0)
        return cast("BinaryIO", found)
    copy = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    with found:
        if _gather(found, cast("IO[bytes]", copy), 1 << 62).digest != digest:
            copy.close()
            raise BlobBroken
    copy.seek(0)
    return cast("BinaryIO", copy)
