"""Entries of directories that programs name by their ids: each field takes those of its own directory only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.builtin.directories.queries import open_entries
from kartoteka.builtin.rest.resources import Seen
from kartoteka.builtin.rest.values import NOT_OFFERED
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import InvalidInput


def refuse_strange_entries(session: Session, seen: Seen, values: Mapping[str, Any], record: Any = None) -> None:
    """Raise InvalidInput naming each field whose value is no open entry of its directory; one statement at the most.

    An entry that was closed since may stay where it is.
    """
    named = {
        field.name: (directory, values[field.name])
        for field in seen.writable
        if isinstance(values.get(field.name), int)
        and (directory := _directory_of(seen, field.attribute)) is not None
        and values[field.name] != getattr(record, field.attribute, None)
    }
    if not named:
        return
    known = open_entries(session, (entry for _directory, entry in named.values()))
    wrong = [name for name, entry in named.items() if entry not in known]
    if wrong:
        raise InvalidInput(dict.fromkeys(wrong, NOT_OFFERED))


def _directory_of(seen: Seen, attribute: str) -> str | None:
    column = seen.model.__mapper__.columns.get(attribute)
    return None if column is None else column.info.get("directory")
