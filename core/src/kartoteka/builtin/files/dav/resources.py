"""Folders and documents as WsgiDAV sees them: each looks up its records with the rights of who asks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from wsgidav.dav_error import (
    HTTP_CONFLICT,
    HTTP_FORBIDDEN,
    HTTP_INSUFFICIENT_STORAGE,
    HTTP_NOT_FOUND,
    HTTP_REQUEST_ENTITY_TOO_LARGE,
    DAVError,
)
from wsgidav.dav_provider import DAVCollection, DAVNonCollection

from kartoteka.builtin.files import queries, service
from kartoteka.builtin.files.dav import lookup
from kartoteka.builtin.files.dav.names import CLIENTS, DOCUMENTS, MOUNT, is_rubbish, names_of
from kartoteka.builtin.files.fields import ADD, DELETE, EDIT
from kartoteka.builtin.files.limits import limits_of
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.naming import PLAIN, clean_filename
from kartoteka.db.blobs import BlobTooLarge, StoreUnavailable, put
from kartoteka.db.session import reading, transaction, workplace
from kartoteka.vocabulary.errors import Conflict, Forbidden, NotFound, Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

_STATUS: tuple[tuple[type[Problem], int], ...] = (
    (NotFound, HTTP_NOT_FOUND),
    (BlobTooLarge, HTTP_REQUEST_ENTITY_TOO_LARGE),
    (StoreUnavailable, HTTP_INSUFFICIENT_STORAGE),
    (Conflict, HTTP_CONFLICT),
)


@contextmanager
def problems_as_status() -> Iterator[None]:
    """Turn what a service refuses into the status that programs understand."""
    try:
        yield
    except Problem as problem:
        status = next((status for kind, status in _STATUS if isinstance(problem, kind)), HTTP_FORBIDDEN)
        raise DAVError(status, str(problem.message)) from problem


def demand(permission: str) -> None:
    """Raise DAVError 403 when who asks lacks a right."""
    if not workplace.get().actor.can(permission):
        raise DAVError(HTTP_FORBIDDEN, str(Forbidden(permission=permission).message))


class Folder(DAVCollection):  # type: ignore[misc]
    """A folder with folders in it: the root, that of all clients, and that of single documents."""

    def __init__(self, path: str, environ: dict[str, Any], names: list[str]) -> None:
        super().__init__(path, environ)
        self.names = names

    def get_member_names(self) -> list[str]:
        return self.names

    def get_member(self, name: str) -> Any:
        return self.provider.get_resource_inst(f"{self.path.rstrip('/')}/{name}", self.environ)

    def create_empty_resource(self, name: str) -> Any:
        if is_rubbish(name):
            return Rubbish(f"{self.path.rstrip('/')}/{name}", self.environ)
        raise DAVError(HTTP_FORBIDDEN)

    def create_collection(self, name: str) -> None:
        raise DAVError(HTTP_FORBIDDEN)

    def get_creation_date(self) -> None:
        return None

    def get_last_modified(self) -> None:
        return None


class ClientFolder(Folder):
    """The documents of a client; what is put here is registered as the client's."""

    def __init__(self, path: str, environ: dict[str, Any], client_id: int) -> None:
        self.client_id = client_id
        with reading() as session:
            self.files = names_of(queries.files_of_client(session, client_id, limit=lookup.MOST))
        super().__init__(path, environ, list(self.files))

    def get_member(self, name: str) -> Any:
        found = self.files.get(name)
        return None if found is None else Document(f"{self.path.rstrip('/')}/{name}", self.environ, found)

    def create_empty_resource(self, name: str) -> Any:
        path = f"{self.path.rstrip('/')}/{name}"
        if is_rubbish(name):
            return Rubbish(path, self.environ)
        demand(ADD)
        return Document(path, self.environ, None, client_id=self.client_id)


