"""Finds installed modules and registers those that can be used; the others are set aside with the reason."""

from __future__ import annotations

import heapq
import importlib.metadata
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

import pluggy

from kartoteka.extension.calls import hook_names, new_manager
from kartoteka.extension.checks.module import check_module
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.findings import BrokenCore, BrokenModule, unknown
from kartoteka.extension.version import ENTRY_POINT_GROUP, PROJECT
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A plugin under the name it was found by."""

    name: str
    plugin: Any
    version: str = ""
    builtin: bool = False


@dataclass(frozen=True)
class Loaded:
    """The modules that can be used, in the order in which they are called, and those set aside.

    ``answers`` are the settings that name, for a question with one answer, the module that gives it.
    """

    manager: pluggy.PluginManager
    candidates: tuple[Candidate, ...]
    modules: tuple[Module, ...]
    broken: tuple[BrokenModule, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def builtins(self) -> frozenset[str]:
        """The names of the modules that the core itself consists of."""
        return frozenset(candidate.name for candidate in self.candidates if candidate.builtin)

    def without(self, broken: Iterable[BrokenModule]) -> Loaded:
        """Return the same without these modules and without those that require them."""
        broken = list(broken)
        rejected = {one.name for one in broken}
        kept = [pair for pair in zip(self.candidates, self.modules, strict=True) if pair[0].name not in rejected]
        return _arranged(kept, [*self.broken, *broken], self.answers)


def load_modules(
    builtins: Sequence[tuple[str, Any]],
    entry_points: Iterable[importlib.metadata.EntryPoint] | None = None,
    *,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Return the modules of the core and those installed, with those set aside that cannot be used.

    ``entry_points`` replaces the installed ones of the group ``kartoteka.modules``. Raises BrokenCore when a part of
    the core itself is at fault.
    """
    if entry_points is None:
        entry_points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    candidates = [Candidate(name, plugin, builtin=True) for name, plugin in builtins]
    found, broken = _import_all(entry_points, {candidate.name for candidate in candidates})
    usable = []
    trial = _Trial()
    for candidate in (*candidates, *found):
        module = trial.register(candidate)
        if isinstance(module, BrokenModule):
            _set_aside(module, broken, candidate)
        else:
            usable.append((candidate, module))
    return _arranged(usable, broken, answers or {})


def _set_aside(fault: BrokenModule, broken: list[BrokenModule], candidate: Candidate) -> None:
    if candidate.builtin:
        raise BrokenCore(str(fault))
    log.error("Module set aside: %s", fault)
    broken.append(fault)


def _import_all(
    entry_points: Iterable[importlib.metadata.EntryPoint], taken: set[str]
) -> tuple[list[Candidate], list[BrokenModule]]:
    found: list[Candidate] = []
    broken: list[BrokenModule] = []
    by_name: dict[str, dict[str, importlib.metadata.EntryPoint]] = {}
    for point in entry_points:
        by_name.setdefault(point.name, {}).setdefault(point.value, point)
    for name, points in sorted(by_name.items()):
        if name in taken or len(points) > 1:
            broken.append(BrokenModule(name, "", "name", _("Another module already has this name.")))
            continue
        result = _import(next(iter(points.values())))
        (found if isinstance(result, Candidate) else broken).append(result)  # type: ignore[arg-type]
    return found, broken


def _import(point: importlib.metadata.EntryPoint) -> Candidate | BrokenModule:
    version = point.dist.version if point.dist else ""
    try:
        return Candidate(point.name, point.load(), version)
    except (Exception, SystemExit) as error:
        log.exception("Module %s cannot be imported", point.name)
        problem = _("Can't be imported: %(error)s", error=f"{type(error).__name__}: {error}")
        return BrokenModule(point.name, "", "", problem, version)


class _Trial:
    """Registers plugins one at a time apart from the others, so that a faulty one leaves nothing behind with them."""

    def __init__(self) -> None:
        self._manager = new_manager()

    def register(self, candidate: Candidate) -> Module | BrokenModule:
        """Return what a plugin says it is, or what is wrong with it."""
        manager = self._manager
        try:
            manager.register(candidate.plugin, candidate.name)
        except pluggy.PluginValidationError as error:
            self._manager = new_manager()  # pluggy keeps half of what it refuses
            return BrokenModule(candidate.name, _hook_in(error), "", Message(str(error)), candidate.version)
        try:
            return _misspelt_hook(manager, candidate) or _unmarked_hook(candidate) or _ask_module(manager, candidate)
        finally:
            manager.unregister(candidate.plugin)


