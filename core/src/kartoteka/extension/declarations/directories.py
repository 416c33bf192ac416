"""Directories: lists of words that a company extends itself, and what such a list begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message, Translatable


@dataclass(frozen=True, kw_only=True)
class StartEntry:
    """An entry that a directory begins with.

    ``code`` names it in its directory for good: an entry whose code is there already is left alone, however it is
    called by now. ``name`` is translated into every language, or given in one with ``titles`` by language where they
    differ. ``parent`` is the code of an entry of the directory above, or of one above that. ``country`` is an ISO
    3166 code, ``colour`` one of the named colours.
    """

    code: str
    name: Translatable
    titles: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    country: str = ""
    colour: str = ""

    @classmethod
    def by_code(cls, titles: Mapping[str, Translatable]) -> tuple[StartEntry, ...]:
        """Return an entry for each code and its name, in their order."""
        return tuple(cls(code=code, name=title) for code, title in titles.items())


@dataclass(frozen=True, kw_only=True)
class Directory(Declaration):
    """A list of words that the company extends itself: task types, sources of clients, cities (CORE-20).

    Columns refer to entries by `directory_entry`; fields, filters and forms offer them by `directory_choices`. An
    entry in use is closed and never deleted. ``parent`` is the key of the directory whose entries this one's lie
    below: cities below districts. ``by_country`` says that entries belong to a country; ``ordered`` that people put
    them into an order, otherwise they stand by name; ``coloured`` that each may have a colour. ``start()`` returns
    what it begins with: StartEntry, which is added when somebody asks for it.
    """

    name: str
    title: Message
    entry_title: Message
    icon: str = "list"
    parent: str | None = None
    by_country: bool = False
    ordered: bool = True
    coloured: bool = False
    start: Callable[[], Iterable[StartEntry]] | None = None
