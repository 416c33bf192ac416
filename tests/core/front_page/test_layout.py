"""The layout of the front page: pure functions over what is kept among the preferences."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.builtin.dashboard import layout
from kartoteka.builtin.dashboard.layout import Placement
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.message import Message


def widget(name: str, **more: Any) -> Widget:
    return Widget(
        module="m", name=name, title=Message(name), permission=None, template="m/w.html", load=lambda *_: {}, **more
    )


PLACED = (Placement(1, "m.a"), Placement(2, "off.b"), Placement(3, "m.c"), Placement(4, "m.d"))


def ids(found: layout.Layout) -> list[int]:
    return [one.id for one in found]


def is_on(one: Placement) -> bool:
    return one.widget.startswith("m.")


def test_moving_passes_what_is_shown_and_never_falls_off() -> None:
    assert ids(layout.move(PLACED, 3, -1, is_on)) == [3, 1, 2, 4]
    assert ids(layout.move(PLACED, 1, 1, is_on)) == [2, 3, 1, 4]
    assert ids(layout.move(PLACED, 1, -1, is_on)) == [1, 2, 3, 4]
    assert ids(layout.move(PLACED, 4, 1, is_on)) == [1, 2, 3, 4]
    assert ids(layout.move(PLACED, 99, 1, is_on)) == [1, 2, 3, 4]


def test_adding_gives_a_number_of_its_own_and_respects_how_often_it_may_stand_there() -> None:
    again = layout.add(PLACED, widget("a"))
    assert again == PLACED
    added = layout.add(PLACED, widget("e", size=2))
    assert added[-1] == Placement(5, "m.e", 2)
    twice = layout.add(layout.add((), widget("x", many=True)), widget("x", many=True))
    assert ids(twice) == [1, 2]
    full = tuple(Placement(number, f"m.w{number}") for number in range(1, layout.MOST + 1))
    assert layout.add(full, widget("e")) == full


def test_what_is_kept_is_read_again() -> None:
    changed = layout.set_options(layout.resize(PLACED, 3, 2), 3, {"days": 14})
    assert layout.read_layout({layout.PREFERENCE: layout.keep(changed)}) == changed
    assert ids(layout.remove(changed, 1)) == [2, 3, 4]
    assert layout.resize(PLACED, 1, 7)[0].size == 1


@pytest.mark.parametrize("kept", [None, 7, "x", {}, {"a": 1}])
def test_without_a_list_there_is_no_layout_of_ones_own(kept: Any) -> None:
    assert layout.read_layout({layout.PREFERENCE: kept}) is None


def test_nonsense_in_a_layout_is_left_out() -> None:
    numbers = ("1", True, -1, 10_000, None)
    nonsense = [None, 3, {}, {"id": 1}, {"id": 1, "widget": 7}, *({"id": one, "widget": "m.a"} for one in numbers)]
    sound = {"id": 2, "widget": "m.a", "size": "wide", "options": "none"}
    assert layout.read_layout({layout.PREFERENCE: [*nonsense, sound]}) == (Placement(2, "m.a"),)


def test_the_first_layout_is_what_is_offered_at_the_start() -> None:
    first = layout.first_layout([widget("a", size=3), widget("b", at_start=False), widget("c")])
    assert first == (Placement(1, "m.a", 3), Placement(2, "m.c"))
    assert [one.name for one in layout.addable(first, [widget("a"), widget("b"), widget("c", many=True)])] == ["b", "c"]
