"""The time axis of a relationship, without any database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 1000
"""How wide the axis is drawn, in its own units."""

LEAST = 4


@dataclass(frozen=True)
class Span:
    """A stage on the axis: where it begins and how wide it is, and for how many days it lasted."""

    since: date
    until: date | None
    days: int
    x: int
    width: int


def axis(times: Sequence[tuple[date, date | None]], today: date) -> list[Span]:
    """Return times, oldest first, as spans of an axis from the first day to today.

    A time without an end lasts until today. What is shorter than a hair is drawn as wide as one.
    """
    if not times:
        return []
    first = times[0][0]
    whole = max((today - first).days, 1)
    spans = []
    for since, until in times:
        end = min(until or today, today)
        days = max((end - since).days, 0)
        x = min(max((since - first).days, 0) * WIDTH // whole, WIDTH - LEAST)
        width = min(max(days * WIDTH // whole, LEAST), WIDTH - x)
        spans.append(Span(since, until, days, x, width))
    return spans
