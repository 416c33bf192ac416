"""Use cases of directories: add, change, order, merge, close and delete entries. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.directories.checking import sound_values
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.queries import find_directory
from kartoteka.builtin.directories.rights import ENTRY_KIND, MANAGE
from kartoteka.builtin.directories.uses import count_uses, move_uses
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.session import Session, demand, find
from kartoteka.db.settling import settle
from kartoteka.extension.declarations.directories import Directory
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _


def add_entry(session: Session, directory: str, values: Mapping[str, Any]) -> DirectoryEntry:
    """Add an entry at the end of its directory; raises Forbidden, NotFound for the directory, and InvalidInput.

    ``values`` are name, titles (by language), parent_id, country, colour and closed.
    """
    declared = _to_change(session, directory)
    entry = DirectoryEntry(directory=declared.key, **sound_values(session, declared, values, None))
    if declared.ordered:
        last = select(func.max(DirectoryEntry.position)).where(DirectoryEntry.directory == declared.key)
        entry.position = (session.scalar(last) or 0) + 1
    session.add(entry)
    session.flush()
    bump_state(session)
    return entry


def change_entry(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> DirectoryEntry:
    """Change an entry, or close and reopen it; raises what `add_entry` raises, and EditConflict."""
    entry = find(session, DirectoryEntry, id)
    declared = _to_change(session, entry.directory)
    sound = sound_values(session, declared, values, entry)
    for name, value in settle(session, entry, ENTRY_KIND, sound, version).items():
        setattr(entry, name, value)
    session.flush()
    bump_state(session)
    return entry


def delete_entry(session: Session, id: int) -> DirectoryEntry:
    """Delete an entry that nothing uses; raises Refused for one in use, which can only be closed."""
    entry = find(session, DirectoryEntry, id)
    _to_change(session, entry.directory)
    if used := count_uses(session, [id])[id]:
        raise Refused(
            plural_text(
                "“%(name)s” is used by one record: close it instead, or merge it with another entry.",
                "“%(name)s” is used by %(count)s records: close it instead, or merge it with another entry.",
                used,
                name=entry.name,
            )
        )
    session.delete(entry)
    session.flush()
    bump_state(session)
    return entry


def merge_entries(session: Session, kept_id: int, gone_id: int) -> int:
    """Let everything that uses an entry use another one of the same directory, and delete it; return how many changed.

    What the deleted one was called is kept in the other's titles only by the change log. Raises Refused and NotFound.
    """
    kept, gone = find(session, DirectoryEntry, kept_id), find(session, DirectoryEntry, gone_id)
    _to_change(session, kept.directory)
    if kept.id == gone.id:
        raise Refused(_("Choose a different entry."))
    if kept.directory != gone.directory:
        raise Refused(_("Only entries of one reference list can be merged."))
    moved = move_uses(session, kept.id, [gone.id])
    session.delete(gone)
    session.flush()
    bump_state(session)
    return moved


def move_entry(session: Session, id: int, *, up: bool) -> DirectoryEntry:
    """Let an entry change places with the one above or below it; the first one stays first, the last one last."""
    entry = find(session, DirectoryEntry, id)
    declared = _to_change(session, entry.directory)
    if not declared.ordered:
        raise Refused(_("This list is ordered by name."))
    rows = session.scalars(
        select(DirectoryEntry)
        .where(DirectoryEntry.directory == entry.directory)
        .order_by(DirectoryEntry.position, DirectoryEntry.name_sort, DirectoryEntry.id)
    ).all()
    order = list(rows)
    here = order.index(entry)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        if one.position != position:
            one.position = position
    session.flush()
    bump_state(session)
    return entry


def _to_change(session: Session, directory: str) -> Directory:
    demand(session, MANAGE)
    declared = find_directory(session, directory)
    if declared is None:
        raise NotFound
    return declared
