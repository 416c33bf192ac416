"""What companies of one test process share, because it says nothing about any of them and takes long to make."""

from __future__ import annotations

import gc
import importlib.metadata
import sys
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from kartoteka.extension.calls import is_traced
from kartoteka.extension.version import ENTRY_POINT_GROUP
from kartoteka.testing.routing import share_routes

if TYPE_CHECKING:
    from kartoteka.config import Config
    from kartoteka.db.engine import Database
    from kartoteka.extension.registry import Registry

_MOST_STATEMENTS = 2000
_GARBAGE = 5000, 20, 20
"""How much is made before garbage is looked for: less often than usual, for most of what there is stays."""
_registries: dict[tuple[tuple[str, str], ...], tuple[Registry, list[tuple[Any, dict[str, Any]]]]] = {}
_statements: LRUCache[Any, Any] = LRUCache(_MOST_STATEMENTS)


def share() -> None:
    """Let everything made from now on share what it can."""
    share_routes()
    gc.set_threshold(*_GARBAGE)
    _count_dialects_as_one()


def shared_registry(config: Config, entry_points: Iterable[importlib.metadata.EntryPoint] | None) -> Registry | None:
    """Return what the installed modules declare, or the core alone (no entry points); None for other modules.

    It is loaded anew when somebody has put something else into a module since.
    """
    from kartoteka.installation import load_registry

    points = _installed(tuple(sys.path)) if entry_points is None else tuple(entry_points)
    if (points and entry_points is not None) or config.first_result or is_traced():
        return None
    key = tuple(sorted((point.name, point.value) for point in points))
    known = _registries.get(key)
    if known is None or any(vars(plugin) != content for plugin, content in known[1]):
        registry = load_registry(config, points)
        plugins = (registry.calls.plugin(module.name) for module in registry.modules)
        known = _registries[key] = registry, [(plugin, dict(vars(plugin))) for plugin in plugins]
    return known[0]


@cache
def _installed(path: tuple[str, ...]) -> tuple[importlib.metadata.EntryPoint, ...]:
    """Return the installed modules' entry points: those in these folders."""
    return tuple(importlib.metadata.entry_points(group=ENTRY_POINT_GROUP))


def share_statements(database: Database) -> None:
    """Let a database take over the statements that others of its kind have compiled."""
    for engine in (database.engine, database._readers, database._glancers, database._writers):
        engine._compiled_cache = _statements


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
