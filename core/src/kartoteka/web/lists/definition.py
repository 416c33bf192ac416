"""What a list consists of: columns, filters and orders, from fields of a record kind and from modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, select

from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choices, FieldType
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordState

PAGE_SIZE = 50
STATE_FILTER = "state"
RESERVED = frozenset({"q", "sort", "at", "go", "count", "view", "any"})
"""What stands in addresses of lists beside filters, see ``address``; no filter may have these names."""
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """A column of a list.

    One of the two gives its values: ``expression``, part of the list's own statement, or ``value(session, ids)``,
    asked for one page at once. ``sort`` names an order of the list; without it the head has no arrow. ``module`` is
    set when the column comes from a declaration: its failure must not take the list down.
    """

    name: str
    title: Message
    type: FieldType
    expression: ColumnElement[Any] | None = None
    value: Callable[[Session, Sequence[int]], Mapping[int, Any]] | None = None
    sort: str | None = None
    choices: Choices = ()
    permission: str | None = None
    module: str = ""


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """A filter of a list; ``condition(value)`` turns what was asked for into a condition.

    By type the value is: for a choice the chosen values, for a user `ChosenUsers`, for days a Period, for numbers
    (lowest, highest), for yes and no a bool, for everything else the text. ``optional`` offers "not set" too.
    ``single`` numbers are asked for one value instead of an interval. With ``is_empty``, the condition that a record
    has no value, the filter finds empty and filled-in ones too.
    """

    name: str
    title: Message
    type: FieldType
    condition: Callable[[Any], ColumnElement[bool]]
    choices: Choices = ()
    permission: str | None = None
    module: str = ""
    optional: bool = False
    single: bool = False
    is_empty: ColumnElement[bool] | None = None

    @property
    def is_interval(self) -> bool:
        """Whether the address has two values for it: ``name.from`` and ``name.to``."""
        return self.type in DAYS or (self.type in NUMBERS and not self.single)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The names of its values in addresses."""
        return (f"{self.name}.from", f"{self.name}.to") if self.is_interval else (self.name,)

    @cached_property
    def sense(self) -> str:
        """The name in addresses of how it is meant: ``not``, ``empty`` or ``filled``."""
        return f"{self.name}.is"

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """All names it has in addresses."""
        return (*self.values, self.sense)


@dataclass(frozen=True, kw_only=True)
class ListOrder:
    """An order of a list: a column that is indexed and never empty; ``type`` says how "go to" reads a value."""

    name: str
    column: ColumnElement[Any]
    type: FieldType
    permission: str | None = None


@dataclass(frozen=True)
class ChosenUsers:
    """The users a filter asks for: by id, all but one ("others'"), or nobody at all."""

    ids: tuple[int, ...] = ()
    others_than: int | None = None
    nobody: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordList:
    """A list of records of one kind.

    ``name`` is what modules add columns and filters to. ``path`` is its address, ``order`` the first order ("-"
    before it for descending), ``shown`` the columns of who has chosen none ("a|b" is b where there is no a),
    ``facts`` those that remain on a phone, at most three, ``tabs`` the filter whose choices stand above the list,
    ``quick`` those beside the search. ``users(session)`` returns (id, name) for filters by user,
    ``searched(session)`` the record kinds whose texts are searched; ``search_column`` says whether their record or
    their client is the one listed. ``edit_path`` is added to a record's address for its form; ``new_path`` is the
    form for another one, given with the right it needs. With ``export_permission`` the list has a page ``export`` for
    those who have that right. A list that ``is_extended`` shows fields that the company has added to its records.
    ``totals(session, found)`` returns what stands beside the number of records, such as a sum: ``found`` is a select of
    the ids of everything that is found, on all pages. It is left out where there are more than are counted.
    """

    name: str
    kind: str
    model: type[Any]
    title: Message
    icon: str
    path: str
    columns: tuple[ListColumn, ...]
    filters: tuple[ListFilter, ...]
    orders: tuple[ListOrder, ...]
    order: str
    shown: tuple[str, ...]
    name_column: str = "name"
    facts: tuple[str, ...] = ()
    tabs: str | None = None
    quick: tuple[str, ...] = ()
    users: Callable[[Session], Sequence[tuple[int, str]]] | None = None
    searched: Callable[[Session], Sequence[str]] | None = None
    search_column: str = "record_id"
    search_hint: Message | None = None
    edit_path: str | None = None
    edit_permission: str | None = None
    new_path: str | None = None
    new_permission: str | None = None
    new_title: Message | None = None
    export_permission: str | None = None
    nothing_yet: Message | None = None
    size: int = PAGE_SIZE
    is_extended: bool = True
    totals: Callable[[Session, Select[Any]], Sequence[Translatable]] | None = None
    declared: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        taken = RESERVED.intersection(one.name for one in self.filters)
        if taken:
            raise ValueError(f"The list {self.name} has a filter called {min(taken)}, which its addresses need.")

    def find_order(self, name: str) -> ListOrder | None:
        """Return an order by name."""
        return next((order for order in self.orders if order.name == name), None)

    @property
    def has_state(self) -> bool:
        """Whether records of this list can be put away; lists show those in use unless asked."""
        return hasattr(self.model, "state")

    @property
    def id(self) -> Any:
        """The column with the ids of the records."""
        return getattr(self.model, inspect(self.model).primary_key[0].key)

    @cached_property
    def ids(self) -> Select[Any]:
        """The ids of all records; kept, so that what is made out of it is kept too."""
        return select(self.id)

    @cached_property
    def ids_in_use(self) -> Select[Any]:
        """The ids of the records that are not put away, or of all where they cannot be."""
        return self.ids.where(self.model.state == RecordState.ACTIVE) if self.has_state else self.ids

    @property
    def default_order(self) -> tuple[str, bool]:
        """The name of the first order, and whether it is descending."""
        return self.order.removeprefix("-"), self.order.startswith("-")


SHOWN_STATES = (RecordState.ACTIVE, RecordState.ARCHIVED)
