"""How often a program may ask: so many times a minute, by the same count for all processes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from time import time
from typing import Any

from sqlalchemy import case, orm
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.rest.models import ApiUse
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.vocabulary.errors import Busy

REQUESTS = 600
SECONDS = 60.0
_MOST_KEPT = 5_000
_STEPS = 60
_COUNTING = Actor.system("count requests of the API")
_uses: Any = ApiUse.__table__

Share = Callable[[str, int, int], int | None]
"""Adds a number of requests to the common count of a program in a span of time; returns the sum, None for unknown."""


@dataclass
class _Window:
    """What is known of a program in one span of time: the common count as last heard, and own requests since."""

    span: int
    common: int = 0
    own: int = 0
    is_deaf: bool = False


@dataclass
class Limiter:
    """Counts requests in memory and adds them to the common count now and then: a sixtieth of the limit at a time.

    So a program that asks rarely costs no statement, one that asks often a write every ten requests, and each process
    lets through nine more than the limit at the most. While the database is busy each process counts for itself.
    """

    requests: int = REQUESTS
    seconds: float = SECONDS
    share: Share | None = None
    _windows: OrderedDict[str, _Window] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait_for(self, who: str) -> int:
        """Count a request; return after how many seconds the next one is let through, 0 when this one is."""
        now = time()
        span = int(now // self.seconds)
        with self._lock:
            window = self._window(who, span)
            window.own += 1
            taken = self._due(window)
            window.own -= taken
            window.common += taken
        if taken and self.share is not None:
            total = self.share(who, span, taken)
            with self._lock:
                window.common, window.is_deaf = max(window.common, total or 0), total is None
        if window.common + window.own <= self.requests:
            return 0
        return max(1, ceil((span + 1) * self.seconds - now))

    def _window(self, who: str, span: int) -> _Window:
        window = self._windows.pop(who, None)
        if window is None or window.span != span:
            window = _Window(span)
        self._windows[who] = window
        while len(self._windows) > _MOST_KEPT:
            self._windows.popitem(last=False)
        return window

    def _due(self, window: _Window) -> int:
        """Return how many requests to add to the common count now; none of those that are refused anyway."""
        is_over = window.common + window.own > self.requests + 1
        if self.share is None or window.is_deaf or is_over or window.own < max(1, self.requests // _STEPS):
            return 0
        return window.own


def shared_count(database: Database) -> Share:
    """Return the common count that is kept in the database: one row a program."""

    def share(who: str, span: int, requests: int) -> int | None:
        with suppress(Busy), database.transaction(_COUNTING) as session:
            connection = orm.Session.connection(session)
            row = {"who": who, "span": span, "requests": requests}
            found: int = connection.execute(_ADD[connection.dialect.name], row).scalar_one()
            return found
        return None

    return share


def _add(insert: Any) -> Any:
    statement = insert(_uses)
    new = statement.excluded
    is_same = _uses.c.span == new.span
    total = case((is_same, _uses.c.requests + new.requests), else_=new.requests)
    return statement.on_conflict_do_update(
        index_elements=["who"], set_={"span": new.span, "requests": total}
    ).returning(_uses.c.requests)


_ADD = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}
