"""Reads one page of a record's stream: the entries of all sources, the newest first, each with its rights."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import merge

from kartoteka.builtin.timeline.searching import Search
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry, TimelineSource
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.record import LARGEST_ID, RecordRef, RecordSummary

PAGE = 30
SEARCHED = 200
"""Entries that a source is asked for at once when some of them are looked for."""

MOST_TURNS = 10
"""How often it is asked for one page."""

CLIENT = "clients.client"
Describe = Callable[[Session, Iterable[RecordRef]], dict[RecordRef, RecordSummary]]
"""Returns the records that the reader may see, in a line each."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(\d{1,17})-([a-z0-9_]{1,60}\.[a-z0-9_]{1,120})-(\d{1,10})")


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands in a stream: by moment, then by source, then by id."""

    at: datetime
    source: str
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.source}-{self.id}"

    @classmethod
    def parse(cls, written: str | None) -> Place | None:
        """Read a place out of an address; None for nonsense."""
        found = _PLACE.fullmatch(written or "")
        if not found or int(found[3]) > LARGEST_ID:
            return None
        try:
            return cls(_EPOCH + timedelta(microseconds=int(found[1])), found[2], int(found[3]))
        except OverflowError:
            return None

    def below(self, source: str) -> tuple[datetime, int]:
        """Return the moment and the id below which a source goes on."""
        if source == self.source:
            return self.at, self.id
        return self.at, LARGEST_ID if source < self.source else 0


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """An entry that its reader may see; ``about`` is the record it names, None in that record's own stream."""

    source: TimelineSource
    entry: TimelineEntry
    about: RecordSummary | None

    @property
    def place(self) -> Place:
        """Where the entry stands."""
        return Place(self.entry.at, self.source.key, self.entry.id)

    @property
    def key(self) -> str:
        """What pins and links call the entry."""
        return f"{self.source.key}-{self.entry.id}"


@dataclass(frozen=True, kw_only=True)
class StreamPage:
    """A page of a stream; ``older`` is where the next one begins, ``failed`` are sources that could not be read."""

    entries: Sequence[ShownEntry]
    older: Place | None
    failed: Sequence[TimelineSource]


class StreamReader:
    """Reads the stream of one record, which the reader has been found to see, from some sources."""

    def __init__(
        self,
        session: Session,
        record: RecordRef,
        sources: Iterable[TimelineSource],
        describe: Describe,
        search: Search | None = None,
    ) -> None:
        self.session = session
        self.record = record
        self.sources = list(sources)
        self.describe = describe
        self.search = search if search is not None and search.is_active else None
        self.failed: list[TimelineSource] = []
        self.given_up: list[Place] = []

    def page(self, before: Place | None = None, *, size: int = PAGE, without: Collection[str] = ()) -> StreamPage:
        """Return the newest entries below a place; ``without`` are keys of entries that are shown elsewhere."""
        if before is None and self.search is not None and self.search.ends is not None:
            before = Place(self.search.ends, "", 0)
        limit = size + 1 if self.search is None else SEARCHED
        feeds = [self._feed(source, before, limit) for source in self.sources]
        shown: list[ShownEntry] = []
        for one in merge(*feeds, key=lambda entry: entry.place, reverse=True):
            if len(shown) == size:
                return StreamPage(entries=shown, older=shown[-1].place, failed=self.failed)
            if one.key not in without:
                shown.append(one)
        if self.given_up:
            # Below this place not every source was looked through: there the next page begins.
            older = max(self.given_up)
            return StreamPage(entries=[one for one in shown if one.place > older], older=older, failed=self.failed)
        return StreamPage(entries=shown, older=None, failed=self.failed)

    def some(self, wanted: Iterable[tuple[str, int]]) -> list[ShownEntry]:
        """Return these entries, by key of the source and id, as far as the reader may see them, the newest first."""
        ids: dict[str, list[int]] = {}
        for key, entry_id in wanted:
            ids.setdefault(key, []).append(entry_id)
        found: list[ShownEntry] = []
        for source in self.sources:
            if source.key in ids:
                part = self._part(ids=tuple(ids[source.key]), limit=len(ids[source.key]))
                found += self._seen(source, self._read(source, part))
        return sorted(found, key=lambda one: one.place, reverse=True)

    def _part(
        self, *, limit: int, before: tuple[datetime, int] | None = None, ids: tuple[int, ...] | None = None
    ) -> StreamPart:
        client_id = self.record.id if self.record.kind == CLIENT else None
        return StreamPart(record=self.record, client_id=client_id, before=before, ids=ids, limit=limit)

    def _feed(self, source: TimelineSource, place: Place | None, limit: int) -> Iterator[ShownEntry]:
        """Yield what the reader may see of a source; the source is asked again only when much of it is hidden."""
        before = place.below(source.key) if place else None
        search, turns = self.search, 0
        while search is None or turns < MOST_TURNS:
            turns += 1
            entries = self._read(source, self._part(before=before, limit=limit))
            wanted = entries if search is None else [one for one in entries if search.takes(one)]
            yield from self._seen(source, wanted)
            if len(entries) < limit or (search is not None and search.is_over(entries[-1])):
                return
            below = entries[-1].at, entries[-1].id
            if before is not None and below >= before:
                return  # a source that does not go back would be asked for ever
            before = below
        if before is not None:
            self.given_up.append(Place(before[0], source.key, before[1]))

    def _read(self, source: TimelineSource, part: StreamPart) -> Sequence[TimelineEntry]:
        read = partial(source.read, self.session, part)
        tried = attempt(self.session, f"timeline {source.key}", source.module, lambda: list(read()))
        if tried.failed and source not in self.failed:
            self.failed.append(source)
        return tried.value or []

    def _seen(self, source: TimelineSource, entries: Sequence[TimelineEntry]) -> Iterator[ShownEntry]:
        """Yield the entries without those whose own right, or whose record, is not for the reader."""
        can = actor_of(self.session).can
        mine = [one for one in entries if one.permission is None or can(one.permission)]
        abouts = {one.about for one in mine if one.about is not None} - {self.record}
        known = self.describe(self.session, abouts) if abouts else {}
        for one in mine:
            if one.about is None or one.about == self.record or one.about in known:
                yield ShownEntry(source=source, entry=one, about=known.get(one.about) if one.about else None)
