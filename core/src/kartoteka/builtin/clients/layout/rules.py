"""How a layout is read, applied and changed: plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
HEADER, FIELDS, PANELS, TABS = "header", "fields", "panels", "tabs"
PARTS = (HEADER, FIELDS, PANELS, TABS)
"""The parts of a card that have an order of their own."""

MOST = 500
Parts = Mapping[str, Any]
"""By part: ``order``, the names of its items, and ``hidden``, those of them that are not shown."""


@dataclass(frozen=True)
class Layout:
    """A layout in force; what it does not name stands at the end and is shown, as new fields and modules do."""

    parts: Parts

    def arrange(self, part: str, items: Iterable[T], name: Callable[[T], str]) -> list[T]:
        """Return the items of a part that are shown, in their order."""
        kept = self.parts.get(part)
        if not kept:
            return list(items)
        hidden = set(kept["hidden"])
        return [item for item in self.ordered(part, items, name) if name(item) not in hidden]

    def ordered(self, part: str, items: Iterable[T], name: Callable[[T], str]) -> list[T]:
        """Return all items of a part in their order, hidden ones too."""
        places = {one: place for place, one in enumerate((self.parts.get(part) or {}).get("order", ()))}
        return sorted(items, key=lambda item: places.get(name(item), len(places)))

    def is_hidden(self, part: str, name: str) -> bool:
        """Tell whether an item is not shown."""
        return name in (self.parts.get(part) or {}).get("hidden", ())


def sound_parts(given: Any) -> dict[str, dict[str, list[str]]]:
    """Return what of stored or sent parts makes sense."""
    found: dict[str, dict[str, list[str]]] = {}
    for part in PARTS:
        one = given.get(part) if isinstance(given, Mapping) else None
        if isinstance(one, Mapping):
            found[part] = {name: _names(one.get(name)) for name in ("order", "hidden")}
    return found


def moved(names: Sequence[str], name: str, *, up: bool) -> list[str]:
    """Return the names with one of them a place further up or down."""
    order = list(names)
    if name in order:
        here = order.index(name)
        there = min(max(here + (-1 if up else 1), 0), len(order) - 1)
        order[here], order[there] = order[there], order[here]
    return order


def _names(given: Any) -> list[str]:
    names = given if isinstance(given, list) else []
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))[:MOST]
