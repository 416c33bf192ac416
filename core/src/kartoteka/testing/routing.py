"""Routes that applications of one test process share: arranging them took most of the time of making one."""

from __future__ import annotations

from collections.abc import Hashable
from operator import attrgetter
from typing import Any

from werkzeug.routing import Map, Rule, RuleFactory

from kartoteka.web.assembly import ShellFlask

_MOST_MAPS = 32
_SAID = attrgetter(
    *("rule", "endpoint", "subdomain", "host", "strict_slashes", "merge_slashes", "build_only", "alias", "redirect_to"),
    *("websocket", "provide_automatic_options"),
)


class SharedMap(Map):
    """A map that takes over what an earlier map with the same rules has compiled and arranged.

    Rules wait until somebody asks for a route. What is arranged is never changed: a rule that comes later leads to
    another arrangement.
    """

    _arranged: dict[Hashable, Map] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        self._given: list[Rule] = []
        super().__init__(*args, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take a rule, to be arranged when a route is asked for."""
        self._given.extend(rulefactory.get_rules(self))
        self._remap = True

    def update(self) -> None:
        """Arrange the rules unless an equal map has done so."""
        if not self._remap:
            return
        with self._remap_lock:
            if self._remap:
                alike = self._found_alike()
                self._matcher, self._rules_by_endpoint = alike._matcher, alike._rules_by_endpoint
                self._remap = False

    def _found_alike(self) -> Map:
        settings = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        converters = settings.pop("converters")
        key = (
            tuple(settings.values()),
            self.merge_slashes,
            tuple(converters.items()),
            tuple(_written(rule) for rule in self._given),
        )
        if key not in self._arranged:
            if len(self._arranged) >= _MOST_MAPS:
                self._arranged.clear()
            self._arranged[key] = Map(
                [_copied(rule) for rule in self._given],
                merge_slashes=self.merge_slashes,
                converters=converters,
                **settings,
            )
            self._arranged[key].update()
        return self._arranged[key]


def share_routes() -> None:
    """Let all applications made from now on share their routes."""
    ShellFlask.url_map_class = SharedMap


def _written(rule: Rule) -> Hashable:
    """Return everything that a rule says, as one key."""
    return type(rule), frozenset(rule.methods or ()), repr(rule.defaults), *_SAID(rule)


def _copied(rule: Rule) -> Rule:
    """Return the rule as it was before it belonged to a map, with what Flask notes in it."""
    made = rule.empty()
    made.provide_automatic_options = rule.provide_automatic_options  # type: ignore[attr-defined]
    return made
