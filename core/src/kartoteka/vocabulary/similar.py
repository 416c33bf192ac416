"""What a query with slips of the finger finds: the second pass of a search that found nothing, or next to it.

A slip is one letter or digit wrong, missing or too many, or two neighbours changed round. Every term of a query
may have one; words are compared from their beginnings on, digits anywhere. :func:`clues` says which short texts a
similar record must hold, so that an index of three-character pieces gathers the few records worth comparing;
:func:`likeness` compares them. Both databases gather the same records, because clues are plain substrings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kartoteka.vocabulary.search import DIGIT_PIECE, SearchTerm, matches

SHORTEST_WORD = 4
LONGEST = 24
SHORTEST_DIGITS = 6
SLIPPED_TERMS = 3
"""In how many terms, the longest ones, slips are looked for; the others must be found as they are typed."""

EXACT, WHOLE_WORD, BEGINNING = 4, 2, 1
_PIECE = 3


@dataclass(frozen=True)
class Clue:
    """Texts that occur together in a record's document or in its digits."""

    column: Literal["text", "digits"]
    patterns: tuple[str, ...]


def slipped(terms: Sequence[SearchTerm]) -> frozenset[SearchTerm]:
    """Return the terms in which slips are looked for; empty when the query is too short for that."""
    possible = [term for term in terms if _word(term) or _number(term)]
    return frozenset(sorted(possible, key=_length, reverse=True)[:SLIPPED_TERMS])


def clues(term: SearchTerm, *, slips: bool) -> tuple[Clue, ...]:
    """Return the clues of which a record that resembles the term has at least one."""
    found = [] if term.is_number else [Clue("text", term.text_patterns)]
    if term.digits:
        found.append(Clue("digits", (term.digits,)))
    if slips and (number := _number(term)):
        found += [Clue("digits", patterns) for patterns in _number_clues(number)]
    elif slips and (word := _word(term)):
        found += [Clue("text", patterns) for patterns in _word_clues(word)]
    return tuple(dict.fromkeys(found))


def has_clue(document: str, digits: str, clue: Clue) -> bool:
    """Say whether a record has a clue: the meaning that the answer of each database must have."""
    held = document if clue.column == "text" else digits
    return all(pattern in held for pattern in clue.patterns)


def likeness(document: str, digits: str, terms: Iterable[SearchTerm], slips: frozenset[SearchTerm]) -> int | None:
    """Return how much a record resembles a query, more for a closer one, or None when it does not."""
    total = 0
    for term in terms:
        points = _points(document, digits, term, slips=term in slips)
        if points is None:
            return None
        total += points
    return total


def _points(document: str, digits: str, term: SearchTerm, *, slips: bool) -> int | None:
    if matches(document, digits, (term,)):
        return EXACT
    if not slips:
        return None
    if number := _number(term):
        return WHOLE_WORD if _slipped_digits(number).search(digits) else None
    word = _word(term)
    return _word_points(word, document.split()) if word else None


def _word_points(word: str, words: Iterable[str]) -> int | None:
    best: int | None = None
    for other in words:
        if _begins_alike(word, other):
            if abs(len(other) - len(word)) <= 1 and _is_one_slip(word, other):
                return WHOLE_WORD
            best = BEGINNING
    return best


def _begins_alike(typed: str, word: str) -> bool:
    """Tell whether a word begins with what was typed, but for one slip."""
    at = _first_difference(typed, word)
    return (
        word.startswith(typed[at + 1 :], at + 1)
        or word.startswith(typed[at + 1 :], at)
        or word.startswith(typed[at:], at + 1)
        or (at + 1 < len(typed) and word.startswith(_swapped(typed, at)[at:], at))
    )


def _is_one_slip(typed: str, word: str) -> bool:
    at = _first_difference(typed, word)
    return (
        word[at + 1 :] in (typed[at + 1 :], typed[at:])
        or word[at:] == typed[at + 1 :]
        or (at + 1 < len(typed) and word == _swapped(typed, at))
    )


def _first_difference(one: str, other: str) -> int:
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def _swapped(text: str, at: int) -> str:
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


def _swaps(text: str) -> list[str]:
    return [_swapped(text, at) for at in range(len(text) - 1) if text[at] != text[at + 1]]


def _word_clues(word: str) -> list[tuple[str, ...]]:
    """Return what is left of a word when the letter at each place is the wrong one, and the word with two swapped."""
    found: list[tuple[str, ...]] = []
    for at in range(len(word)):
        left = ("  " + word[:at],) if at else ()
        rest = word[at + 1 :]
        right = (rest if len(rest) >= _PIECE else f"{rest} ",) if len(rest) >= _PIECE - 1 else ()
        if at == 1 and not right:
            continue
        found.append((*left, *right))
    return [*found, *((f" {swapped}",) for swapped in _swaps(word))]


def _number_clues(digits: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for at in range(len(digits)):
        pieces = tuple(piece for piece in (digits[:at], digits[at + 1 :]) if len(piece) >= _PIECE)
        if max(map(len, pieces), default=0) >= DIGIT_PIECE:
            found.append(pieces)
    return [*found, *((swapped,) for swapped in _swaps(digits))]


@lru_cache(maxsize=100)
def _slipped_digits(digits: str) -> re.Pattern[str]:
    places = range(len(digits))
    wrong = [f"{digits[:at]}[0-9]?{digits[at + 1 :]}" for at in places]
    missing = [f"{digits[:at]}[0-9]{digits[at:]}" for at in places if at]
    return re.compile("|".join([*wrong, *missing, *_swaps(digits)]))


def _word(term: SearchTerm) -> str:
    """Return the word in which a slip may be looked for, "" when there is none."""
    word = term.text_patterns[0].strip() if len(term.text_patterns) == 1 else ""
    return word if not term.digits and SHORTEST_WORD <= len(word) <= LONGEST else ""


def _number(term: SearchTerm) -> str:
    digits = term.digits or ""
    return digits if SHORTEST_DIGITS <= len(digits) <= LONGEST else ""


def _length(term: SearchTerm) -> int:
    return len(_number(term) or _word(term))
