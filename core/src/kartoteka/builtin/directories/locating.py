"""Finding the entry that an address means: its city, else its district, else its region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import all_names, title_in
from kartoteka.builtin.directories.places import CITIES, DISTRICTS, REGIONS
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import language_spoken
from kartoteka.vocabulary.text import fold

LEVELS = {"city": CITIES, "district": DISTRICTS, "region": REGIONS}
"""The parts of an address that directories know, the most precise first."""


@dataclass(frozen=True)
class Place:
    """What the directories know of an address.

    ``id`` is the most precise entry that fits, None when none does. ``names`` are the parts of the address as the
    directories call them, where they know them. ``strange`` are parts that don't lie where the others say.
    """

    id: int | None
    names: Mapping[str, str] = field(default_factory=dict)
    strange: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Entry:
    id: int
    directory: str
    name: str
    titles: Mapping[str, str]
    parent_id: int | None
    closed: bool


class Places:
    """The places of a country, read once."""

    def __init__(self, session: Session, country: str) -> None:
        rows = session.execute(
            select(
                DirectoryEntry.id,
                DirectoryEntry.directory,
                DirectoryEntry.name,
                DirectoryEntry.titles,
                DirectoryEntry.parent_id,
                DirectoryEntry.closed,
            )
            .where(DirectoryEntry.directory.in_(LEVELS.values()), DirectoryEntry.country == country)
            .order_by(DirectoryEntry.name_sort, DirectoryEntry.id)
        )
        self.entries = {row.id: _Entry(*row) for row in rows}
        self.called: dict[tuple[str, str], list[_Entry]] = {}
        for entry in self.entries.values():
            for name in dict.fromkeys(all_names(entry.name, entry.titles)):
                self.called.setdefault((entry.directory, name), []).append(entry)

    def locate(self, parts: Mapping[str, str]) -> Place:
        """Return the place that ``region``, ``district`` and ``city`` mean, however they are written.

        The name of one part is enough when there is only one place of that name.
        """
        fitting: _Entry | None = None
        strange: list[str] = []
        for level in ("region", "district", "city"):
            found = self._named(level, parts.get(level, ""))
            inside = [one for one in found if fitting is None or fitting in self._above(one)]
            if len(inside) == 1:
                fitting = inside[0]
            elif found and not inside:
                strange.append(level)
        if fitting is None:
            return Place(None)
        return Place(fitting.id, self._names(fitting), tuple(strange))

    def offer(self, level: str, parts: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the names to choose from for a part of an address, with what they are called in the reader's language.

        Those that lie within the other parts given; closed ones are left out.
        """
        higher = {"region": (), "district": ("region",), "city": ("region", "district")}[level]
        within = [one for part in higher for one in self._named(part, parts.get(part, ""))]
        deepest = {one.id for one in within[-1:]} if within else None
        language = language_spoken()
        offered = []
        for entry in self.entries.values():
            if entry.directory != LEVELS[level] or entry.closed:
                continue
            if deepest and not deepest & {one.id for one in self._above(entry)}:
                continue
            title = title_in(language, entry.name, entry.titles)
            offered.append((entry.name, "" if title == entry.name else title))
        return list(dict.fromkeys(offered))

    def _named(self, level: str, name: str) -> Sequence[_Entry]:
        return self.called.get((LEVELS[level], fold(name)), ()) if name else ()

    def _above(self, entry: _Entry) -> Iterable[_Entry]:
        found = [entry]
        while found[-1].parent_id in self.entries and len(found) <= len(LEVELS):
            found.append(self.entries[found[-1].parent_id])
        return found

    def _names(self, entry: _Entry) -> dict[str, str]:
        levels = {directory: level for level, directory in LEVELS.items()}
        return {levels[one.directory]: one.name for one in self._above(entry)}
