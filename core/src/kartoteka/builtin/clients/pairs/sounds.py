"""Words as they sound: one writing for Latin and Cyrillic spellings of the same name (CL-42).

Transliterations differ by country, passport and clerk: Сергій is Serhii, Sergiy and Sergej. Both sides are brought to
one plain Latin writing instead of choosing a standard. What is made here is compared and never shown.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kartoteka.vocabulary.text import fold

_RUSSIAN = "а-a б-b в-v г-g д-d е-e ж-zh з-z и-i й-i к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh"
_OTHERS = (
    "щ-shch ы-i э-e ю-iu я-ia ь- ъ- '- є-ie і-i ї-i ґ-g ў-u ј-j љ-lj њ-nj ћ-c ђ-dj џ-dz ү-u ө-o қ-k ғ-g ң-n һ-h ұ-u ә-a"
)
_GREEK = "α-a β-v γ-g δ-d ε-e ζ-z η-i θ-th ι-i κ-k λ-l μ-m ν-n ξ-x ο-o π-p ρ-r σ-s τ-t υ-i φ-f χ-ch ψ-ps ω-o ς-s"
_LETTERS = str.maketrans(dict(one.split("-") for one in f"{_RUSSIAN} {_OTHERS} {_GREEK}".split()))

_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|schtsch|szcz", "s"),
        ("tsch|tch|tsh|cz", "c"),
        ("sch|sh|sz", "s"),
        ("zh|dzh", "z"),
        ("ch(?=[ou])|kh|gh", "h"),
        ("ch", "c"),
        ("ts|tz", "c"),
        ("ph|pf", "f"),
        ("ck|q(?:u)?", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("th", "t"),
        ("(?<=[^aeiou])h|h(?=[^aeiou]|$)", ""),
        ("c(?=[aou])", "k"),
        ("[yj]", "i"),
        ("ie(?=.)", "e"),
        ("ou|oo", "u"),
        ("i+", "i"),
        (r"(.)\1", r"\1"),
    )
)


@lru_cache(maxsize=20_000)
def latin(value: str) -> str:
    """Return folded text with Cyrillic and Greek letters in plain Latin ones; other scripts stay as they are."""
    return fold(value).translate(_LETTERS)


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """Return how a word sounds, roughly: spellings of one name in several languages come out alike.

    Words with digits stay as they are, because numbers are never spelled in several ways.
    """
    written = latin(word)
    if any(letter.isdigit() for letter in written):
        return written
    for pattern, heard in _SPELLINGS:
        written = pattern.sub(heard, written)
    return written or latin(word)
