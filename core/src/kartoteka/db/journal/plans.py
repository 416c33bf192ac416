"""What the feeders must know about a table, worked out once per database and set of rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Table, orm

from kartoteka.db.base import Model
from kartoteka.db.journal.rules import JournalRule
from kartoteka.db.search import SearchRule
from kartoteka.db.session import Session

UNTOUCHED = frozenset({"id", "version", "created_at"})
"""Columns that are part of a deleted row in the journal, but never of a change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one table are tracked; ``kept`` names those of its columns that go into the journal.

    ``defaults`` are the values of columns that a new row leaves out, ``made_defaults`` make one for each row.
    """

    table: Table
    model: type[Any] | None
    journal: JournalRule | None
    search: SearchRule | None
    columns: frozenset[str]
    kept: frozenset[str]
    defaults: Mapping[str, Any]
    made_defaults: tuple[tuple[str, Callable[[Any], Any]], ...]

    @property
    def names(self) -> list[str]:
        """All column names."""
        return self.table.columns.keys()

    @property
    def derives(self) -> bool:
        """Whether the mapped class computes columns from others."""
        return self.model is not None and self.model.derive.__func__ is not Model.derive.__func__  # type: ignore[attr-defined]

    def derives_with(self, names: Collection[str]) -> bool:
        """Whether a change of these columns can change columns that the mapped class computes."""
        if not self.derives:
            return False
        inputs: frozenset[str] | None = self.model.derives_from  # type: ignore[union-attr]
        return inputs is None or not inputs.isdisjoint(names)

    @property
    def is_idle(self) -> bool:
        """Whether nothing happens beside writing the row itself."""
        return self.journal is None and self.search is None and not self.derives


def make_plan(session: Session, table: Table, model: type[Any] | None, journal: JournalRule | None = None) -> Plan:
    """Return how this database tracks a table; ``journal`` stands in where no rule is known."""
    journal = session.database.journal.of_table(table.name) or journal
    kept = {column.name for column in table.columns if journal is not None and journal.keeps(column)}
    search = session.database.search.of_table(table.name)
    columns = frozenset(table.columns.keys())
    return Plan(table, model, journal, search, columns, frozenset(kept), _defaults(table), _made_defaults(table))


def _defaults(table: Table) -> dict[str, Any]:
    """Return the values of columns with a plain default or with none; the database fills in its own."""
    found: dict[str, Any] = {}
    for column in table.columns:
        default: Any = column.default
        if default is not None and default.is_scalar:
            found[column.name] = default.arg
        elif default is None and column.server_default is None:
            found[column.name] = None
    return found


def _made_defaults(table: Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    defaults: list[tuple[str, Any]] = [(column.name, column.default) for column in table.columns]
    return tuple((name, one.arg) for name, one in defaults if one is not None and not one.is_scalar)


def plan_of_model(session: Session, model: type[Any]) -> Plan:
    """Return how this database tracks a mapped class; raises TypeError for attributes not named as their columns."""
    database = session.database
    stamp = (database.journal.stamp, database.search.stamp)
    known = _plans.setdefault(database, {})
    found = known.get(model)
    if found is None or found[0] != stamp:
        found = known[model] = (stamp, _plan_mapped(session, model))
    return found[1]


def model_of(table: str) -> type[Any] | None:
    """Return the mapped class of a table, or None when its code is not loaded."""
    if table not in _models:
        _models.update({mapper.local_table.name: mapper.class_ for mapper in Model.registry.mappers})  # type: ignore[attr-defined]
    return _models.get(table)


_plans: WeakKeyDictionary[Any, dict[type[Any], tuple[Any, Plan]]] = WeakKeyDictionary()
_models: dict[str, type[Any]] = {}


def _plan_mapped(session: Session, model: type[Any]) -> Plan:
    mapper = orm.class_mapper(model)
    plan = make_plan(session, mapper.local_table, model)  # type: ignore[arg-type]
    differing = [prop.key for prop in mapper.column_attrs if prop.columns[0].name != prop.key]
    if differing and not plan.is_idle:
        raise TypeError(f"{model.__name__}: tracked attributes must be named as their columns, not {differing}.")
    return plan
