"""From paths to folders and documents: ``/clients/K00012 Name/File.docx`` and ``/documents/17/File.docx``."""

from __future__ import annotations

from typing import Any

from wsgidav.dav_provider import DAVProvider

from kartoteka.builtin.files.dav import lookup
from kartoteka.builtin.files.dav.names import CLIENTS, DOCUMENTS
from kartoteka.builtin.files.dav.resources import ROOT, ClientFolder, Document, Folder
from kartoteka.builtin.files.fields import VIEW
from kartoteka.db.session import workplace


class DocumentProvider(DAVProvider):  # type: ignore[misc]
    """The drive; what who asks may not see is not there."""

    def get_resource_inst(self, path: str, environ: dict[str, Any]) -> Any:
        """Return the folder or the document at a path, None when there is nothing."""
        parts = [part for part in path.split("/") if part]
        if not parts:
            return Folder("/", environ, ROOT)
        if not workplace.get().actor.can(VIEW):
            return None
        if parts[0] == CLIENTS:
            return self._below_clients(path, parts[1:], environ)
        if parts[0] == DOCUMENTS:
            return self._below_documents(path, parts[1:], environ)
        return None

    def _below_clients(self, path: str, parts: list[str], environ: dict[str, Any]) -> Any:
        if not parts:
            return Folder(path, environ, lookup.client_folders())
        client_id = lookup.client_of_folder(parts[0])
        if client_id is None or len(parts) > 2:
            return None
        folder = ClientFolder(f"/{CLIENTS}/{parts[0]}/", environ, client_id)
        return folder if len(parts) == 1 else folder.get_member(parts[1])

    def _below_documents(self, path: str, parts: list[str], environ: dict[str, Any]) -> Any:
        if not parts:
            return Folder(path, environ, [])
        file = lookup.document_of(parts[0])
        if file is None or len(parts) > 2:
            return None
        if len(parts) == 1:
            return Folder(path, environ, [file.filename])
        return Document(path, environ, file) if parts[1] == file.filename else None
