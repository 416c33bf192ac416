"""One company's installation: settings, modules and database, for pages, commands and workers alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from sqlalchemy.exc import ArgumentError

from kartoteka.builtin import BUILTINS
from kartoteka.builtin.access.queries import confidential_columns, marked_fields
from kartoteka.builtin.modules.queries import state_version
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.company_config import CompanyConfig
from kartoteka.config import BadSettings, Config
from kartoteka.db.actor import Actor
from kartoteka.db.blobs import BlobStore, store_from
from kartoteka.db.engine import Database
from kartoteka.extension.binding import Extension
from kartoteka.extension.company_fields import fields_of
from kartoteka.extension.loader import load_modules
from kartoteka.extension.registry import Registry, build
from kartoteka.extension.wiring import wire

SIGNING_IN = Actor.system("sign-in")


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One company's installation without its pages: settings, modules and database, for pages and commands alike."""

    config: Config
    database: Database
    extension: Extension

    @property
    def registry(self) -> Registry:
        """What the installed modules declare."""
        return self.extension.registry

    @cached_property
    def company(self) -> CompanyConfig:
        """The settings in force, the company's own above those of the environment; as of the last `refreshed`."""
        return CompanyConfig(self.config, self._stored)

    def refreshed(self) -> CompanyConfig:
        """Return the settings in force at this moment: for commands and jobs; requests notice changes by themselves."""
        with self.database.glance() as connection:
            version = state_version(connection)
        self.refresh(version)
        return self.company

    def refresh(self, version: int) -> None:
        """Let a change of the company's settings take effect, noticed by the state version."""
        if (own_fields := fields_of(self.database)) is not None:
            own_fields.refresh(version)
        if self.company.refresh(version):
            self.database.search.region = self.company.country
            with self.database.reading(SIGNING_IN) as session:
                marks = marked_fields(session)
            self.database.search.confidential = confidential_columns(self.registry, marks)

    def _stored(self) -> Mapping[str, str]:
        with self.database.reading(SIGNING_IN) as session:
            return stored_settings(session)


def open_installation(
    config: Config | None = None,
    *,
    entry_points: Iterable[EntryPoint] | None = None,
    registry: Registry | None = None,
) -> Installation:
    """Load the modules and connect them to the database that the settings name; asks the database nothing yet.

    ``entry_points`` replaces the installed modules; ``registry`` is what `load_registry` has returned already, for a
    process that serves several companies. Raises BadSettings, BrokenCore and ConflictingAnswers.
    """
    config = config or Config.from_environment()
    registry = registry or load_registry(config, entry_points)
    database = _open_database(config)
    database.search.region = config.country
    database.files = Path(config.instance)
    database.private_targets = config.private_webhooks
    database.blobs = _open_store(config)
    database.address = config.address.rstrip("/")
    database.push_hosts = frozenset(one.strip().lower() for one in config.push_hosts.split(",") if one.strip())
    return Installation(config=config, database=database, extension=wire(database, registry))


def load_registry(config: Config, entry_points: Iterable[EntryPoint] | None = None) -> Registry:
    """Load the modules, check and arrange what they declare; raises BrokenCore and ConflictingAnswers."""
    return build(load_modules(builtin_plugins(), entry_points, answers=config.first_result))


def _open_database(config: Config) -> Database:
    try:
        return Database(config.database, secret=config.secret)
    except (ValueError, ArgumentError) as error:
        raise BadSettings(f"KARTOTEKA_DATABASE can't be used: {error}") from error
    except ImportError as error:
        raise BadSettings("PostgreSQL needs its driver. Install it: pip install 'kartoteka[postgres]'") from error


def _open_store(config: Config) -> BlobStore:
    try:
        return store_from(config.files, Path(config.instance) / "files")
    except ValueError as error:
        raise BadSettings(f"KARTOTEKA_FILES can't be used: {error}") from error
    except ImportError as error:
        raise BadSettings("Object storage needs its library. Install it: pip install 'kartoteka[s3]'") from error


def requires_of(registry: Registry, modules: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the permissions of these modules, each with those it has no effect without."""
    return {
        permission.name: permission.also_requires for permission in registry.permissions if permission.module in modules
    }


def builtin_plugins() -> list[tuple[str, Any]]:
    """Return the core's own features."""
    return [(name, import_module(f"kartoteka.builtin.{name}.plugin")) for name in BUILTINS]


def unready(installation: Installation) -> str | None:
    """Return why the pages can't be served yet and what to run, None when everything is in place."""
    from sqlalchemy.exc import DBAPIError

    from kartoteka.db.settled import is_settled
    from kartoteka.extension.lineages import lineages

    wanted = lineages(installation.registry)
    try:
        if is_settled(installation.database, wanted):
            return None
        # Alembic is slow and large to import: a start needs it only when something has changed.
        from kartoteka.db.migrate import status

        found = status(installation.database, wanted)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return f"The database can't be reached: {reason}. Check KARTOTEKA_DATABASE."
    behind = [one.name for one in found.revisions if not one.is_current]
    if behind:
        return f"The database is not up to date ({', '.join(behind)}). Run: kartoteka db upgrade"
    return None
