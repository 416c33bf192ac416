"""Calls hooks on all modules or on the active ones, quickly, and tells what it does when asked to."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pluggy

from kartoteka.extension.hookspecs import CHAPTERS, HOOKS
from kartoteka.extension.version import PROJECT

TRACE_VARIABLE = "KARTOTEKA_TRACE_HOOKS"
_MOST_CALLERS = 512

HookCaller = Callable[..., Any]


class Tracing:
    """Whether calls are printed; looked up when modules are loaded, as a page makes some thirty guarded calls."""

    is_on = False


tracing = Tracing()


def new_manager() -> pluggy.PluginManager:
    """Return a plugin manager that knows the contract and no module yet."""
    manager = pluggy.PluginManager(PROJECT)
    for chapter in CHAPTERS:
        manager.add_hookspecs(chapter)
    tracing.is_on = is_traced()
    if tracing.is_on:
        manager.add_hookcall_monitoring(_before_call, _after_call)
    return manager


@cache
def hook_names() -> frozenset[str]:
    """Return the names of all hooks."""
    return frozenset(HOOKS)


@cache
def first_result_hooks() -> frozenset[str]:
    """Return the names of the questions that have one answer."""
    return frozenset(name for name, hook in HOOKS.items() if getattr(hook, f"{PROJECT}_spec")["firstresult"])


class HookCalls:
    """Hook callers limited to some modules, made once for each hook and set of modules.

    ``answering`` names, for a question with one answer, the module that the settings chose.
    """

    def __init__(self, manager: pluggy.PluginManager, answering: Mapping[str, str] | None = None) -> None:
        self._manager = manager
        self._answering = dict(answering or {})
        self._callers: dict[tuple[str, frozenset[str] | None], HookCaller] = {}

    def plugin(self, module: str) -> Any:
        """Return the plugin of a module, normally its ``plugin.py``; None when it is not installed."""
        return self._manager.get_plugin(module)

    def answerers(self, hook: str) -> list[str]:
        """Return the modules that answer a hook, in the order in which they are called."""
        impls = getattr(self._manager.hook, hook).get_hookimpls()
        return [impl.plugin_name for impl in reversed(impls)]

    def on_all(self, hook: str) -> HookCaller:
        """Return the hook on all installed modules."""
        return self._caller(hook, None)

    def on(self, hook: str, active: frozenset[str]) -> HookCaller:
        """Return the hook on the active modules only."""
        return self._caller(hook, active)

    def each(self, hook: str, active: frozenset[str]) -> list[tuple[str, HookCaller]]:
        """Return the hook once for each active module that answers it, so that each can be guarded."""
        return [(name, self._caller(hook, frozenset({name}))) for name in self.answerers(hook) if name in active]

    def _caller(self, hook: str, modules: frozenset[str] | None) -> HookCaller:
        caller = self._callers.get((hook, modules))
        if caller is None:
            if len(self._callers) >= _MOST_CALLERS:
                self._callers.clear()
            caller = self._callers[hook, modules] = self._manager.subset_hook_caller(hook, self._idle(hook, modules))
        return caller

    def _idle(self, hook: str, modules: frozenset[str] | None) -> list[object]:
        chosen = self._answering.get(hook)
        return [
            plugin
            for name, plugin in self._manager.list_name_plugin()
            if plugin is not None
            and ((modules is not None and name not in modules) or (chosen is not None and name != chosen))
        ]


def is_traced() -> bool:
    """Say whether hook calls are printed."""
    return os.environ.get(TRACE_VARIABLE, "") not in ("", "0")


@contextmanager
def traced(what: str, module: str) -> Iterator[None]:
    """Print how long a module took for something, when hook calls are traced."""
    if not tracing.is_on:
        yield
        return
    start = time.perf_counter()
    try:
        yield
    finally:
        _print(f"{what} [{module}] {(time.perf_counter() - start) * 1000:.1f} ms")


def _before_call(hook: str, impls: Sequence[Any], arguments: Mapping[str, Any]) -> None:
    # Names of modules only: the arguments may hold personal data.
    _print(f"{hook} -> {', '.join(impl.plugin_name for impl in reversed(impls)) or 'nobody'}")


def _after_call(outcome: Any, hook: str, impls: Sequence[Any], arguments: Mapping[str, Any]) -> None:
    if outcome.exception is not None:
        _print(f"{hook} raised {type(outcome.exception).__name__}")


def _print(line: str) -> None:
    sys.stderr.write(f"hook: {line}\n")
