"""Long work in pieces of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

CHUNK = 500
"""Rows per statement and, in long work, per commit."""

T = TypeVar("T")


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Return the items in lists of at most ``size``."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
