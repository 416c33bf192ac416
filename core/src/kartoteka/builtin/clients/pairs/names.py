"""How alike two names are: of companies without their legal forms, of people in any order of their names (CL-42).

Words are put side by side, each with the one that resembles it most. What is left over on one side only was left out
by somebody; what is left over on both sides says that these are two names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from kartoteka.builtin.clients.naming import bare_name
from kartoteka.builtin.clients.pairs.nicknames import same_first_name
from kartoteka.builtin.clients.pairs.sounds import latin, sound
from kartoteka.builtin.clients.pairs.words import PLACES, SMALL, TITLES, even_words, part_glued, weight
from kartoteka.vocabulary.text import fold

ALIKE = 0.8
"""From here on two names are taken for one."""
_ALIKE = 0.72
"""From here on two words may be one word with slips of the finger."""
_MOST_WORDS = 12
_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be compared: its words as they are written (Latin) and as they sound."""

    words: tuple[str, ...]
    sounds: tuple[str, ...]
    is_person: bool
    joined: str = ""
    """The whole name without spaces: van der Bilt is Vanderbilt."""


@lru_cache(maxsize=4_000)
def read_name(written: str, is_person: bool) -> Name:
    """Return a name ready to be compared."""
    folded = fold(written if is_person else part_glued(written)).replace("'", "")
    plain = latin(folded if is_person else bare_name(folded))
    found = _WORDS.findall(_DIGITS.sub(" ", plain) if is_person else plain)
    passed = SMALL | TITLES if is_person else SMALL
    words = [word for word in found if word not in passed] or found
    words = words if is_person else list(even_words(words))
    chosen = tuple(words[:_MOST_WORDS])
    return Name(chosen, tuple(map(sound, chosen)), is_person, "".join(found))


def compare_names(one: Name, other: Name) -> float:
    """Return how surely two names are one, 0 to 1."""
    if not one.words or not other.words:
        return 0.0
    if one.words == other.words or one.joined == other.joined:
        return 1.0
    if _numbers(one) != _numbers(other):
        return 0.3
    is_person = one.is_person and other.is_person
    aligned = _people(one, other) if is_person else _companies(one, other)
    return max(aligned, _as_one_word(one, other, is_person))


def _numbers(name: Name) -> frozenset[str]:
    """Return what tells the second house of a firm from the first."""
    return frozenset(word.lstrip("0") for word in name.words if word.isdigit())


def _as_one_word(one: Name, other: Name, is_person: bool) -> float:
    """Compare names written in one word or with words parted otherwise."""
    if len(one.words) == len(other.words):
        return 0.0
    ratio = OSA.normalized_similarity("".join(one.sounds), "".join(other.sounds))
    return ratio if ratio >= (0.94 if is_person else 0.9) else 0.0


def word_likeness(one: str, other: str, one_sound: str, other_sound: str) -> float:
    """Return how alike two words are: equal, equal in sound, or with slips of the finger; 0 where there is no doubt."""
    if one == other:
        return 1.0
    if one_sound == other_sound and len(one_sound) > 1:
        return 0.97
    if any(letter.isdigit() for letter in one + other):
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return 0.85 if one[0] == other[0] else 0.0
    slips = min(OSA.distance(one, other), OSA.distance(one_sound, other_sound))
    longest = max(len(one), len(other))
    if slips == 1:
        return 0.0 if longest < 3 else 1 - 1 / (longest + 1)
    if slips == 2 and longest >= 6:
        return 1 - 2 / longest
    likeness = max(JaroWinkler.similarity(one, other), JaroWinkler.similarity(one_sound, other_sound))
    return likeness - 0.15 if likeness >= 0.92 and slips <= longest / 3 else 0.0


def _align(one: Name, other: Name) -> tuple[list[tuple[int, int, float]], list[int], list[int]]:
    """Put the words side by side, the most alike first; return the couples and what is left of each side."""
    scored = []
    for left, word in enumerate(one.words):
        for right, twin in enumerate(other.words):
            likeness = word_likeness(word, twin, one.sounds[left], other.sounds[right])
            if likeness < _ALIKE and one.is_person and other.is_person and same_first_name(word, twin):
                likeness = 0.9
            if likeness >= _ALIKE:
                scored.append((likeness, left == right, left, right))
    scored.sort(key=lambda found: (-found[0], not found[1], found[2], found[3]))
    couples, lefts, rights = [], set(range(len(one.words))), set(range(len(other.words)))
    for likeness, _same_place, left, right in scored:
        if left in lefts and right in rights:
            couples.append((left, right, likeness))
            lefts.discard(left)
            rights.discard(right)
    return couples, sorted(lefts), sorted(rights)


def _people(one: Name, other: Name) -> float:
    """Compare people: every name given on both sides must agree; one of three may be missing on one side."""
    couples, lefts, rights = _align(one, other)
    if not couples:
        return 0.0
    weakest = min(likeness for _left, _right, likeness in couples)
    mean = sum(likeness for _left, _right, likeness in couples) / len(couples)
    score = (weakest + mean) / 2
    if lefts and rights:
        return min(0.5, score * len(couples) / (len(couples) + max(len(lefts), len(rights))))
    missing = len(lefts) + len(rights)
    if not missing:
        return score
    full = [one.words[left] for left, _right, _likeness in couples if len(one.words[left]) > 1]
    if len(full) < 2:
        return 0.55 * score
    return score * (0.93 if missing == 1 else 0.86 if missing == 2 else 0.75)


def _companies(one: Name, other: Name) -> float:
    """Compare companies: the words that carry the name must agree, what is common to many weighs less."""
    couples, lefts, rights = _align(one, other)
    if not couples:
        return 0.0
    agreed = sum(likeness * weight(one.words[left]) for left, _right, likeness in couples)
    whole = sum(weight(one.words[left]) for left, _right, _likeness in couples)
    left_over = _weights(one, lefts), _weights(other, rights)
    score = agreed / (whole + max(left_over) + min(left_over))
    if min(left_over) > 0.5:
        return min(score, 0.6)
    if _names_place(one, lefts) and _names_place(other, rights):
        return min(score, 0.7)
    return score


def _names_place(name: Name, places: Sequence[int]) -> bool:
    return any(name.words[place] in PLACES for place in places)


def _weights(name: Name, places: Sequence[int]) -> float:
    return sum(weight(name.words[place]) for place in places)


def partial_likeness(one: Name, other: Name) -> float:
    """Return how much of the shorter name stands in the longer one, 0 to 1."""
    return fuzz.token_set_ratio(" ".join(one.sounds), " ".join(other.sounds)) / 100
