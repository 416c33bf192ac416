"""Modules that consist of rooms with a plugin.py each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from kartoteka.extension.calls import new_manager
from kartoteka.extension.parts import join_parts
from kartoteka.extension.version import hookimpl


def part(name: str, **hooks: Any) -> ModuleType:
    """Return a plugin module with these functions."""
    made = ModuleType(name)
    for hook, function in hooks.items():
        if isinstance(function, FunctionType):
            function.__module__ = name
        setattr(made, hook, function)
    return made


@pytest.fixture
def home() -> Iterator[ModuleType]:
    made = part("crm_joined.plugin", register_menu=hookimpl(lambda: ["own"]))
    sys.modules[made.__name__] = made
    yield made
    del sys.modules[made.__name__]


def joined(home: ModuleType, *parts: ModuleType) -> Any:
    join_parts(home.__name__, parts)
    manager = new_manager()
    manager.register(home, "crm_joined")
    return manager.hook


def test_lists_follow_each_other(home: ModuleType) -> None:
    hook = joined(
        home, part("x", register_menu=hookimpl(lambda: ["a"])), part("y", register_menu=hookimpl(lambda: ["b"]))
    )
    assert hook.register_menu() == [["own", "a", "b"]]


def test_a_part_may_answer_what_the_home_does_not(home: ModuleType) -> None:
    hook = joined(home, part("x", register_tabs=hookimpl(lambda: ["tab"])))
    assert hook.register_tabs() == [["tab"]]
    assert hook.register_menu() == [["own"]]


def test_steps_are_all_done_with_the_arguments_that_each_wants(home: ModuleType) -> None:
    seen: list[Any] = []

    @hookimpl
    def merge_clients(kept_id: int) -> None:
        seen.append(kept_id)

    first = merge_clients

    @hookimpl
    def merge_clients(session: Any, merged_ids: list[int]) -> None:  # type: ignore[no-redef]
        seen.append((session, merged_ids))

    hook = joined(home, part("x", merge_clients=first), part("y", merge_clients=merge_clients))
    assert hook.merge_clients(session="s", kept_id=1, merged_ids=[2]) == []
    assert seen == [1, ("s", [2])]


def test_mappings_are_united(home: ModuleType) -> None:
    def exporting(table: str) -> ModuleType:
        def export_client(session: Any, client_ids: list[int]) -> dict[str, list[Any]]:
            return {table: [{"client": client_ids[0]}]}

        return part(f"crm_joined.{table}", export_client=hookimpl(export_client))

    hook = joined(home, exporting("a"), exporting("b"))
    assert hook.export_client(session=None, client_ids=[7]) == [{"a": [{"client": 7}], "b": [{"client": 7}]}]


def test_of_a_question_with_one_answer_the_first_counts(home: ModuleType) -> None:
    parts = [
        part("x", active_modules=hookimpl(lambda session: None)),
        part("y", active_modules=hookimpl(lambda session: frozenset({"y"}))),
        part("z", active_modules=hookimpl(lambda session: frozenset({"z"}))),
    ]
    assert joined(home, *parts).active_modules(session=None) == frozenset({"y"})


def test_a_function_without_its_mark_is_named(home: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"Write @hookimpl above register_tabs in crm_joined\.x\."):
        join_parts(home.__name__, [part("crm_joined.x", register_tabs=lambda: ["tab"])])
