"""Where in a list somebody is: everything that its address says, readable and complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kartoteka.vocabulary.text import clean_line
from kartoteka.web.lists.definition import ListFilter, RecordList
from kartoteka.web.lists.reading import LONGEST, MOST_VALUES

QUERY, ORDER, PLACE, GO, EXACTLY = "q", "sort", "at", "go", "count"
OWN_PARAMETERS = (QUERY, ORDER, PLACE, GO, EXACTLY)
_MOST_CURSOR = 2000


@dataclass(frozen=True)
class ListAddress:
    """The state of a list as its address gives it.

    ``filters`` are the raw values by parameter, in the order of the list's filters. ``place`` is a cursor, ``go`` the
    value of the order's column to go to, ``exactly`` asks for the exact total.
    """

    path: str
    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = ""
    descending: bool = False
    default: tuple[str, bool] = ("", False)
    place: str = ""
    go: str = ""
    exactly: bool = False

    def url(self, **changes: Any) -> str:
        """Return the address with these changes; any change leads back to the first page."""
        moved = replace(self, **{"place": "", "go": "", **changes})
        pairs = list(moved.pairs())
        return f"{moved.path}?{urlencode(pairs, safe=':,-')}" if pairs else moved.path

    def pairs(self, *, moving: bool = True) -> Iterator[tuple[str, str]]:
        """Yield the parameters, those of filters first; without ``moving`` those that lead to a page are left out."""
        for name, values in self.filters.items():
            for value in values:
                yield name, value
        if (self.order, self.descending) != self.default:
            yield ORDER, f"-{self.order}" if self.descending else self.order
        if self.query:
            yield QUERY, self.query
        if moving and self.place:
            yield PLACE, self.place
        if moving and self.go:
            yield GO, self.go
        if moving and self.exactly:
            yield EXACTLY, "exact"

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
        order=order,
        descending=descending,
        default=default,
        place=args.get(PLACE, "")[:_MOST_CURSOR],
        go=clean_line(args.get(GO, "")[:LONGEST]),
        exactly=args.get(EXACTLY) == "exact",
    )


def _given(filters: Iterable[ListFilter], args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    given: dict[str, tuple[str, ...]] = {}
    for one in filters:
        for name in one.parameters:
            values = tuple(value[:LONGEST] for value in args.getlist(name)[:MOST_VALUES] if value.strip())
            if values:
                given[name] = values
    return given
