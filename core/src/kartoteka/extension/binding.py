"""Which modules work on which database: one installation may serve several companies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ScalarSelect, Select, orm

from kartoteka.db.session import Session
from kartoteka.extension.activation import Activation
from kartoteka.extension.registry import Registry

if TYPE_CHECKING:
    from kartoteka.db.engine import Database


@dataclass(frozen=True, eq=False)
class Extension:
    """The modules of one company: what they declare and which of them are on.

    ``counters`` are the scalar selects of tabs and badges by family and key, ``countings`` the statements that ask for
    several at once: they are made when they are first needed, for making them costs more than their answers.
    """

    registry: Registry
    activation: Activation
    counters: dict[tuple[str, str], ScalarSelect[Any]] = field(default_factory=dict)
    countings: dict[tuple[tuple[str, str], ...], Select[Any]] = field(default_factory=dict)


_bound: WeakKeyDictionary[Database, Extension] = WeakKeyDictionary()


def bind(database: Database, registry: Registry) -> Extension:
    """Let these modules work on this database."""
    extension = _bound[database] = Extension(registry, Activation(registry))
    return extension


def extension_of(place: Database | orm.Session) -> Extension:
    """Return the modules that work on a database or in a session; LookupError when none were bound."""
    database = place.database if isinstance(place, Session) else place
    try:
        return _bound[database]  # type: ignore[index]
    except (KeyError, TypeError):
        raise LookupError("No modules are bound to this database; call kartoteka.extension.wiring.wire.") from None
