"""What single words of names are worth when names are compared: small ones, common ones, places, numbers (CL-42)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from kartoteka.builtin.clients.naming import FORM_WORDS

SMALL = frozenset(
    [
        "and",
        "und",
        "et",
        "y",
        "i",
        "ir",
        "ja",
        "un",
        "ta",
        "the",
        "of",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "der",
        "die",
        "das",
        "von",
        "van",
        "den",
        "di",
        "da",
        "al",
        "el",
        "bin",
        "ibn",
        "abu",
        "ben",
        "&",
        "for",
        "fur",
        "dlia",
        "pri",
        "po",
        "v",
        "na",
    ]
)
"""Words that are put in and left out as one likes."""
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "ponas",
        "ponia",
        "pan",
        "pani",
        "jr",
        "sr",
        "ii",
        "iii",
        "ing",
        "mgr",
        "phd",
        "sn",
    ]
)
_COMMON = frozenset(
    [
        "group",
        "grupe",
        "grupp",
        "holding",
        "holdings",
        "services",
        "service",
        "trade",
        "trading",
        "international",
        "baltic",
        "baltics",
        "company",
        "center",
        "centre",
        "centras",
        "global",
        "systems",
        "solutions",
        "servisas",
        "prekyba",
        "filialas",
        "branch",
    ]
)
"""Words that say little of a company: they weigh less than its own name."""
PLACES = frozenset(
    [
        "europe",
        "europa",
        "lietuva",
        "lithuania",
        "latvija",
        "latvia",
        "eesti",
        "estonia",
        "ukraina",
        "ukraine",
        "rossiia",
        "russia",
        "polska",
        "poland",
        "suomi",
        "finland",
        "sverige",
        "sweden",
        "norge",
        "norway",
        "danmark",
        "denmark",
        "deutschland",
        "germany",
        "osterreich",
        "austria",
        "schweiz",
        "suisse",
        "svizzera",
        "switzerland",
        "france",
        "italia",
        "italy",
        "espana",
        "spain",
        "china",
        "usa",
        "uk",
    ]
)
"""Countries: a firm is called with and without the one that it works in."""
_SHORTENED = {"intl": "international", "bros": "brothers", "mfg": "manufacturing", "assn": "association"}

_UP_TO_TWELVE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_UP_TO_TWELVE, 1)}
_TENS = {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_FIRST = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_LONG_FORMS = tuple(word for word in FORM_WORDS if len(word) >= 5)
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z]{2,4}\b)")


def part_glued(written: str) -> str:
    """Return a name with what stands in capitals at the end of a word apart from it: SiemensAG."""
    return _GLUED.sub(" ", written)


def even_words(words: Iterable[str]) -> Iterator[str]:
    """Yield the words of a company's name with abbreviations written out and numbers in digits."""
    tens = 0
    for word in words:
        if tens and word in _NUMBERS and _NUMBERS[word] < 10:
            yield str(tens + _NUMBERS[word])
            tens = 0
            continue
        if tens:
            yield str(tens)
        tens = _TENS.get(word, 0)
        if not tens:
            yield _even(word)
    if tens:
        yield str(tens)


def _even(word: str) -> str:
    number = _NUMBERS.get(word) or _FIRST.get(word)
    if number is not None:
        return str(number)
    ordinal = _ORDINAL.fullmatch(word)
    return ordinal[1] if ordinal else _SHORTENED.get(word, word)


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """Return how much a word says of the company that it names."""
    if _is_legal_form(word):
        return 0.2
    if word in PLACES:
        return 0.3
    if word in _COMMON:
        return 0.6
    return 0.4 if len(word) == 1 else min(1.0 + 0.05 * len(word), 1.5)


def _is_legal_form(word: str) -> bool:
    """Tell whether a word is one of a legal form's, with at most one slip: whole forms are gone by now."""
    return len(word) >= 5 and any(OSA.distance(word, form, score_cutoff=1) <= 1 for form in _LONG_FORMS)
