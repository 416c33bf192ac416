"""What all declarations have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Something a module hands over once, at start.

    ``module`` is stamped by the core and never given by the module itself. Declarations are ordered by
    (``weight``, ``module``, name), never by the order of installation.
    """

    module: str = ""
    weight: int = 100

    @cached_property
    def key(self) -> str:
        """The name that is unique in the whole installation, ``module.name``."""
        name = str(getattr(self, "name", ""))
        return f"{self.module}.{name}" if name else self.module

    @property
    def label(self) -> str:
        """The key without the module, as messages to the module's author name it."""
        return self.key.removeprefix(f"{self.module}.")
