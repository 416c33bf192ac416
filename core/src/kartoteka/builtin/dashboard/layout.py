"""Which widgets a user has placed where: pure functions over what is kept among his preferences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kartoteka.extension.declarations.ui import Widget

PREFERENCE = "front_page"
SIZES = (1, 2, 3)
MOST = 40


@dataclass(frozen=True)
class Placement:
    """A widget placed by a user: ``size`` is the number of columns, ``options`` what he chose for it."""

    id: int
    widget: str
    size: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Return it as preferences keep it."""
        return {"id": self.id, "widget": self.widget, "size": self.size, "options": dict(self.options)}


Layout = tuple[Placement, ...]


def read_layout(preferences: Mapping[str, Any]) -> Layout | None:
    """Return the user's own layout, None when he has none; what makes no sense in it is left out."""
    kept = preferences.get(PREFERENCE)
    if not isinstance(kept, list):
        return None
    found = [placement for one in kept if (placement := _read(one)) is not None]
    return tuple({placement.id: placement for placement in found}.values())


def first_layout(widgets: Iterable[Widget]) -> Layout:
    """Return the layout of who has changed nothing: everything offered at the start, in its order."""
    shown = [widget for widget in widgets if widget.at_start]
    return tuple(Placement(number, widget.key, widget.size) for number, widget in enumerate(shown, 1))


def keep(layout: Layout) -> list[dict[str, Any]]:
    """Return a layout as preferences keep it."""
    return [placement.kept() for placement in layout]


def find(layout: Layout, id: int) -> Placement | None:
    """Return a placement by its id."""
    return next((one for one in layout if one.id == id), None)


def move(layout: Layout, id: int, step: int, is_shown: Callable[[Placement], bool]) -> Layout:
    """Move a placement past the next (``step`` 1) or previous (-1) one that is shown."""
    order = list(layout)
    here = next((index for index, one in enumerate(order) if one.id == id), None)
    if here is None:
        return layout
    there = here + step
    while 0 <= there < len(order) and not is_shown(order[there]):
        there += step
    if not 0 <= there < len(order):
        return layout
    order.insert(there, order.pop(here))
    return tuple(order)


def resize(layout: Layout, id: int, size: int) -> Layout:
    """Let a placement take so many columns."""
    return _changed(layout, id, size=size if size in SIZES else 1)


def set_options(layout: Layout, id: int, options: Mapping[str, Any]) -> Layout:
    """Keep what the user chose for a placement."""
    return _changed(layout, id, options=dict(options))


def remove(layout: Layout, id: int) -> Layout:
    """Take a placement away."""
    return tuple(one for one in layout if one.id != id)


def add(layout: Layout, widget: Widget) -> Layout:
    """Place a widget at the end, unless it is there already and one is enough."""
    if len(layout) >= MOST or (not widget.many and any(one.widget == widget.key for one in layout)):
        return layout
    return (*layout, Placement(max((one.id for one in layout), default=0) + 1, widget.key, widget.size))


def addable(layout: Layout, widgets: Iterable[Widget]) -> Sequence[Widget]:
    """Return the widgets that may still be placed."""
    placed = {one.widget for one in layout}
    return [widget for widget in widgets if widget.many or widget.key not in placed]


def _changed(layout: Layout, id: int, **values: Any) -> Layout:
    return tuple(replace(one, **values) if one.id == id else one for one in layout)


def _read(kept: Any) -> Placement | None:
    if not isinstance(kept, Mapping):
        return None
    number, widget, size, options = (kept.get(name) for name in ("id", "widget", "size", "options"))
    if type(number) is not int or not isinstance(widget, str) or not 0 < number < 10_000:
        return None
    return Placement(number, widget, size if size in SIZES else 1, options if isinstance(options, Mapping) else {})