def _hook_in(error: pluggy.PluginValidationError) -> str:
    return next((name for name in sorted(hook_names()) if repr(name) in str(error)), "")


def _misspelt_hook(manager: pluggy.PluginManager, candidate: Candidate) -> BrokenModule | None:
    known = hook_names()
    for caller in manager.get_hookcallers(candidate.plugin) or []:
        mandatory = any(not impl.optionalhook for impl in caller.get_hookimpls())
        if caller.name not in known and mandatory:
            return BrokenModule(candidate.name, caller.name, "", unknown(caller.name, known), candidate.version)
    return None


def _unmarked_hook(candidate: Candidate) -> BrokenModule | None:
    home = getattr(candidate.plugin, "__name__", None)
    for name in sorted(hook_names()):
        function = getattr(candidate.plugin, name, None)
        if not isinstance(function, FunctionType) or function.__module__ != home:
            continue
        if not hasattr(function, f"{PROJECT}_impl"):
            return BrokenModule(candidate.name, name, "", _("Write @hookimpl above this function."), candidate.version)
    return None


def _ask_module(manager: pluggy.PluginManager, candidate: Candidate) -> Module | BrokenModule:
    hook = "register_module"
    if not manager.hook.register_module.get_hookimpls():
        return BrokenModule(candidate.name, hook, "", _("The module does not say what it is."), candidate.version)
    try:
        (module,) = manager.hook.register_module()
    except Exception as error:
        log.exception("%s of module %s failed", hook, candidate.name)
        problem = _("Failed: %(error)s", error=f"{type(error).__name__}: {error}")
        return BrokenModule(candidate.name, hook, "", problem, candidate.version)
    if not isinstance(module, Module):
        return BrokenModule(candidate.name, hook, "", _("Must return a Module."), candidate.version)
    for field_name, problem in check_module(module, candidate.name, builtin=candidate.builtin):
        return BrokenModule(candidate.name, hook, field_name, problem, candidate.version or str(module.version))
    return replace(module, module=candidate.name)


def _arranged(usable: list[tuple[Candidate, Module]], broken: list[BrokenModule], answers: Mapping[str, str]) -> Loaded:
    usable = _with_requirements(usable, broken)
    ordered = _in_order(usable)
    manager = new_manager()
    # pluggy calls the plugin registered last first.
    for candidate, _module in reversed(ordered):
        manager.register(candidate.plugin, candidate.name)
    return Loaded(
        manager=manager,
        candidates=tuple(candidate for candidate, _module in ordered),
        modules=tuple(module for _candidate, module in ordered),
        broken=tuple(broken),
        answers=answers,
    )


def _with_requirements(
    usable: list[tuple[Candidate, Module]], broken: list[BrokenModule]
) -> list[tuple[Candidate, Module]]:
    """Drop, until nothing changes, the modules that require one that is not there or that require each other."""
    usable = list(usable)
    while True:
        names = {candidate.name for candidate, _module in usable}
        incomplete = [pair for pair in usable if not names.issuperset(pair[1].requires)]
        if not incomplete:
            incomplete = _in_circles(usable)
        if not incomplete:
            return usable
        for candidate, module in incomplete:
            missing = [name for name in module.requires if name not in names]
            _set_aside(_requirement_fault(module, missing), broken, candidate)
            usable.remove((candidate, module))


def _requirement_fault(module: Module, missing: list[str]) -> BrokenModule:
    problem = (
        _("Requires %(modules)s, which cannot be used here.", modules=", ".join(missing))
        if missing
        else _("The modules require each other in a circle.")
    )
    return BrokenModule(module.name, "register_module", "requires", problem, module.version)


def _in_circles(usable: list[tuple[Candidate, Module]]) -> list[tuple[Candidate, Module]]:
    placed = {candidate.name for candidate, _module in _in_order(usable)}
    return [pair for pair in usable if pair[0].name not in placed]


def _in_order(usable: list[tuple[Candidate, Module]]) -> list[tuple[Candidate, Module]]:
    """Sort by requirements, the core's own modules first, then by name; leaves out modules in a circle."""
    by_name = {candidate.name: (candidate, module) for candidate, module in usable}
    waiting = {name: set(module.requires) for name, (_candidate, module) in by_name.items()}
    ready = [(not by_name[name][0].builtin, name) for name, missing in waiting.items() if not missing]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _rank, name = heapq.heappop(ready)
        ordered.append(by_name[name])
        for other, missing in waiting.items():
            if name in missing:
                missing.remove(name)
                if not missing:
                    heapq.heappush(ready, (not by_name[other][0].builtin, other))
    return ordered
