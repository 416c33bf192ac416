"""What a field of the company is called: on pages in the reader's language, in files and for programs always alike."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from kartoteka.db.members import PREFIX
from kartoteka.vocabulary.message import Message, language_spoken
from kartoteka.vocabulary.text import fold

LANGUAGES = ("en", "lt", "et", "uk", "ru")
_CYRILLIC = dict(zip("абвгґдезийіклмнопрстуфцыэїъ", "abvhgdezyiiklmnoprstufcyeii", strict=True)) | {
    "ж": "zh",
    "х": "kh",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
    "є": "ie",
    "ь": "",
    "ъ": "",
}
_LONGEST = 40


@dataclass(frozen=True)
class FieldTitle(Message):
    """A title that the company gave, in the language of whoever reads it; ``values`` are its titles by language."""

    def __str__(self) -> str:
        return str(self.values.get(language_spoken()) or self.text)


def slug_of(title: str) -> str:
    """Return a title in the letters and digits that every program takes, "" when nothing of it remains."""
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in fold(title))
    return re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:_LONGEST].strip("_")


def free_name(title: str, taken: Collection[str]) -> str:
    """Return a name for a new field, ``x_...``, that no other field has or had."""
    return f"{PREFIX}{_free(slug_of(title) or 'field', {name.removeprefix(PREFIX) for name in taken})}"


def free_value(title: str, taken: Collection[str]) -> str:
    """Return the value that stands for a choice, which no other choice of the field has."""
    return _free(slug_of(title) or "choice", taken)


def _free(wanted: str, taken: Collection[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    return found
