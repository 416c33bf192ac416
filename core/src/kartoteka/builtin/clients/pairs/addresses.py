"""How alike two addresses are: house numbers must agree, streets may be written shorter or with slips (CL-42)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from kartoteka.builtin.clients.pairs.sounds import latin, sound

_WORDS = re.compile(r"[^\W_]+")
_STREETS = frozenset(
    [
        "g",
        "gatve",
        "gatves",
        "gat",
        "pr",
        "prospektas",
        "prospekto",
        "prosp",
        "pl",
        "plentas",
        "plento",
        "al",
        "aleja",
        "alejos",
        "sk",
        "skersgatvis",
        "k",
        "kelias",
        "kelio",
        "iela",
        "ielas",
        "bulvaris",
        "prospekts",
        "tn",
        "tanav",
        "tee",
        "mnt",
        "maantee",
        "pst",
        "puiestee",
        "vul",
        "vulitsia",
        "vulica",
        "ul",
        "ulica",
        "ulitsa",
        "per",
        "pereulok",
        "prov",
        "provulok",
        "bulv",
        "bulvar",
        "pr",
        "prosp",
        "prospekt",
        "sh",
        "shose",
        "nab",
        "pl",
        "street",
        "st",
        "str",
        "avenue",
        "ave",
        "av",
        "road",
        "rd",
        "boulevard",
        "blvd",
        "blv",
        "drive",
        "dr",
        "lane",
        "ln",
        "court",
        "ct",
        "place",
        "pl",
        "way",
        "highway",
        "hwy",
        "sq",
        "square",
        "terrace",
        "tce",
        "crescent",
        "cres",
        "circuit",
        "cct",
        "close",
        "parade",
        "pde",
        "pkwy",
        "parkway",
        "bu",
        "butas",
        "kv",
        "kvartyra",
        "kvartira",
        "apt",
        "apartment",
        "office",
        "of",
        "ofisas",
        "suite",
        "ste",
        "unit",
        "floor",
        "fl",
        "bud",
        "budynok",
        "dom",
        "d",
        "namas",
        "nr",
        "no",
        "n",
        "s",
        "e",
        "w",
        "ne",
        "nw",
        "se",
        "sw",
        "north",
        "south",
        "east",
        "west",
        "near",
        "at",
        "between",
        "off",
        "and",
        "corner",
        "building",
        "bldg",
    ]
)
"""Words of an address that say what sort of street it is, or where on it: everybody writes them otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address ready to be compared: house number, words of the street as they sound, postcode, town."""

    number: str
    others: frozenset[str]
    street: tuple[str, ...]
    postcode: str
    city: str


@lru_cache(maxsize=4_000)
def read_place(street: str, postcode: str = "", city: str = "") -> Place | None:
    """Return an address ready to be compared, None where neither street nor postcode is known."""
    words = _WORDS.findall(latin(street))
    numbers = [word for word in words if word[0].isdigit()]
    named = [sound(word) for word in words if not word.isdigit() and word not in _STREETS and len(word) > 1]
    digits = "".join(re.findall(r"\d", postcode))
    if not named and not numbers and not digits:
        return None
    number = numbers[0].lstrip("0") if numbers else ""
    return Place(
        number, frozenset(numbers), tuple(named[:6]), digits, " ".join(map(sound, _WORDS.findall(latin(city))))
    )


def compare_places(one: Place, other: Place) -> float | None:
    """Return how surely two addresses are one, 0 to 1; None where too little is known to say."""
    if not (one.street and other.street):
        return None
    street = _streets(one.street, other.street)
    numbers = _numbers(one, other)
    if numbers is None:
        return street * 0.7
    town = _towns(one, other)
    return max(0.0, street * (0.4 + 0.6 * numbers) * town)


def _numbers(one: Place, other: Place) -> float | None:
    if not (one.number and other.number):
        return None
    if one.number == other.number:
        return 1.0
    if one.others & other.others:
        return 0.8
    digits = re.match(r"\d+", one.number), re.match(r"\d+", other.number)
    if all(digits) and digits[0][0] == digits[1][0]:  # type: ignore[index]
        return 0.9
    same_length = len(one.number) == len(other.number) >= 3
    return 0.5 if same_length and sum(a != b for a, b in zip(one.number, other.number, strict=True)) == 1 else 0.0


def _streets(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Compare the words of two streets: each of the shorter one looks for its twin in the longer one."""
    shorter, longer = sorted((one, other), key=len)
    best = [max(JaroWinkler.similarity(word, twin) for twin in longer) for word in shorter]
    alike = sum(value if value >= 0.85 else 0.0 for value in best) / len(shorter)
    left_out = len(longer) - len(shorter)
    return alike * (1.0 if left_out == 0 else 0.95 if left_out == 1 else 0.9)


def _towns(one: Place, other: Place) -> float:
    if one.postcode and other.postcode:
        return 1.0 if one.postcode == other.postcode else 0.85
    if one.city and other.city:
        return 1.0 if JaroWinkler.similarity(one.city, other.city) >= 0.85 else 0.75
    return 0.97
