"""Reads of directories: their entries for lists, forms and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import EntryTitle
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Choice, keep_choices
from kartoteka.extension.declarations.directories import Directory
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.text import sort_key

PAGE = 100
_AFTER_ALL_TEXTS = "\U0010ffff"
_ORDER = (DirectoryEntry.position, DirectoryEntry.name_sort, DirectoryEntry.id)


def directory_choices(directory: str) -> Callable[[Session], Sequence[Choice]]:
    """Return the function that reads the entries of a directory to choose from: for Field, Filter and forms.

    A choice's value is the entry's id as text. Closed entries are left out.
    """
    return _asking(directory, closed=False)


def known_entries(directory: str) -> Callable[[Session], Sequence[Choice]]:
    """Return the function that reads all entries of a directory, closed ones too: for ``Field.known_choices``."""
    return _asking(directory, closed=True)


@cache
def _asking(directory: str, *, closed: bool) -> Callable[[Session], Sequence[Choice]]:
    # Made once, of no more than is shown: every form asks it, some for several fields.
    columns = (DirectoryEntry.id, DirectoryEntry.name, DirectoryEntry.titles, DirectoryEntry.colour)
    statement = select(*columns).where(DirectoryEntry.directory == directory).order_by(*_ORDER)
    if not closed:
        statement = statement.where(DirectoryEntry.closed.is_(False))

    @keep_choices
    def ask(session: Session) -> Sequence[Choice]:
        return [
            Choice(str(one.id), EntryTitle(one.name, dict(one.titles)), one.colour or None)
            for one in session.execute(statement)
        ]

    return ask


def coded_choices(directory: str) -> Callable[[Session], Sequence[Choice]]:
    """Return the function that reads the open entries of a directory for a column made by `directory_code`.

    A choice's value is the entry's code, or its id as text where it has none.
    """
    return _asking_codes(directory, closed=False)


def known_coded_entries(directory: str) -> Callable[[Session], Sequence[Choice]]:
    """Return the function that reads all entries of such a directory, closed ones too."""
    return _asking_codes(directory, closed=True)


@cache
def _asking_codes(directory: str, *, closed: bool) -> Callable[[Session], Sequence[Choice]]:
    @keep_choices
    def ask(session: Session) -> Sequence[Choice]:
        return [one for one, is_closed in coded_entries(session, [directory])[directory] if closed or not is_closed]

    return ask


def coded_entries(session: Session, directories: Sequence[str]) -> dict[str, list[tuple[Choice, bool]]]:
    """Return all entries of directories in their order, each with whether it is closed; one statement."""
    found: dict[str, list[tuple[Choice, bool]]] = {one: [] for one in directories}
    statement = select(DirectoryEntry).where(DirectoryEntry.directory.in_(directories)).order_by(*_ORDER)
    for one in session.scalars(statement):
        title = EntryTitle(one.name, dict(one.titles))
        found[one.directory].append((Choice(value_of(one), title, one.colour or None), one.closed))
    return found


def value_of(entry: DirectoryEntry) -> str:
    """Return what a column made by `directory_code` holds for an entry."""
    return entry.code or str(entry.id)


def offered_directories(session: Session) -> list[Directory]:
    """Return the directories of the modules that are on, in their order."""
    active = active_set(session)
    return [one for one in extension_of(session).registry.directories if one.module in active]


def find_directory(session: Session, key: str) -> Directory:
    """Return a directory of a module that is on; raises NotFound."""
    for one in offered_directories(session):
        if one.key == key:
            return one
    raise NotFound


def count_entries(session: Session) -> Mapping[str, tuple[int, int]]:
    """Return how many open and how many closed entries each directory has."""
    rows = session.execute(
        select(DirectoryEntry.directory, DirectoryEntry.closed, func.count()).group_by(
            DirectoryEntry.directory, DirectoryEntry.closed
        )
    )
    counted: dict[str, tuple[int, int]] = {}
    for directory, closed, number in rows:
        open_ones, closed_ones = counted.get(directory, (0, 0))
        counted[directory] = (open_ones, number) if closed else (number, closed_ones)
    return counted


def list_entries(
    session: Session, directory: str, *, words: str = "", country: str = "", after: int | None = None
) -> tuple[list[Row[Any]], int | None]:
    """Return a page of a directory's entries with the names above them, and the entry it continues after.

    ``words`` is the beginning of a name. Two statements.
    """
    above, top = aliased(DirectoryEntry), aliased(DirectoryEntry)
    statement = (
        select(
            DirectoryEntry,
            above.name.label("above"),
            above.titles.label("above_titles"),
            top.name.label("top"),
            top.titles.label("top_titles"),
        )
        .outerjoin(above, DirectoryEntry.parent_id == above.id)
        .outerjoin(top, above.parent_id == top.id)
        .where(DirectoryEntry.directory == directory)
        .order_by(*_ORDER)
    )
    if country:
        statement = statement.where(DirectoryEntry.country == country)
    if key := sort_key(words):
        statement = statement.where(DirectoryEntry.name_sort >= key, DirectoryEntry.name_sort < key + _AFTER_ALL_TEXTS)
    if after is not None:
        statement = _continued(session, statement, after)
    rows = list(session.execute(statement.limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None


def _continued(session: Session, statement: Select[Any], after: int) -> Select[Any]:
    last = session.scalar(select(DirectoryEntry).where(DirectoryEntry.id == after))
    if last is None:
        return statement
    names = DirectoryEntry.name_sort
    return statement.where(
        (DirectoryEntry.position > last.position)
        | ((DirectoryEntry.position == last.position) & (names > last.name_sort))
        | ((DirectoryEntry.position == last.position) & (names == last.name_sort) & (DirectoryEntry.id > last.id))
    )


def within(ids: Sequence[int]) -> Select[Any]:
    """Return the ids of entries and of all entries below them, as a part of a statement: the cities of regions."""
    found = select(DirectoryEntry.id).where(DirectoryEntry.id.in_(ids)).cte("within", recursive=True)
    below = select(DirectoryEntry.id).join(found, DirectoryEntry.parent_id == found.c.id)
    return select(found.union_all(below).c.id)


def possible_parents(session: Session, directory: Directory) -> list[tuple[int, EntryTitle]]:
    """Return the entries that entries of a directory may lie below, by directory and name."""
    keys = ancestors_of(session, directory)
    if not keys:
        return []
    rows = session.scalars(
        select(DirectoryEntry).where(DirectoryEntry.directory.in_(keys)).order_by(DirectoryEntry.country, *_ORDER)
    ).all()
    ordered = sorted(rows, key=lambda one: keys.index(one.directory))
    return [(one.id, EntryTitle(one.name, dict(one.titles))) for one in ordered]


def ancestors_of(session: Session, directory: Directory) -> list[str]:
    """Return the keys of the directories above a directory, the nearest first."""
    known = {one.key: one for one in extension_of(session).registry.directories}
    found: list[str] = []
    parent = directory.parent
    while parent is not None and parent in known and parent not in found:
        found.append(parent)
        parent = known[parent].parent
    return found


def others_of(session: Session, entry: DirectoryEntry) -> list[tuple[int, str]]:
    """Return the entries that may take the place of one: of its directory, and of its country where that has one."""
    rows = session.scalars(
        select(DirectoryEntry)
        .where(
            DirectoryEntry.directory == entry.directory,
            DirectoryEntry.country == entry.country,
            DirectoryEntry.id != entry.id,
        )
        .order_by(*_ORDER)
        .limit(2_000)
    )
    return [(one.id, str(EntryTitle(one.name, dict(one.titles)))) for one in rows]


def open_entries(session: Session, ids: Iterable[int]) -> set[tuple[str, int]]:
    """Return the directory and the id of those of these entries that are there and not closed; one statement."""
    found = select(DirectoryEntry.directory, DirectoryEntry.id).where(
        DirectoryEntry.id.in_(set(ids)), DirectoryEntry.closed.is_(False)
    )
    return {(row.directory, row.id) for row in session.execute(found)}
