"""The contract between the core and its modules: every hook, in the order in which the core calls them.

A module answers the hooks it needs in its ``plugin.py`` with functions marked ``@hookimpl`` and leaves out the rest.
Three families: declarations are collected once at start; questions are asked per request; steps run inside the
caller's transaction. Arguments are only added, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Final

from kartoteka.extension.hookspecs import module, pages, questions, records, sales, services, steps, work
from kartoteka.extension.version import PROJECT

CHAPTERS: Final = (module, records, pages, work, services, questions, sales, steps)
"""In the order in which the core calls them and the reference prints them."""

HOOKS: Final[Mapping[str, FunctionType]] = {
    name: hook for chapter in CHAPTERS for name, hook in vars(chapter).items() if hasattr(hook, f"{PROJECT}_spec")
}
"""Every hook by its name."""
