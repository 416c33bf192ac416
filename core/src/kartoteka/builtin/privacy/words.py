"""The words that betray a person: full names, e-mail addresses, phone numbers, codes."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.vocabulary.text import fold

_ADDRESSES = ("email",)
_NUMBERS = ("phone", "mobile", "fax", "personal_code", "bank_account")
_LEAST = 5
_LETTERS = re.compile(r"[^\W\d_]+")
_ENDING = 2
"""Letters that a case adds to a surname at most, as in „Pelkauskaitės“ and „Pelkauskaitei“."""
ERASED = "–"


@dataclass(frozen=True)
class Words:
    """What a person is found by where no column says whose the row is.

    ``names`` are full names, ``addresses`` e-mail addresses and numbers: nobody else is written like that. ``people``
    are first names with surnames, ``surnames`` those of them that nobody else bears: titles and file names are looked
    through for these.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    surnames: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All words as they are written, and folded as the search keeps them; the longest first."""
        written = {*self.names, *self.addresses}
        return tuple(sorted({*written, *map(fold, written)}, key=lambda word: (-len(word), word)))

    def without(self, text: str) -> str:
        """Return a text in which a dash stands in place of the words, also where they are written as JSON does."""
        for word in self.all:
            text = re.sub(re.escape(word), ERASED, text, flags=re.IGNORECASE)
            if (coded := _as_json(word)) != word:
                text = text.replace(coded, _as_json(ERASED))
        return text

    def without_in_title(self, title: str) -> str:
        """Return a title or a file name without the words, without full names in any order, and without surnames."""
        title = self.without(title)
        there = {fold(one) for one in _LETTERS.findall(title)}
        gone: set[str] = set()
        for first, last in self.people:
            whole = _parts(f"{first} {last}")
            gone |= whole if whole <= there else set()
        for surname in self.surnames:
            forms = [{one for one in there if _is_form(one, part)} for part in _parts(surname)]
            gone |= set().union(*forms) if all(forms) else set()
        if not gone:
            return title
        return _LETTERS.sub(lambda found: ERASED if fold(found[0]) in gone else found[0], title)

    def title_patterns(self) -> list[str]:
        """Return what a title with one of the people holds, as a database may hold it."""
        return _forms_of(last for _first, last in self.people)

    def surname_patterns(self) -> list[str]:
        """Return the surnames that nobody else bears, as a database may hold them."""
        return _forms_of(self.surnames)

    def patterns(self) -> list[str]:
        """Return the words as a database may hold them: as they are, and with the signs that JSON escapes."""
        return list(dict.fromkeys(form for word in self.all for form in (word, _as_json(word))))


def words_of(rows: Iterable[Mapping[str, Any]]) -> Words:
    """Return the words in these rows, found by the names of their columns."""
    names: set[str] = set()
    addresses: set[str] = set()
    people: set[tuple[str, str]] = set()
    for row in rows:
        first, last = str(row.get("first_name") or ""), str(row.get("surname") or "")
        if len(first) > 1 and len(last) > 1:
            names |= {f"{first} {last}", f"{last} {first}"}
            people.add((first, last))
        for column in row:
            known = column.removesuffix("_e164").removesuffix("_norm")
            value = str(row[column] or "").strip()
            if known in _ADDRESSES and "@" in value:
                addresses |= {one for one in re.split(r"[\s,;<>]+", value) if "@" in one and len(one) >= _LEAST}
            elif known in _NUMBERS and sum(sign.isdigit() for sign in value) > _LEAST:
                addresses.add(value)
    return Words(tuple(sorted(names)), tuple(sorted(addresses)), tuple(sorted(people)))


def _parts(name: str) -> set[str]:
    return set(_LETTERS.findall(fold(name)))


def _is_form(word: str, surname: str) -> bool:
    return word.startswith(surname) and len(word) - len(surname) <= (_ENDING if len(surname) > _ENDING else 0)


def _forms_of(surnames: Iterable[str]) -> list[str]:
    """Return surnames as people, JSON and addresses of pages write them; of several words the longest."""
    found: dict[str, None] = {}
    for surname in surnames:
        longest = max(_LETTERS.findall(surname), key=len, default="")
        for plain in (longest, fold(longest)):
            for written in (plain, plain.lower(), plain.upper(), plain.capitalize()):
                found |= dict.fromkeys((written, _as_json(written), urllib.parse.quote_plus(written)))
    return [one for one in found if one]


def _as_json(word: str) -> str:
    return json.dumps(word)[1:-1]
