"""What an entry is called in a language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kartoteka.vocabulary.message import Message, language_spoken
from kartoteka.vocabulary.text import fold

CYRILLIC = frozenset({"ru", "uk"})


@dataclass(frozen=True)
class EntryTitle(Message):
    """What an entry is called, in the language of whoever reads it; ``values`` are its titles by language."""

    def __str__(self) -> str:
        return title_in(language_spoken(), self.text, self.values)


def title_in(language: str, name: str, titles: Mapping[str, object]) -> str:
    """Return what an entry is called in a language.

    Without a title in that language it is the name, or, for a name in letters that its reader need not know, English.
    """
    if titles.get(language):
        return str(titles[language])
    if titles.get("en") and language not in CYRILLIC and is_cyrillic(name):
        return str(titles["en"])
    return name


def all_names(name: str, titles: Mapping[str, object]) -> Iterable[str]:
    """Yield everything an entry is called, folded for comparison."""
    yield fold(name)
    for title in titles.values():
        yield fold(str(title))


def is_cyrillic(name: str) -> bool:
    """Tell whether a name is written in Cyrillic letters."""
    first = next((letter for letter in name if letter.isalpha()), "")
    return bool(first) and unicodedata.name(first, "").startswith("CYRILLIC")


_LATIN = dict(
    zip(
        "абвгґдежзиіклмнопрстуф",
        ("a", "b", "v", "h", "g", "d", "e", "zh", "z", "y", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f"),
        strict=True,
    )
) | {"х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "'": "", "’": ""}
_INNER = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


@cache
def in_latin_letters(name: str) -> str:
    """Return a Ukrainian name in Latin letters (Cabinet of Ministers of Ukraine, resolution 55 of 27 January 2010)."""
    written: list[str] = []
    for position, letter in enumerate(name):
        small = letter.lower()
        before = name[position - 1] if position else " "
        is_first = not (before.isalpha() or before in "'’")
        latin = _FIRST.get(small) if is_first else _INNER.get(small)
        if latin is None:
            latin = _LATIN.get(small, letter)
        if small == "г" and before.lower() == "з":
            latin = "gh"
        written.append(latin.capitalize() if letter != small else latin)
    return "".join(written)
