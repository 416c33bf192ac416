"""Modules made for a test: plain objects with marked functions, found by entry points that load them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event

from kartoteka.extension.declarations.access import Module
from kartoteka.extension.loader import Loaded, load_modules
from kartoteka.extension.registry import Registry, build
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import Message


class FakeEntryPoint:
    """An installed module that needs no package."""

    dist = None

    def __init__(self, name: str, plugin: Any) -> None:
        self.name = name
        self.value = f"{name}.plugin"
        self._plugin = plugin

    def load(self) -> Any:
        if isinstance(self._plugin, BaseException):
            raise self._plugin
        return self._plugin


def make_plugin(
    name: str, /, *, requires: tuple[str, ...] = (), describe: dict[str, Any] | None = None, **hooks: Any
) -> Any:
    """Return a plugin that answers ``hooks``: functions, or the lists that register hooks return."""
    values = {
        "name": name,
        "title": Message(name.title()),
        "description": Message(f"What {name} does."),
        "version": "1.2",
        "api": API_VERSION,
        "requires": requires,
        **(describe or {}),
    }
    plugin: Any = ModuleType(name)
    plugin.register_module = hookimpl(lambda: Module(**values))
    for hook, answer in hooks.items():
        setattr(plugin, hook, hookimpl(answer if callable(answer) else _returning(answer)))
    return plugin


def _returning(answer: Any) -> Callable[[], Any]:
    return lambda: answer


def load(*plugins: Any, builtins: Iterable[Any] = (), **options: Any) -> Loaded:
    """Load fake modules, each under its own name."""
    points = [FakeEntryPoint(plugin.__name__, plugin) for plugin in plugins]
    return load_modules([(plugin.__name__, plugin) for plugin in builtins], points, **options)  # type: ignore[arg-type]


def registry_of(*plugins: Any, **options: Any) -> Registry:
    """Load fake modules and build their registry."""
    return build(load(*plugins, **options))


class Fakes:
    """What tests make modules with."""

    plugin = staticmethod(make_plugin)
    load = staticmethod(load)
    registry = staticmethod(registry_of)
    entry_point = FakeEntryPoint


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> type[Fakes]:
    monkeypatch.delenv("KARTOTEKA_TRACE_HOOKS", raising=False)
    return Fakes


@pytest.fixture
def statements() -> Any:
    """Collect the statements sent to a database, savepoints aside: ``with statements(database) as sent``."""

    @contextmanager
    def collect(database: Any) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if "SAVEPOINT" not in statement:
                sent.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return collect
