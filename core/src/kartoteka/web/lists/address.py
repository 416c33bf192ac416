"""Where in a list somebody is: everything that its address says, readable and complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kartoteka.vocabulary.text import clean_line
from kartoteka.web.lists.definition import ListFilter, RecordList
from kartoteka.web.lists.reading import LONGEST, MOST_VALUES

QUERY, ORDER, PLACE, GO, EXACTLY, VIEW, ANY = "q", "sort", "at", "go", "count", "view", "any"
OWN_PARAMETERS = (QUERY, ORDER, PLACE, GO, EXACTLY, ANY)
MOVING = (PLACE, GO, EXACTLY)
EVERYTHING = "all"
"""The view that is none: the whole list, where a saved view opens first."""

_MOST_CURSOR = 2000


@dataclass(frozen=True)
class ListAddress:
    """The state of a list as its address gives it.

    ``filters`` are the raw values by parameter, in the order of the list's filters. ``place`` is a cursor, ``go`` the
    value of the order's column to go to, ``exactly`` asks for the exact total. With ``either`` it is enough to meet one
    of the filters; the tab and the state count in any case. ``view`` is the id of the saved view
    that the list started from and ``saved`` what that view asks for; ``has_default`` says that the bare address opens
    a view, so that everything needs a word of its own.
    """

    path: str
    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    either: bool = False
    order: str = ""
    descending: bool = False
    default: tuple[str, bool] = ("", False)
    place: str = ""
    go: str = ""
    exactly: bool = False
    view: int | None = None
    saved: frozenset[tuple[str, str]] = frozenset()
    has_default: bool = False

    def url(self, **changes: Any) -> str:
        """Return the address with these changes; any change leads back to the first page."""
        moved = object.__new__(ListAddress)  # replace() takes longer than the rest, and a page has many addresses
        vars(moved).update(vars(self), **{"place": "", "go": "", **changes})
        pairs = list(moved.pairs())
        return f"{moved.path}?{urlencode(pairs, safe=':,-')}" if pairs else moved.path

    def pairs(self, *, moving: bool = True) -> Iterator[tuple[str, str]]:
        """Yield the parameters, those of filters first.

        A saved view stands for what it asks for. Without ``moving`` everything is spelled out, and what leads to a
        page is left out.
        """
        asked = list(self._asked())
        if not (moving and self.view is not None and frozenset(asked) == self.saved):
            yield from asked
        if not moving:
            return
        yield from self._of_view(asked)
        if self.place:
            yield PLACE, self.place
        if self.go:
            yield GO, self.go
        if self.exactly:
            yield EXACTLY, "exact"

    def _asked(self) -> Iterator[tuple[str, str]]:
        for name, values in self.filters.items():
            for value in values:
                yield name, value
        if self.either and self.filters:
            yield ANY, "1"
        if (self.order, self.descending) != self.default:
            yield ORDER, f"-{self.order}" if self.descending else self.order
        if self.query:
            yield QUERY, self.query

    def _of_view(self, asked: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        if self.view is not None and (asked or not self.saved):
            yield VIEW, str(self.view)
        elif not asked and self.has_default:
            yield VIEW, EVERYTHING

    @property
    def is_changed(self) -> bool:
        """Whether the list shows something else than the saved view it started from."""
        return self.view is not None and frozenset(self._asked()) != self.saved

    @property
    def cleared(self) -> str:
        """The address of the whole list."""
        order, descending = self.default
        return self.url(filters={}, query="", order=order, descending=descending, view=None)

    def without(self, one: ListFilter) -> str:
        """Return the address without a filter."""
        return self.url(filters={name: self.filters[name] for name in self.filters if name not in one.parameters})

    def with_choice(self, one: ListFilter, *values: str) -> str:
        """Return the address with other values of a filter."""
        rest = {name: self.filters[name] for name in self.filters if name not in one.parameters}
        return self.url(filters={one.name: values, **rest} if values else rest)

    @property
    def is_limited(self) -> bool:
        """Whether a search or a filter limits the list."""
        return bool(self.query or self.filters)


def read_address(
    definition: RecordList, filters: Iterable[ListFilter], args: MultiDict[str, str], path: str
) -> ListAddress:
    """Read the state of a list from the parameters of a request; unknown ones are left out."""
    default = definition.default_order
    wanted = args.get(ORDER, "")
    order, descending = wanted.removeprefix("-"), wanted.startswith("-")
    if definition.find_order(order) is None:
        order, descending = default
    return ListAddress(
        path=path,
        query=clean_line(args.get(QUERY, "")[:LONGEST]),
        filters=_given(filters, args),
        either=args.get(ANY) == "1",
        order=order,
        descending=descending,
        default=default,
        place=args.get(PLACE, "")[:_MOST_CURSOR],
        go=clean_line(args.get(GO, "")[:LONGEST]),
        exactly=args.get(EXACTLY) == "exact",
    )


def in_readable_order(definition: RecordList, address: ListAddress, can: Callable[[str], bool]) -> ListAddress:
    """Return an address in its first order when it asks for one by values that the visitor may not read."""
    order = definition.find_order(address.order)
    if order is None or order.permission is None or can(order.permission):
        return address
    return replace(address, order=address.default[0], descending=address.default[1])


def _given(filters: Iterable[ListFilter], args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    given: dict[str, tuple[str, ...]] = {}
    asked = args.keys()
    for one in filters if asked else ():
        for name in one.parameters:
            if name not in asked:
                continue
            values = tuple(value[:LONGEST] for value in args.getlist(name)[:MOST_VALUES] if value.strip())
            if values:
                given[name] = values
    return given
