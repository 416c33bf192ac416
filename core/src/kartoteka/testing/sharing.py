"""What companies of one test process share, because it says nothing about any of them and takes long to make."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from kartoteka.extension.calls import is_traced
from kartoteka.extension.version import ENTRY_POINT_GROUP
from kartoteka.memory import settle
from kartoteka.testing.routing import share_routes

if TYPE_CHECKING:
    from kartoteka.config import Config
    from kartoteka.db.engine import Database
    from kartoteka.extension.registry import Registry

    _Known: TypeAlias = tuple[Registry, list[tuple[Any, dict[str, Any]]]]

_MOST_STATEMENTS = 2000
_registries: dict[tuple[tuple[str, str], ...], _Known] = {}
_statements: LRUCache[Any, Any] = LRUCache(_MOST_STATEMENTS)
_guards: dict[int, tuple[Registry, dict[Any, Any]]] = {}
"""What rules of row rights have answered, by the id of the registry that they come from, which is kept along."""


def share() -> None:
    """Let everything made from now on share what it can."""
    share_routes()
    _count_dialects_as_one()


@cache
def settle_once() -> None:
    """Look for no garbage among what the first company of a process has loaded: a tenth of the time of all tests."""
    settle()


def shared_registry(config: Config, given: Iterable[EntryPoint] | None) -> Registry | None:
    """Return what the installed modules declare, or those that are given in their place; None where a setting matters.

    It is loaded anew when one of them is another object than before, or when somebody has put something else into one.
    """
    from kartoteka.installation import load_registry

    if config.first_result or is_traced():
        return None
    points = installed_points() if given is None else tuple(given)
    key = tuple(sorted((point.name, point.value) for point in points))
    known = _registries.get(key)
    if known is None or not _is_unchanged(known, points):
        registry = load_registry(config, points)
        plugins = (registry.calls.plugin(module.name) for module in registry.modules)
        known = _registries[key] = registry, [(plugin, dict(vars(plugin))) for plugin in plugins]
    return known[0]


def _is_unchanged(known: _Known, points: Iterable[EntryPoint]) -> bool:
    """Tell whether these entry points lead to the very plugins that were loaded, with nothing else in them since."""
    registry, contents = known
    if registry.broken or not all(_holds_only(plugin, content) for plugin, content in contents):
        return False
    return all(registry.calls.plugin(point.name) is point.load() for point in points)


def _holds_only(plugin: Any, content: dict[str, Any]) -> bool:
    """Tell whether a plugin holds the very objects that it held; they may not be comparable."""
    now = vars(plugin)
    return now.keys() == content.keys() and all(now[name] is value for name, value in content.items())


def installed_points() -> tuple[EntryPoint, ...]:
    """Return the entry points of the installed modules."""
    return _installed(tuple(sys.path))


def installed_among(points: Iterable[EntryPoint]) -> tuple[EntryPoint, ...]:
    """Return those that are entry points of installed modules, and no stand-ins that a test has made."""
    return tuple(point for point in points if isinstance(point, EntryPoint) and point in installed_points())


@cache
def _installed(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return the installed modules' entry points: those in these folders."""
    return tuple(entry_points(group=ENTRY_POINT_GROUP))


def share_statements(database: Database) -> None:
    """Let a database take over the statements that others of its kind have compiled."""
    for engine in (database.engine, database._readers):
        engine._compiled_cache = _statements


def share_guards(database: Database, registry: Registry) -> None:
    """Let a database take over what row rights answered elsewhere: rules of one registry depend on the actor alone.

    A rule that is added later, by a test for example, ends it.
    """
    database.rights._guards = _guards.setdefault(id(registry), (registry, {}))[1]


def _count_dialects_as_one() -> None:
    """Let compiled statements, which are found by their dialect, count all dialects of a kind as the same one.

    SQLAlchemy's mappers keep compiled statements too, and with them every dialect and database there has been.
    """
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_alike  # type: ignore[method-assign, assignment]
        dialect.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]


def _is_alike(one: Any, other: object) -> bool:
    return one is other or (type(one) is type(other) and _traits(one) == _traits(other))


def _hash_of_kind(dialect: Any) -> int:
    return hash(type(dialect))


def _traits(dialect: Any) -> tuple[Any, ...]:
    return dialect.statement_compiler, getattr(dialect, "server_version_info", None)
