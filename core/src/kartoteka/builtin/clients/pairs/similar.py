"""Similar names among many: which are worth comparing, and the comparing, in small portions.

Each name would have to be compared with each: five billion times for 100,000 clients. Names with a ratio of 0.9 share a
whole word, or the beginning or the end of their only word, or the first letters of their words; only such are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from rapidfuzz import fuzz, process

from kartoteka.builtin.clients.pairs.reasons import SIMILAR

_LONGEST = (200 - SIMILAR) / SIMILAR
"""How many times longer the longer of two similar names may be."""
_SHORTEST_WORD = 3
_ENDING = 3
_OF_ONE_NAME = 3
"""So many clients of one name are paired with those of a similar name."""


class SimilarNames:
    """Names gathered by ``add`` and compared by ``pairs``; names are keys: folded, sorted, without legal form."""

    def __init__(self) -> None:
        self.ids: dict[str, list[int]] = defaultdict(list)
        self._blocks: dict[str, list[str]] = defaultdict(list)

    def add(self, clients: Iterable[tuple[int, str]]) -> None:
        """Take in clients: id and name key."""
        for client_id, key in clients:
            is_new = key not in self.ids
            if is_new or len(self.ids[key]) < _OF_ONE_NAME:
                self.ids[key].append(client_id)
            if is_new:
                for token in tokens(key):
                    self._blocks[token].append(key)

    @property
    def size(self) -> int:
        """How many names ``pairs`` goes through, in all blocks."""
        return sum(len(block) for block in self._blocks.values() if len(block) > 1)

    def pairs(self) -> Iterator[list[tuple[int, int, int]]]:
        """Yield, for each name in each block, the pairs it makes: two ids in ascending order and the percentage.

        A name is compared with those after it in the order of lengths, as far as their lengths allow similarity.
        """
        seen: set[tuple[str, str]] = set()
        for token in sorted(self._blocks):
            block = sorted(self._blocks[token], key=len)
            if len(block) < 2:
                continue
            end = 0
            for start, key in enumerate(block):
                while end < len(block) and len(block[end]) <= len(key) * _LONGEST:
                    end += 1
                yield self._compare(key, block[start + 1 : end], seen)

    def _compare(self, key: str, others: list[str], seen: set[tuple[str, str]]) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        hits = process.extract(key, others, scorer=fuzz.ratio, processor=None, score_cutoff=SIMILAR, limit=None)
        for other, score, _place in hits:
            pair = (key, other) if key < other else (other, key)
            if pair in seen:
                continue
            seen.add(pair)
            for one, two in product(self.ids[key], self.ids[other]):
                found.append((min(one, two), max(one, two), int(score)))
        return found


def tokens(key: str) -> set[str]:
    """Return the blocks in which a name is compared."""
    words = key.split()
    found = {f"w{word}" for word in words if len(word) >= _SHORTEST_WORD}
    if len(words) > 1:
        return found | {"i" + "".join(word[0] for word in words)}
    return found | {f"b{key[:_ENDING]}", f"e{key[-_ENDING:]}"}
