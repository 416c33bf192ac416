"""How often a program may ask: each process lets a key through so many times a minute."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from time import monotonic

REQUESTS = 600
SECONDS = 60.0
_MOST_KEPT = 5_000


@dataclass
class Limiter:
    """Counts requests in windows of a minute, in memory: the limit is one process's own, which costs no statement."""

    requests: int = REQUESTS
    seconds: float = SECONDS
    _windows: OrderedDict[object, tuple[float, int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait_for(self, who: object) -> int:
        """Count a request; return after how many seconds the next one is let through, 0 when this one is."""
        now = monotonic()
        with self._lock:
            began, count = self._windows.pop(who, (now, 0))
            if now - began >= self.seconds:
                began, count = now, 0
            self._windows[who] = (began, count + 1)
            while len(self._windows) > _MOST_KEPT:
                self._windows.popitem(last=False)
        return 0 if count < self.requests else max(1, ceil(began + self.seconds - now))
