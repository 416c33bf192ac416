"""Statements that are made out of others, kept as long as those are.

Making a statement, and working out what it is called in SQLAlchemy's cache, takes longer than most answers. Whoever
keeps a statement, as a list keeps the one for all its records, gets the pages and totals made out of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Executable

S = TypeVar("S", bound=Executable)

MOST_KEPT = 100
"""How many statements are kept for one; when there are more, as many filters make, it is begun anew."""

_kept: WeakKeyDictionary[Executable, dict[Hashable, Executable]] = WeakKeyDictionary()


def derived(source: Executable, key: Hashable, make: Callable[[], S]) -> S:
    """Return what ``make()`` made out of a statement when it was first asked for under this key.

    ``key`` says everything that ``make`` depends on beside the source.
    """
    made = _kept.setdefault(source, {})
    found = made.get(key)
    if found is None:
        if len(made) >= MOST_KEPT:
            made.clear()
        found = made[key] = make()
    return found  # type: ignore[return-value]
