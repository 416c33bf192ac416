"""Which clients are compared at all: those that share a key (CL-42).

Comparing each with each would be five billion comparisons for 100,000 clients. Every client gets some keys, made so
that two cards of one client share at least one whatever single field is wrong: codes, phones, addresses, and pieces of
the name as it sounds. A key is kept as a number that does not tell what it was made of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import combinations

from kartoteka.builtin.clients.pairs.traits import Traits

_SPELT = 8
"""Of a firm of one word so many letters are looked at for slips."""
_PIECE = 4
_COUPLED = 4
_PHONE = 7
MOST_KEYS = 24


def block_keys(client: Traits) -> frozenset[int]:
    """Return the keys of a client, at most MOST_KEYS."""
    keys = dict.fromkeys(_keys(client))
    return frozenset(_number(key) for key in list(keys)[:MOST_KEYS])


def _number(key: str) -> int:
    """Return the key as a positive number of 63 bits."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1


def _keys(client: Traits) -> Iterator[str]:
    for kind, code in client.codes.items():
        yield f"c{kind}{code}"
    for phone in client.phones:
        yield f"p{phone[-_PHONE:]}"
    for email in client.emails:
        yield f"e{email}"
    if client.domain:
        yield f"d{client.domain}"
    yield from _name_keys(client)
    yield from _place_keys(client)


def _name_keys(client: Traits) -> Iterator[str]:
    sounds = sorted({word for word in client.name.sounds if len(word) > 1}, key=lambda word: (-len(word), word))
    if sounds:
        yield "n" + "".join(sorted(sounds))[:40]
        yield "x" + _bones("".join(client.name.sounds))[:10]
    for one, other in combinations(sorted(word[:_PIECE] for word in sounds[:_COUPLED]), 2):
        yield f"t{one}+{other}"
    for one, other in combinations(sorted(_bones(word)[-3:] for word in sounds[:3]), 2):
        yield f"u{one}+{other}"
    for word in sounds[:3]:
        yield f"w{word}"
    if len(sounds) == 1 and not client.name.is_person:
        yield from _slips(_bones(sounds[0])[:_SPELT])
    if client.born:
        yield f"b{client.born:%Y%m%d}"
        for word in sounds[:3]:
            yield f"y{client.born:%m%d}{word[:2]}"
            yield f"z{client.born:%Y}{word[:3]}"


def _slips(bones: str) -> Iterator[str]:
    """Yield a word and it without each of its letters: spellings that are one slip apart have one of these in common.

    A firm of one word has no other word to be recognised by. The way of SymSpell (W. Garbe, 2012).
    """
    yield f"k{bones}"
    for place in range(len(bones)):
        yield f"k{bones[:place]}{bones[place + 1 :]}"


def _bones(word: str) -> str:
    """Return a word without its vowels but the first letter: they are what is misheard and mistyped most."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in "aeiouy")


def _place_keys(client: Traits) -> Iterator[str]:
    for place in client.places[:3]:
        if place.number and place.street:
            longest = max(place.street, key=len)
            yield f"a{place.number}{longest[:_PIECE]}"
        if place.postcode and place.number:
            yield f"s{place.postcode}{place.number}"
        for word in client.name.sounds[:2]:
            if place.postcode:
                yield f"q{place.postcode}{word[:3]}"
