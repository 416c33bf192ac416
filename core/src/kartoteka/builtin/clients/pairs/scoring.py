"""How surely two clients are one: evidence of each field, added up (CL-42).

Each field gives points for or against, as in the model of Fellegi and Sunter (1969): points are logarithms (base 2) of
how much likelier such a likeness is for one client entered twice than for two strangers. They are the same for every
company and follow from what the fields are, not from anybody's data. Absent values say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA, JaroWinkler

from kartoteka.builtin.clients.pairs.addresses import compare_places
from kartoteka.builtin.clients.pairs.names import Name, compare_names
from kartoteka.builtin.clients.pairs.traits import Traits

LIKELY = 50
"""From this strength on two cards are likelier one client than two."""
_ALIKE_NAMES = 90
"""Companies whose names are so alike (percent, without the legal form) are shown whatever else is different (CL-42)."""
_PRIOR = -6.0
"""Strangers meet far more often in a block than twins do."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two clients are in one field: percent, and the points that it gives."""

    field: str
    percent: int
    points: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """How surely two clients are one (percent), and what says so: the weightiest field first.

    ``is_pair`` tells whether somebody ought to look at them.
    """

    strength: int
    likenesses: tuple[Likeness, ...]
    is_pair: bool


def compare(one: Traits, other: Traits) -> Verdict:
    """Return how surely two clients are one, and why."""
    found = [
        likeness
        for likeness in (
            _codes(one, other),
            _emails(one, other),
            _phones(one, other),
            _names(one, other),
            _births(one, other),
            _places(one, other),
            _domains(one, other),
        )
        if likeness is not None
    ]
    points = _PRIOR + sum(likeness.points for likeness in found)
    strength = round(100 / (1 + 2 ** -max(-30.0, min(30.0, points))))
    is_pair = strength >= LIKELY or _are_namesakes(one, other, found)
    return Verdict(strength, tuple(sorted(found, key=lambda likeness: -likeness.points)), is_pair)


def _are_namesakes(one: Traits, other: Traits, found: list[Likeness]) -> bool:
    if one.name.is_person or other.name.is_person:
        return False
    return any(likeness.field == "name" and likeness.percent >= _ALIKE_NAMES for likeness in found)


def _codes(one: Traits, other: Traits) -> Likeness | None:
    best: Likeness | None = None
    for kind in one.codes.keys() & other.codes.keys():
        found = _code(kind, one.codes[kind], other.codes[kind])
        if best is None or abs(found.points) > abs(best.points):
            best = found
    return best


def _code(kind: str, one: str, other: str) -> Likeness:
    if one == other:
        return Likeness(kind, 100, 14.0)
    if min(len(one), len(other)) >= 6 and OSA.distance(one, other) == 1:
        return Likeness(kind, 90, 6.0)
    return Likeness(kind, 0, -5.0)


def _emails(one: Traits, other: Traits) -> Likeness | None:
    if not one.emails or not other.emails:
        return None
    if one.emails & other.emails:
        return Likeness("email", 100, 9.0)
    best = max(OSA.normalized_similarity(left, right) for left in one.emails for right in other.emails)
    return Likeness("email", round(best * 100), 5.0) if best >= 0.9 else Likeness("email", round(best * 100), -1.0)


def _phones(one: Traits, other: Traits) -> Likeness | None:
    if not one.phones or not other.phones:
        return None
    if one.phones & other.phones:
        return Likeness("phone", 100, 7.0)
    slips = min(OSA.distance(left, right) for left in one.phones for right in other.phones)
    return Likeness("phone", 90, 3.0) if slips == 1 else Likeness("phone", 0, -1.5)


def _names(one: Traits, other: Traits) -> Likeness | None:
    if not one.name.words or not other.name.words:
        return None
    alike = compare_names(one.name, other.name)
    points = _on(alike, _NAME_POINTS)
    return Likeness(
        "name", round(alike * 100), points if _is_told(one.name) and _is_told(other.name) else min(points, 0.0)
    )


def _is_told(name: Name) -> bool:
    """Tell whether more than initials are given: those are shared by thousands."""
    return any(len(word) > 1 for word in name.words)


_NAME_POINTS = ((0.0, -6.0), (0.4, -4.0), (0.6, -1.0), (0.75, 3.0), (0.85, 6.0), (0.95, 8.0), (1.0, 9.0))
_PLACE_POINTS = ((0.0, -2.5), (0.4, -1.5), (0.6, 1.0), (0.8, 5.0), (0.9, 6.5), (1.0, 7.5))


def _on(alike: float, line: tuple[tuple[float, float], ...]) -> float:
    """Return the points that a likeness has on a line through fixed points."""
    for (from_alike, from_points), (to_alike, to_points) in pairwise(line):
        if alike <= to_alike:
            share = (alike - from_alike) / (to_alike - from_alike)
            return from_points + share * (to_points - from_points)
    return line[-1][1]


def _births(one: Traits, other: Traits) -> Likeness | None:
    if one.born is None or other.born is None:
        return None
    if one.born == other.born:
        return Likeness("birth_date", 100, 7.0)
    slips = OSA.distance(f"{one.born:%Y%m%d}", f"{other.born:%Y%m%d}")
    turned = (one.born.year, one.born.day, one.born.month) == (other.born.year, other.born.month, other.born.day)
    return Likeness("birth_date", 85, 3.5) if slips == 1 or turned else Likeness("birth_date", 0, -4.0)


def _places(one: Traits, other: Traits) -> Likeness | None:
    scores = [compare_places(left, right) for left in one.places for right in other.places]
    known = [score for score in scores if score is not None]
    if not known:
        return None
    best = max(known)
    return Likeness("address", round(best * 100), _on(best, _PLACE_POINTS))


def _domains(one: Traits, other: Traits) -> Likeness | None:
    if not one.domain or not other.domain:
        return None
    if one.domain == other.domain:
        return Likeness("domain", 100, 3.0)
    alike = JaroWinkler.similarity(one.domain, other.domain)
    return Likeness("domain", round(alike * 100), 0.0)
