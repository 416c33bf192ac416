"""Addresses of pages as they are written: of five hundred a process writes a few dozen."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule


class Address(Rule):
    """A route that makes the code which writes its address when it is first written.

    Werkzeug makes it for every route at the start, which takes a twentieth of that.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = cache(super()._compile_builder)

        def write(route: Rule, /, **values: Any) -> tuple[str, str]:
            return make(append_unknown)(route, **values)

        return write