class Document(DAVNonCollection):  # type: ignore[misc]
    """A document: its last version; saving it makes the next one. Without ``file`` it begins to be when it is saved."""

    def __init__(self, path: str, environ: dict[str, Any], file: File | None, *, client_id: int | None = None) -> None:
        super().__init__(path, environ)
        self.file = file
        self.client_id = client_id
        self._incoming: IO[bytes] | None = None

    def get_ref_url(self) -> str:
        """Return one name for a document wherever it lies, so that a lock holds everywhere."""
        return super().get_ref_url() if self.file is None else f"{MOUNT}/{DOCUMENTS}/{self.file.id}"

    def get_content_length(self) -> int:
        return self.file.size if self.file else 0

    def get_content_type(self) -> str:
        return self.file.mimetype if self.file else PLAIN

    def get_display_name(self) -> str:
        return self.path.rpartition("/")[2]

    def get_etag(self) -> str | None:
        return self.file.blob if self.file else None

    def support_etag(self) -> bool:
        return True

    def support_ranges(self) -> bool:
        return True

    def get_creation_date(self) -> float | None:
        return self.file.created_at.timestamp() if self.file else None

    def get_last_modified(self) -> float | None:
        saved: datetime | None = None
        if self.file is not None:
            with reading() as session:
                saved = queries.versions_of(session, self.file)[0].saved_at
        return saved.timestamp() if saved else None

    def get_content(self) -> IO[bytes]:
        if self.file is None:
            raise DAVError(HTTP_NOT_FOUND)
        with problems_as_status(), reading() as session:
            return queries.open_content(session, self.file)

    def begin_write(self, *, content_type: str | None = None) -> IO[bytes]:
        demand(EDIT if self.file else ADD)
        self._incoming = tempfile.TemporaryFile()  # noqa: SIM115 - end_write closes it
        with reading() as session:
            most = limits_of(session).largest_bytes
        return _Limited(self._incoming, most)  # type: ignore[return-value]

    def end_write(self, *, with_errors: bool) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming is None:
            return
        with incoming:
            if with_errors:
                return
            incoming.seek(0)
            with problems_as_status():
                self._save(incoming)

    def _save(self, incoming: IO[bytes]) -> None:
        name = self.get_display_name() if self.file is None else self.file.filename
        with reading() as session:
            limits = limits_of(session)
        limits.check_name(clean_filename(name))
        content = put(workplace.get().database.blobs, incoming, limit=limits.largest_bytes)
        with transaction(_("Document saved by a program")) as session:
            if self.file is not None:
                service.save_version(session, self.file.id, content)
            else:
                self.file = service.store_file(session, content, self.get_display_name(), client_id=self.client_id)

    def handle_delete(self) -> bool:
        demand(DELETE)
        self._put_into_bin(_("Document moved to the bin"))
        return True

    def handle_copy(self, dest_path: str, *, depth_infinity: bool) -> bool:
        """Save the content over another document, or as a new one; nothing is ever thrown away for it."""
        self._write_to(dest_path)
        return True

    def handle_move(self, dest_path: str) -> bool:
        """Rename a document; moved over another one it becomes that one's next version, as programs save "safely"."""
        target = self.provider.get_resource_inst(dest_path, self.environ)
        folder, name = dest_path.rstrip("/").rpartition("/")[::2]
        if isinstance(target, Document) or folder != self.path.rpartition("/")[0]:
            demand(DELETE)
            self._write_to(dest_path)
            self._put_into_bin(_("Document moved by a program"))
            return True
        demand(EDIT)
        with problems_as_status(), transaction(_("Document renamed by a program")) as session:
            service.rename_file(session, self._id, clean_filename(name))
        return True

    def _write_to(self, dest_path: str) -> None:
        target = self.provider.get_resource_inst(dest_path, self.environ)
        if target is None:
            folder, name = dest_path.rstrip("/").rpartition("/")[::2]
            parent = self.provider.get_resource_inst(f"{folder}/", self.environ)
            target = parent.create_empty_resource(name) if isinstance(parent, ClientFolder) else None
        if not isinstance(target, Document):
            raise DAVError(HTTP_FORBIDDEN)
        demand(EDIT if target.file else ADD)
        with self.get_content() as content, problems_as_status():
            target._save(content)

    def _put_into_bin(self, title: Message) -> None:
        with problems_as_status(), transaction(title) as session:
            service.set_state(session, self._id, RecordState.DELETED)

    @property
    def _id(self) -> int:
        if self.file is None:
            raise DAVError(HTTP_NOT_FOUND)
        return self.file.id


class Rubbish(DAVNonCollection):  # type: ignore[misc]
    """What an operating system writes for itself: taken, and forgotten."""

    def get_content_length(self) -> int:
        return 0

    def get_content_type(self) -> str:
        return PLAIN

    def get_etag(self) -> None:
        return None

    def support_etag(self) -> bool:
        return False

    def support_ranges(self) -> bool:
        return False

    def get_content(self) -> IO[bytes]:
        raise DAVError(HTTP_NOT_FOUND)

    def begin_write(self, *, content_type: str | None = None) -> IO[bytes]:
        return _Nowhere()  # type: ignore[return-value]

    def end_write(self, *, with_errors: bool) -> None:
        """Nothing was kept."""


class _Limited:
    """A file that takes no more than a document may have, so that nobody fills the disk."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file = file
        self.most = most
        self.size = 0

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        if self.size > self.most:
            raise DAVError(HTTP_REQUEST_ENTITY_TOO_LARGE)
        return self.file.write(piece)

    def close(self) -> None:
        self.file.flush()


class _Nowhere:
    def write(self, piece: bytes) -> int:
        return len(piece)

    def close(self) -> None:
        """There is nothing to close."""


ROOT = [CLIENTS, DOCUMENTS]
