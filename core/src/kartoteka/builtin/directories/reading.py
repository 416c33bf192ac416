"""Reads references to records and to entries of directories as forms and programs send them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.reading import Reader, Wrong, number_of


def entry_of(session: Session, directory: str, kept: int | None = None) -> Reader:
    """Read the id of an open entry of a directory, or None; ``kept`` may stay, though it be closed by now."""

    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted == kept:
            return wanted
        found = select(DirectoryEntry.id).where(
            DirectoryEntry.id == wanted, DirectoryEntry.directory == directory, DirectoryEntry.closed.is_(False)
        )
        if session.scalar(found) is None:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def id_of(session: Session, model: type[Any]) -> Reader:
    """Read the id of a record that the actor sees, or None."""

    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if session.scalar(select(model.id).where(model.id == wanted)) is None:
            raise Wrong(_("There is no such record, or you may not see it."))
        return wanted

    return read
