"""Fields that a company has added to its record kinds: read once for each state of the company, seen wherever it works.

Whoever iterates over the fields of a record kind gets those that modules declare and, where the code that asks works
for a company, those of the company behind them. Nobody has to know which is which.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary, ref

from sqlalchemy.exc import DBAPIError

from kartoteka.db.actor import Actor
from kartoteka.db.session import workplace

if TYPE_CHECKING:
    from kartoteka.db.engine import Database
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.custom import CustomField
    from kartoteka.extension.declarations.data import Field

log = logging.getLogger(__name__)
READING = Actor.system("fields of the company")
Loader: TypeAlias = "Callable[[Session], Mapping[str, Iterable[CustomField]] | None]"
"""Reads the open fields of the company in their order, by record kind."""


class CompanyFields:
    """The fields that one company has added, kept by this process until the state version rises."""

    def __init__(self, database: Database, load: Loader) -> None:
        # Weakly: these fields are kept by their database, and would keep it for ever.
        self._database = ref(database)
        self._load = load
        self._version: int | None = None
        # Replaced as a whole: other threads see the old fields or the new ones.
        self._known: Mapping[str, tuple[CustomField, ...]] | None = None
        self._last: Mapping[str, tuple[CustomField, ...]] = {}

    def of(self, kind: str) -> tuple[CustomField, ...]:
        """Return the fields that the company has added to a record kind, in their order."""
        known = self._known
        if known is None:
            known = self._read()
        return known.get(kind, ())

    def refresh(self, version: int) -> None:
        """Forget the fields when the state of the company has changed."""
        if version != self._version:
            self._version = version
            self._known = None

    def forget(self) -> None:
        """Read the fields anew when they are asked for next."""
        self._known = None

    def _read(self) -> Mapping[str, tuple[CustomField, ...]]:
        database = self._database()
        if database is None:
            return {}
        try:
            with database.reading(READING) as session:
                found = {kind: tuple(fields) for kind, fields in (self._load(session) or {}).items()}
        except DBAPIError:
            log.info("Fields of the company can't be read yet.")
            return {}
        # Equal fields stay the same objects: what lists have made out of them is kept with them.
        self._last = {kind: _same(self._last.get(kind, ()), fields) for kind, fields in found.items()}
        self._known = self._last
        return self._last


def _same(old: tuple[CustomField, ...], new: tuple[CustomField, ...]) -> tuple[CustomField, ...]:
    if old == new:
        return old
    known = {one.name: one for one in old}
    return tuple(known[one.name] if known.get(one.name) == one else one for one in new)


_bound: WeakKeyDictionary[Database, CompanyFields] = WeakKeyDictionary()


def bind_fields(database: Database, load: Loader) -> CompanyFields:
    """Say how the fields of a database's company are read."""
    found = _bound[database] = CompanyFields(database, load)
    return found


def fields_of(database: Database) -> CompanyFields | None:
    """Return the fields of the company whose database this is; None where no modules are bound to it."""
    return _bound.get(database)


def fields_here(kind: str) -> tuple[CustomField, ...]:
    """Return the fields that the company has added for which the running code works; none where it works for none."""
    place = workplace.get(None)
    known = None if place is None else _bound.get(place.database)
    return () if known is None else known.of(kind)


class FieldsOf(tuple["Field", ...]):
    """The fields of a record kind: the declared ones, and behind them those of the company that is worked for."""

    kind: str

    def __new__(cls, kind: str, declared: Iterable[Field]) -> FieldsOf:
        made = super().__new__(cls, declared)
        made.kind = kind
        return made

    @property
    def declared(self) -> tuple[Field, ...]:
        """Only the fields that modules declare."""
        return tuple(tuple.__iter__(self))

    def __iter__(self) -> Iterator[Field]:
        yield from tuple.__iter__(self)
        yield from fields_here(self.kind)

    def __len__(self) -> int:
        return tuple.__len__(self) + len(fields_here(self.kind))

    def __contains__(self, one: object) -> bool:
        return any(one == field for field in self)

    def __getitem__(self, place: Any) -> Any:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return tuple.__ne__(self, other)

    def __hash__(self) -> int:
        return tuple.__hash__(self)


class FieldsByName(Mapping[str, "Field"]):
    """The fields of a record kind by name, see `FieldsOf`."""

    def __init__(self, fields: FieldsOf) -> None:
        self._kind = fields.kind
        self._declared: dict[str, Field] = {field.name: field for field in fields.declared}
        # Replaced as a whole, as another thread may work for another company.
        self._last: tuple[tuple[CustomField, ...], dict[str, Field]] = (), self._declared

    def __getitem__(self, name: str) -> Field:
        found = self._declared.get(name)
        return self._here()[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._here())

    def __len__(self) -> int:
        return len(self._here())

    def values(self) -> ValuesView[Field]:
        """Return the fields in their order."""
        return self._here().values()

    def _here(self) -> dict[str, Field]:
        own, last = fields_here(self._kind), self._last
        if own is not last[0]:
            added = {field.name: field for field in own if field.name not in self._declared}
            self._last = last = own, {**self._declared, **added}
        return last[1]
