"""Reads references to records and to entries of directories as forms and programs send them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.reading import Reader, Wrong, number_of

# Made once, as those of `_by_id` are: making a statement costs as much as its answer.
_OPEN_ENTRY = select(DirectoryEntry.id, DirectoryEntry.name).where(
    DirectoryEntry.id == bindparam("wanted"),
    DirectoryEntry.directory == bindparam("of"),
    DirectoryEntry.closed.is_(False),
)


def entry_of(session: Session, directory: str, kept: int | None = None, names: dict[int, str] | None = None) -> Reader:
    """Read the id of an open entry of a directory, or None; ``kept`` may stay, though it be closed by now.

    ``names`` takes the name of the entry, for those who need it too.
    """

    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted == kept:
            return wanted
        found = session.execute(_OPEN_ENTRY, {"wanted": wanted, "of": directory}).one_or_none()
        if found is None:
            raise Wrong(_("Choose one of the values offered."))
        if names is not None:
            names[wanted] = found.name
        return wanted

    return read


def id_of(session: Session, model: type[Any]) -> Reader:
    """Read the id of a record that the actor sees, or None."""

    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if session.scalar(_by_id(model), {"wanted": wanted}) is None:
            raise Wrong(_("There is no such record, or you may not see it."))
        return wanted

    return read


@cache
def _by_id(model: type[Any]) -> Select[tuple[int]]:
    return select(model.id).where(model.id == bindparam("wanted"))
