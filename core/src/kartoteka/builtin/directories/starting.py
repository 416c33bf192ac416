"""Adding what directories begin with, when somebody asks for it; entries that are there already are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.directories.checking import LANGUAGES
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.queries import ancestors_of, offered_directories
from kartoteka.builtin.directories.rights import MANAGE
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.journal.sets import insert_rows
from kartoteka.db.session import Session, demand
from kartoteka.extension.declarations.directories import Directory, StartEntry
from kartoteka.vocabulary.message import Message, speaking


def add_start_entries(session: Session, directories: Iterable[str] = (), countries: Iterable[str] = ()) -> int:
    """Add what directories begin with, and what the ones above them begin with; return how many entries are new.

    ``directories`` are keys, all of them when left out; ``countries`` limits entries that belong to one. Raises
    Forbidden.
    """
    demand(session, MANAGE)
    offered = {one.key: one for one in offered_directories(session)}
    wanted = set(directories) or set(offered)
    for key in list(wanted):
        wanted |= set(ancestors_of(session, offered[key])) if key in offered else set()
    chosen = frozenset(countries)
    added = 0
    for directory in sorted(offered.values(), key=lambda one: len(ancestors_of(session, one))):
        if directory.key in wanted and directory.start is not None:
            added += _add(session, directory, directory.start(), chosen)
    if added:
        bump_state(session)
    return added


def _add(session: Session, directory: Directory, entries: Iterable[StartEntry], countries: frozenset[str]) -> int:
    known = _ids_by_code(session, [directory.key])
    above = _ids_by_code(session, ancestors_of(session, directory))
    names = _names(session, directory.key)
    last = select(func.max(DirectoryEntry.position)).where(DirectoryEntry.directory == directory.key)
    first = (session.scalar(last) or 0) + 1 if directory.ordered else 0
    rows: list[dict[str, Any]] = []
    for entry in entries:
        if entry.code in known or (countries and entry.country and entry.country not in countries):
            continue
        row = _row(directory, entry, above.get(entry.parent))
        if (row["name"], row["country"], row["parent_id"]) in names:
            continue  # somebody has typed it in already
        row["position"] = first + len(rows) if directory.ordered else 0
        rows.append(row)
    insert_rows(session, DirectoryEntry, rows)
    return len(rows)


def _row(directory: Directory, entry: StartEntry, parent_id: int | None) -> dict[str, Any]:
    name, titles = _called(entry)
    return {
        "directory": directory.key,
        "code": entry.code,
        "name": name,
        "titles": titles,
        "country": entry.country,
        "parent_id": parent_id,
        "colour": entry.colour,
    }


def _called(entry: StartEntry) -> tuple[str, dict[str, str]]:
    """Return the name in the language of whoever adds it, and the titles in the languages where they differ."""
    if not isinstance(entry.name, Message):
        return str(entry.name), dict(entry.titles)
    name = str(entry.name)
    titles: dict[str, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            titles[language] = str(entry.name)
    return name, {language: title for language, title in titles.items() if title != name}


def _ids_by_code(session: Session, directories: Iterable[str]) -> Mapping[str, int]:
    rows = session.execute(
        select(DirectoryEntry.code, DirectoryEntry.id).where(
            DirectoryEntry.directory.in_(list(directories)), DirectoryEntry.code != ""
        )
    )
    return {row.code: row.id for row in rows}


def _names(session: Session, directory: str) -> set[tuple[str, str, int | None]]:
    rows = session.execute(
        select(DirectoryEntry.name, DirectoryEntry.country, DirectoryEntry.parent_id).where(
            DirectoryEntry.directory == directory
        )
    )
    return {(row.name, row.country, row.parent_id) for row in rows}
