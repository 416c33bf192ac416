"""Puts row rights into ORM statements and refuses, at compile time, every SQL statement they did not get into.

SQLAlchemy adds a criterion to most places where a mapped class occurs, but not to all (a window function, a FULL
JOIN, UPDATE ... FROM, Core tables). So nothing is taken on trust: the compiler looks at the FROM list of every
SELECT it renders, nested ones too, and demands that the condition of each table is really in force there. The
check runs once per form of statement, because compiled statements are cached; the cache key of a guarded
statement holds the shape of all conditions, and their values are bind parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Executable, FromClause, and_
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, BooleanClauseList, ColumnClause, Grouping
from sqlalchemy.sql.schema import Table
from sqlalchemy.sql.selectable import Alias, FromGrouping, Join, SelectBase, TableSample
from sqlalchemy.sql.visitors import replacement_traverse

_GUARD = "kartoteka_guard"
_MARK = "kartoteka_condition"
_EXEMPT = "kartoteka_exempt"
_SQL_WORDS = re.compile(r"\b(select|table|values|from)\b", re.IGNORECASE)


class UnguardedStatement(RuntimeError):
    """A statement that row rights cannot reach, in a session that works for a person.

    Write it on mapped classes, or put it into ``with as_system(session, reason=...)``.
    """


class _Shape:
    """Stands for the form of a guard's conditions in cache keys: equal forms are one object."""

    __slots__ = ("name",)

    _known: dict[Any, _Shape] = {}

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    @classmethod
    def of(cls, key: Any) -> _Shape:
        return cls._known.setdefault(key, cls(f"<conditions {len(cls._known)}>"))


class RowGuard(CriteriaOption):
    """The conditions of one actor on all mapped classes, as an option of a statement.

    ``ruled`` holds the tables that have a rule at all; a table outside it is refused.
    """

    __slots__ = ("_guarded", "_shape", "_values", "conditions", "ruled", "tables")

    inherit_cache = False
    propagate_to_loaders = False  # statements that load relationships pass the session's guard themselves

    def __init__(self, conditions: Mapping[Mapper[Any], ColumnElement[bool]], ruled: frozenset[FromClause]) -> None:
        self.conditions = dict(conditions)
        self.ruled = ruled
        self.tables: frozenset[FromClause] = frozenset(mapper.local_table for mapper in conditions)
        values: list[BindParameter[Any]] = []
        forms: list[Any] = [ruled]
        for mapper, condition in self.conditions.items():
            key = condition._generate_cache_key()
            if key is None:
                raise TypeError(f"The rule of {mapper.class_.__name__} uses something that cannot be cached.")
            forms.append((mapper, key.key))
            values.extend(key.bindparams)
        self._shape = _Shape.of(tuple(forms))
        self._values = values
        self._guarded: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()

    def put_into(self, statement: Executable) -> Executable:
        """Return the statement with this guard among its options; the same one again for the same statement.

        Statements that are made once keep what SQLAlchemy has worked out about them, such as their cache key.
        """
        found = self._guarded.get(statement)
        if found is None:
            found = self._guarded[statement] = statement.options(self)
        return found

    def _gen_cache_key(self, anon_map: Any, bindparams: list[BindParameter[Any]]) -> tuple[Any, ...]:
        bindparams.extend(self._values)
        return (RowGuard, self._shape)

    def process_compile_state(self, compile_state: Any) -> None:
        compile_state.global_attributes[_GUARD] = self
        self.get_global_criteria(compile_state.global_attributes)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for mapper, condition in self.conditions.items():
            _RowCriterion(mapper, condition).get_global_criteria(attributes)

    def condition_on(self, mapper: Mapper[Any]) -> ColumnElement[bool] | None:
        """Return the marked condition for a statement that SQLAlchemy adds no criteria to, or None for all rows."""
        condition = self.conditions.get(mapper)
        return None if condition is None else _mark(condition, mapper)


