"""Row rights: which rows of which tables an actor may see.

A rule turns an actor into a condition on one mapped class. ``kartoteka.db.guard`` puts the conditions into every
statement of a session that works for a person, and refuses the statements it cannot reach.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select, event, false, select, true
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.elements import ColumnClause

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.guard import RowGuard, UnguardedStatement

__all__ = ["PUBLIC", "SYSTEM_ONLY", "RowRights", "RowRule", "UnguardedStatement"]

RowRule: TypeAlias = Callable[[Actor], "ColumnElement[bool] | None"]
"""Returns the condition that a row must meet, or None for all rows.

It must be a pure function of the actor: its answer is kept until midnight UTC. A condition says everything
itself: no other rule is added to the subqueries inside it. A subquery on the rule's own table must use an alias.
"""

_KEPT_GUARDS = 1000


def PUBLIC(actor: Actor) -> None:  # noqa: N802 - a rule that reads as a constant
    """Rule: everybody sees all rows."""


def SYSTEM_ONLY(actor: Actor) -> ColumnElement[bool]:  # noqa: N802 - a rule that reads as a constant
    """Rule: only the program itself sees rows."""
    return false()


class RowRights:
    """The rules of one database, by mapped class.

    A class gets its rule by ``add``, or carries it as ``__row_scope__``. A class with neither cannot be used in a
    session that works for a person.
    """

    def __init__(self) -> None:
        self._rules: dict[type[Any], RowRule] = {}
        self._guards: dict[tuple[Actor, date, int], RowGuard] = {}
        self._latest_ids: tuple[tuple[type[Any], Actor, date], Select[Any] | None] | None = None

    def add(self, model: type[Any], rule: RowRule) -> None:
        """Say which rows of a mapped class an actor sees; replaces an earlier rule of that class."""
        if not callable(rule):
            raise TypeError(f"The rule of {model.__name__} must be a function of the actor, not {rule!r}.")
        self._rules[model] = rule
        self._guards = {}
        self._latest_ids = None

    def rule_of(self, model: type[Any]) -> RowRule | None:
        """Return the rule of a mapped class, or None when it has none."""
        rule = self._rules.get(model) or getattr(model, "__row_scope__", None)
        rule = getattr(rule, "__func__", rule)
        # What a module declares becomes a rule when it is wired; until then nobody sees the rows.
        return rule if callable(rule) else None

    def condition(self, model: type[Any], actor: Actor) -> ColumnElement[bool] | None:
        """Return the condition under which the actor sees a row, or None for all; raises LookupError without a rule."""
        rule = self.rule_of(model)
        if rule is None:
            raise LookupError(f"{model.__name__} has no rule that says who sees its rows.")
        return None if actor.is_system else rule(actor)

    def visible_ids(self, model: type[Any], actor: Actor) -> Select[Any] | None:
        """Return a select of the ids that the actor sees, to build other rules from, or None for all ids.

        Kept for the last actor asked for: most rules of a guard are built from the same ids.
        """
        key = (model, actor, utc_now().date())
        latest = self._latest_ids  # once: another thread may ask for another actor meanwhile
        if latest is None or latest[0] != key:
            condition = self.condition(model, actor)
            latest = self._latest_ids = key, None if condition is None else select(model.id).where(condition)
        return latest[1]

    def guard_for(self, actor: Actor) -> RowGuard:
        """Return what the guard adds to each statement of this actor's sessions."""
        key = (actor, utc_now().date(), _Mapped.count)
        guard = self._guards.get(key)
        if guard is None:
            if len(self._guards) >= _KEPT_GUARDS:
                self._guards.clear()
            guard = self._guards[key] = self._make_guard(actor)
        return guard

    def _make_guard(self, actor: Actor) -> RowGuard:
        conditions: dict[Mapper[Any], ColumnElement[bool]] = {}
        ruled: set[FromClause] = set()
        for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
            rule = self.rule_of(mapper.class_)
            if rule is None:
                continue
            ruled.add(mapper.local_table)
            condition = rule(actor)
            if condition is not None:
                conditions[mapper] = _as_condition(condition)
        return RowGuard(conditions, frozenset(ruled))


def _as_condition(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Wrap a bare column: aliasing would replace it whole, and with it the mark the guard looks for."""
    return condition == true() if isinstance(condition, ColumnClause) else condition


class _Mapped:
    """Counts mapped classes, so that a class declared late is not missing from the guards that are kept."""

    count = 0


@event.listens_for(Mapper, "after_mapper_constructed")
def _count_mapped(mapper: Mapper[Any], class_: type[Any]) -> None:
    _Mapped.count += 1
