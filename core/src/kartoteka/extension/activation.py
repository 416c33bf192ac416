"""Which modules are on: read anew only when the state of modules has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kartoteka.extension.registry import Registry


class Activation:
    """The active modules of one company, cached by the version of the company's state.

    The core's own modules are always on; a module is off while one that it requires is off.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # One tuple, replaced as a whole: other threads see the old pair or the new one, never half of each.
        self._latest: tuple[int, frozenset[str]] | None = None

    def active(self, state_version: int, load: Callable[[], Iterable[str] | None]) -> frozenset[str]:
        """Return the active modules; ``load`` is called when the version differs from the one seen last."""
        latest = self._latest
        if latest is None or latest[0] != state_version:
            latest = self._latest = (state_version, self.effective(load()))
        return latest[1]

    def effective(self, switched_on: Iterable[str] | None) -> frozenset[str]:
        """Return which modules work when these are switched on; None means that nobody said."""
        wanted = frozenset(switched_on or ())
        active = set(self._registry.builtins)
        for module in self._registry.modules:
            if module.name in wanted and active.issuperset(module.requires):
                active.add(module.name)
        return frozenset(active)
