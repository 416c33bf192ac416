"""Row rights: which rows an actor may see, added to every statement of a session that works for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, false

from kartoteka.db.actor import Actor

RowRule: TypeAlias = Callable[[Actor], "ColumnElement[bool] | None"]


class UnguardedStatement(RuntimeError):
    """A statement that row rights cannot reach, in a session that works for a person."""


def PUBLIC(actor: Actor) -> None:  # noqa: N802 - a constant rule
    """Rule: everybody sees all rows."""


def SYSTEM_ONLY(actor: Actor) -> ColumnElement[bool]:  # noqa: N802 - a constant rule
    """Rule: only the system sees rows."""
    return false()


class RowRights:
    """The rules of one database, by mapped class."""

    def __init__(self) -> None:
        self._rules: dict[type[Any], RowRule] = {}

    def add(self, model: type[Any], rule: RowRule) -> None:
        """Say which rows of a mapped class an actor sees; ``rule`` returns a condition, or None for all rows."""
        self._rules[model] = rule
