"""What a reader looks for in a stream: entries of somebody, of a period, with some words (CL-21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from flask import request

from kartoteka.extension.declarations.timeline import TimelineEntry
from kartoteka.vocabulary.period import day_begins
from kartoteka.vocabulary.text import clean_line, fold
from kartoteka.web.asked import asked_day

LONGEST = 100
LATEST = date(2999, 12, 31)


@dataclass(frozen=True)
class Search:
    """What is looked for; ``who`` is a name as entries have it, ``first`` and ``last`` are days of the reader."""

    who: str = ""
    first: date | None = None
    last: date | None = None
    words: str = ""
    zone: tzinfo = UTC

    @property
    def is_active(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.who or self.first or self.last or self.words)

    @property
    def ends(self) -> datetime | None:
        """The moment below which the stream begins, None for its newest entry."""
        return None if self.last is None else day_begins(self.last + timedelta(days=1), self.zone)

    @property
    def begins(self) -> datetime | None:
        """The moment of the oldest entry that may be shown."""
        return None if self.first is None else day_begins(self.first, self.zone)

    @property
    def query(self) -> str:
        """The search as a part of an address."""
        given: Mapping[str, str] = {
            "who": self.who,
            "since": "" if self.first is None else self.first.isoformat(),
            "until": "" if self.last is None else self.last.isoformat(),
            "words": self.words,
        }
        return urlencode({name: value for name, value in given.items() if value})

    def takes(self, entry: TimelineEntry) -> bool:
        """Tell whether an entry is among those looked for: each word must stand in what is shown of it."""
        if self.who and entry.who != self.who:
            return False
        if self.begins is not None and entry.at < self.begins:
            return False
        if not self.words:
            return True
        said = fold(f"{entry.title} {entry.text} {entry.who}")
        return all(word in said for word in fold(self.words).split())

    def is_over(self, entry: TimelineEntry) -> bool:
        """Tell whether an entry is older than everything that is looked for."""
        return self.begins is not None and entry.at < self.begins


def asked_search(zone: tzinfo) -> Search:
    """Return what the address looks for; what makes no sense is left out."""
    days = (_sound(asked_day("since")), _sound(asked_day("until")))
    return Search(_line("who"), *days, _line("words"), zone)


def _line(name: str) -> str:
    return clean_line(request.args.get(name, ""))[:LONGEST]


def _sound(day: date | None) -> date | None:
    return day if day is not None and date(1800, 1, 1) <= day <= LATEST else None
