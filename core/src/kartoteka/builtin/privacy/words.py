"""The words that betray a person: full names, e-mail addresses, phone numbers, codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.vocabulary.text import fold

_ADDRESSES = ("email",)
_NUMBERS = ("phone", "mobile", "fax", "personal_code", "bank_account")
_LEAST = 5
ERASED = "–"


@dataclass(frozen=True)
class Words:
    """What a person is found by where no column says whose the row is.

    ``names`` are full names, ``addresses`` e-mail addresses and numbers: nobody else is written like that.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

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

    def patterns(self) -> list[str]:
        """Return the words as a database may hold them: as they are, and with the signs that JSON escapes."""
        return list(dict.fromkeys(form for word in self.all for form in (word, _as_json(word))))


def words_of(rows: Iterable[Mapping[str, Any]]) -> Words:
    """Return the words in these rows, found by the names of their columns."""
    names: set[str] = set()
    addresses: set[str] = set()
    for row in rows:
        first, last = str(row.get("first_name") or ""), str(row.get("surname") or "")
        if len(first) > 1 and len(last) > 1:
            names |= {f"{first} {last}", f"{last} {first}"}
        for column in row:
            known = column.removesuffix("_e164").removesuffix("_norm")
            value = str(row[column] or "").strip()
            if known in _ADDRESSES and "@" in value:
                addresses |= {one for one in re.split(r"[\s,;<>]+", value) if "@" in one and len(one) >= _LEAST}
            elif known in _NUMBERS and sum(sign.isdigit() for sign in value) > _LEAST:
                addresses.add(value)
    return Words(tuple(sorted(names)), tuple(sorted(addresses)))


def _as_json(word: str) -> str:
    return json.dumps(word)[1:-1]