class _RowCriterion(LoaderCriteriaOption):
    """One condition on one mapped class, made anew for each compilation."""

    __slots__ = ()

    inherit_cache = True

    def __init__(self, mapper: Mapper[Any], condition: ColumnElement[bool]) -> None:
        super().__init__(mapper, condition, include_aliases=True)

    def _should_include(self, compile_state: Any) -> bool:
        # A rule says everything itself: nothing is added to the subqueries inside it.
        return not compile_state._containing_loader_criteria

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = _mark(_with_plain_values(super()._resolve_where_criteria(ext_info)), ext_info.mapper)
        # SQLAlchemy leaves the criterion of a join to an alias with a condition of its own unadapted.
        return ext_info._adapter.traverse(condition) if ext_info.is_aliased_class else condition


def _with_plain_values(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition with its own bind parameters instead of SQLAlchemy's annotated copies of them.

    Values are looked up by bind parameter at every execution, and comparing a copy builds a whole expression.
    """

    def plain(element: Any, **rest: Any) -> Any:
        return element._deannotate() if isinstance(element, BindParameter) and element._annotations else None

    return replacement_traverse(condition, {}, plain)


def _mark(condition: ColumnElement[bool], mapper: Mapper[Any]) -> ColumnElement[bool]:
    mark = {_MARK: _name_of(mapper)}
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        # A join puts the parts of an AND beside its own condition, and what was said of them together is gone.
        condition = and_(*(part._annotate(mark) for part in condition.clauses))
    return condition._annotate(mark)


def _name_of(mapper: Mapper[Any]) -> str:
    table: Any = mapper.local_table
    return str(table.fullname)


class GuardedCompiler:
    """Mixin for a dialect's SQL compiler: refuses guarded statements whose tables escaped their conditions."""

    @property
    def _guard(self: Any) -> RowGuard | None:
        found: RowGuard | None = self._global_attributes.get(_GUARD)
        return found

    def _setup_select_stack(self: Any, select: Any, compile_state: Any, entry: Any, *rest: Any) -> Any:
        froms = super()._setup_select_stack(select, compile_state, entry, *rest)  # type: ignore[misc]
        if self._guard is None:
            return froms
        if _is_inside_rule(select, compile_state) or any(enclosing.get(_EXEMPT) for enclosing in self.stack[:-1]):
            self.stack[-1][_EXEMPT] = True
            return froms
        if select._statement_hints or select._hints:
            raise UnguardedStatement("Hints are text that row rights cannot read.")
        conditions = _marked(select._where_criteria)
        for source in froms:
            self._check_source(source, conditions)
        return froms

    def _check_source(self, source: Any, conditions: list[ColumnElement[bool]]) -> None:
        """Refuse a FROM element, or a part of it, whose condition is not in force."""
        if isinstance(source, FromGrouping):
            self._check_source(source.element, conditions)
        elif isinstance(source, Join):
            self._check_join(source, conditions)
        elif (table := _table_of(source)) is not None:
            self._check_table(source, table, conditions)

    def _check_join(self, join: Any, conditions: list[ColumnElement[bool]]) -> None:
        both = conditions if join.full or join.onclause is None else [*conditions, *_marked([join.onclause])]
        # Rows of the kept side of an outer join come whatever its ON says.
        self._check_source(join.left, conditions if join.isouter else both)
        self._check_source(join.right, both)

    def _check_table(self, source: Any, table: Any, conditions: list[ColumnElement[bool]]) -> None:
        guard: Any = self._guard
        if not isinstance(table, Table):
            raise UnguardedStatement(f"Row rights cannot reach into {source}; select from mapped classes.")
        if table not in guard.ruled:
            raise UnguardedStatement(f"{table.name} has no rule that says who sees its rows.")
        if table in guard.tables and not any(_applies(condition, source, table) for condition in conditions):
            raise UnguardedStatement(
                f"Row rights do not reach {table.name} in this statement; use its mapped class, "
                "join it with select().join() and name it in select_from()."
            )

    def update_tables_clause(self: Any, statement: Any, table: Any, extra_froms: Any, **kw: Any) -> Any:
        self._check_change(statement, table, extra_froms)
        return super().update_tables_clause(statement, table, extra_froms, **kw)  # type: ignore[misc]

    def delete_table_clause(self: Any, statement: Any, table: Any, extra_froms: Any, **kw: Any) -> Any:
        self._check_change(statement, table, extra_froms)
        return super().delete_table_clause(statement, table, extra_froms, **kw)  # type: ignore[misc]

    def _check_change(self: Any, statement: Any, table: Any, extra_froms: Any) -> None:
        if self._guard is None:
            return
        if extra_froms or not isinstance(table, Table):
            raise UnguardedStatement("UPDATE and DELETE may name one table only; use a subquery for the others.")
        if len(self.stack) > 1:
            raise UnguardedStatement("A statement that changes rows may not be part of another one.")
        self._check_table(table, table._deannotate(), _marked(statement._where_criteria))

    def visit_insert(self: Any, statement: Any, *args: Any, **kw: Any) -> Any:
        self._refuse_if_guarded("INSERT statements bypass the journal; add objects or use insert_rows().")
        return super().visit_insert(statement, *args, **kw)  # type: ignore[misc]

    def visit_textclause(self: Any, clause: Any, *args: Any, **kw: Any) -> Any:
        self._refuse_if_guarded("Row rights cannot read text().")
        return super().visit_textclause(clause, *args, **kw)  # type: ignore[misc]

    def visit_textual_select(self: Any, clause: Any, *args: Any, **kw: Any) -> Any:
        self._refuse_if_guarded("Row rights cannot read text().")
        return super().visit_textual_select(clause, *args, **kw)  # type: ignore[misc]

    def visit_column(self: Any, column: Any, *args: Any, **kw: Any) -> Any:
        if column.is_literal and _SQL_WORDS.search(str(column.name)):
            self._refuse_if_guarded("Row rights cannot read literal_column().")
        return super().visit_column(column, *args, **kw)  # type: ignore[misc]

    def _refuse_if_guarded(self: Any, reason: str) -> None:
        if self._guard is not None and not any(enclosing.get(_EXEMPT) for enclosing in self.stack):
            raise UnguardedStatement(reason)


@cache
def guarded(compiler: type[Any]) -> type[Any]:
    """Return a dialect's SQL compiler with the guard in it: one class for all databases of a kind."""
    return type(f"Guarded{compiler.__name__}", (GuardedCompiler, compiler), {})


def _is_inside_rule(select: Any, compile_state: Any) -> bool:
    if getattr(compile_state, "_containing_loader_criteria", None):
        return True
    return "for_loader_criteria" in select._annotations


def _table_of(source: Any) -> Any:
    """Return the table behind aliases, the element of an alias of something else, or None for a subquery."""
    aliased = False
    while isinstance(source, (Alias, TableSample)):
        source, aliased = source.element, True
    if isinstance(source, Table):
        return source._deannotate() if source._annotations else source
    return source if aliased and isinstance(source, Join) else None


def _marked(criteria: Iterable[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of rules among criteria that are all in force, looking into AND but not into OR."""
    found: list[ColumnElement[bool]] = []
    for criterion in criteria:
        if _MARK in criterion._annotations:
            found.append(criterion)
        elif isinstance(criterion, Grouping):
            found.extend(_marked([criterion.element]))
        elif isinstance(criterion, BooleanClauseList) and criterion.operator is operators.and_:
            found.extend(_marked(criterion.clauses))
    return found


def _applies(condition: ColumnElement[bool], source: Any, table: Table) -> bool:
    """Tell whether a rule's condition restricts this very occurrence of its table."""
    if condition._annotations[_MARK] != table.fullname:
        return False
    owners = _owners(condition, table, inside=False) or _owners(condition, table, inside=True)
    return not owners or source in owners


def _owners(condition: Any, table: Table, *, inside: bool) -> set[Any]:
    """Return the table, or those of its aliases, whose columns a condition compares; also ``inside`` subqueries."""
    return {column.table for column in _columns_of(condition, inside=inside) if _table_of(column.table) is table}


def _columns_of(element: Any, *, inside: bool) -> Iterator[Any]:
    if isinstance(element, ColumnClause) and element.table is not None:
        yield element
    for child in element.get_children():
        if inside or not isinstance(child, SelectBase):
            yield from _columns_of(child, inside=inside)
