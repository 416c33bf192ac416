"""Brings the schema of the core and of every module to where the installed code wants it.

Each module has a lineage of its own: its own revisions, its own version table, its own table prefix. So a module
can be uninstalled without stopping the others, and its data waits until it comes back. One environment serves all.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from kartoteka.db.base import Model
from kartoteka.db.engine import Database
from kartoteka.db.lineages import (
    CORE,
    VERSION_TABLE,
    DataWithoutCode,
    Lineage,
    MigrationProblem,
    ModuleRevision,
    Status,
    check_prefixes,
    sort_lineages,
)
from kartoteka.db.migrating import checked_foreign_keys, migration_connection, migration_options, tables_of
from kartoteka.db.references import KnownModule, KnownTable, forget, remember
from kartoteka.db.statistics import write_statistics

__all__ = [
    "CORE",
    "DataWithoutCode",
    "Lineage",
    "MigrationProblem",
    "ModuleRevision",
    "Status",
    "check",
    "downgrade",
    "new_revision",
    "purge",
    "sort_lineages",
    "status",
    "upgrade",
]

_ENVIRONMENT = Path(__file__).parent / "migrations"


def upgrade(database: Database, lineages: Sequence[Lineage]) -> list[ModuleRevision]:
    """Bring all modules' tables to their newest revision and remember what the modules say about them.

    Returns what was behind before. Safe to run from several processes at once. A module whose migration fails is
    rolled back whole, those before it stay upgraded. Raises MigrationProblem.
    """
    ordered = sort_lineages(lineages)
    done: list[ModuleRevision] = []
    with migration_connection(database) as connection:
        _check_remembered_prefixes(connection, ordered)
        for lineage in ordered:
            before = _revision(connection, lineage)
            if not before.is_current:
                _run(connection, lineage, lambda config: command.upgrade(config, "head"))
                done.append(before)
        _remember_all(connection, ordered)
        with _all_or_nothing(connection):
            write_statistics(connection)
    return done


def status(database: Database, lineages: Sequence[Lineage]) -> Status:
    """Return where each module stands, and the tables whose module is gone; changes nothing."""
    with database.engine.connect() as connection:
        revisions = tuple(_revision(connection, lineage) for lineage in sort_lineages(lineages))
        return Status(revisions, tuple(_data_without_code(connection, {lineage.name for lineage in lineages})))


def purge(database: Database, module: Lineage | str) -> list[str]:
    """Remove a module's tables with all their rows and forget what it said; returns the tables removed.

    With its code (a lineage) it goes down through its revisions, without (a name) its remembered tables are
    dropped. Raises MigrationProblem for the core, and when rows of another module would then point nowhere.
    """
    name = module if isinstance(module, str) else module.name
    if name == CORE:
        raise MigrationProblem("The core's own tables cannot be removed.")
    with migration_connection(database) as connection:
        try:
            return _purge(connection, name, module)
        except DBAPIError as error:
            raise MigrationProblem(f"The tables of {name} cannot be removed: {error.orig}") from error


def _purge(connection: Connection, name: str, module: Lineage | str) -> list[str]:
    tables = _known_tables(connection).get(name, [])
    if isinstance(module, Lineage) and module.versions is not None:
        tables = tables_of(connection, module.prefix)
        _run(connection, module, lambda config: command.downgrade(config, "base"))
    with _all_or_nothing(connection):
        _drop_tables(connection, [*_existing(connection, tables), VERSION_TABLE + name])
        forget(connection, name)
    return tables


def downgrade(database: Database, lineage: Lineage) -> None:
    """Take a module's tables back through all its revisions; for tests. Raises MigrationProblem."""
    if lineage.versions is not None:
        with migration_connection(database) as connection:
            _run(connection, lineage, lambda config: command.downgrade(config, "base"))


def check(database: Database, lineage: Lineage) -> list[Any]:
    """Return the differences between a module's migrated tables and its models, as Alembic describes them."""
    with database.engine.connect() as connection:
        options = migration_options(connection, lineage.prefix, lineage.version_table)
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata))


def new_revision(database: Database, lineage: Lineage, message: str, *, autogenerate: bool = True) -> Path:
    """Write the next revision of a module from the differences between its models and an upgraded database.

    Raises MigrationProblem when the module has no folder for revisions or the database is behind.
    """
    if lineage.versions is None:
        raise MigrationProblem(f"{lineage.name} names no folder for its migrations.")
    lineage.versions.mkdir(parents=True, exist_ok=True)
    number = f"{len(list(lineage.versions.glob('[0-9]*.py'))) + 1:04}"

    def write(config: Config) -> Any:
        return command.revision(config, message, autogenerate=autogenerate, rev_id=number)

    with migration_connection(database) as connection:
        return Path(_run(connection, lineage, write).path)


def _config_for(lineage: Lineage, connection: Connection | None) -> Config:
    config = Config(cmd_opts=Namespace(quiet=True))
    for name, value in {
        "script_location": _ENVIRONMENT,
        "path_separator": "newline",
        "version_locations": lineage.versions,
        "file_template": "%(rev)s_%(slug)s",
    }.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    if connection is not None:
        options = migration_options(connection, lineage.prefix, lineage.version_table)
        config.attributes.update(connection=connection, options=options)
        connection.rollback()
    return config


def _run(connection: Connection, lineage: Lineage, work: Callable[[Config], Any]) -> Any:
    try:
        result = work(_config_for(lineage, connection))
    except CommandError as error:
        raise MigrationProblem(_explain(lineage, error)) from error
    finally:
        if connection.in_transaction():
            connection.rollback()
    return result


def _explain(lineage: Lineage, error: CommandError) -> str:
    if "Can't locate revision" in str(error):
        return f"The data of {lineage.name} comes from a newer version of it; install that version ({error})."
    return f"{lineage.name}: {error}"


def _revision(connection: Connection, lineage: Lineage) -> ModuleRevision:
    if lineage.versions is None:
        return ModuleRevision(lineage.name, None, None)
    context = MigrationContext.configure(connection, opts={"version_table": lineage.version_table})
    current = context.get_current_revision()
    connection.rollback()
    head = ScriptDirectory.from_config(_config_for(lineage, None)).get_current_head()
    return ModuleRevision(lineage.name, current, head)


def _remember_all(connection: Connection, lineages: Sequence[Lineage]) -> None:
    with _all_or_nothing(connection):
        for lineage in lineages:
            remember(
                connection,
                module=lineage.name,
                title=str(lineage.title),
                version=lineage.version,
                table_prefix=lineage.prefix,
                tables=tables_of(connection, lineage.prefix),
                client_references=lineage.client_references,
                personal_data=lineage.personal_data,
                owners=lineage.owners,
            )


def _check_remembered_prefixes(connection: Connection, lineages: Sequence[Lineage]) -> None:
    installed = {lineage.name: lineage.prefix for lineage in lineages}
    remembered = {module.module: module.table_prefix for module in _known_modules(connection)}
    check_prefixes(list({**remembered, **installed}.items()))


def _data_without_code(connection: Connection, installed: set[str]) -> Iterator[DataWithoutCode]:
    tables = _known_tables(connection)
    for module in _known_modules(connection):
        if module.module not in installed and module.module in tables:
            names = tuple(_existing(connection, tables[module.module]))
            yield DataWithoutCode(module.module, module.title, module.version, names)


def _known_modules(connection: Connection) -> list[Any]:
    return _rows(connection, KnownModule)


def _known_tables(connection: Connection) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for row in _rows(connection, KnownTable):
        known.setdefault(row.module, []).append(row.table_name)
    return known


def _rows(connection: Connection, model: type[Any]) -> list[Any]:
    table = model.__table__
    if not inspect(connection).has_table(table.name):
        connection.rollback()
        return []
    rows = list(connection.execute(select(table).order_by(*table.primary_key.columns)))
    connection.rollback()
    return rows


def _existing(connection: Connection, tables: Sequence[str]) -> list[str]:
    there = set(inspect(connection).get_table_names())
    return [table for table in tables if table in there]


def _drop_tables(connection: Connection, tables: Sequence[str]) -> None:
    quoted = [connection.dialect.identifier_preparer.quote_identifier(table) for table in tables]
    if connection.dialect.name == "sqlite":
        for table in quoted:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    else:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {', '.join(quoted)}")


@contextmanager
def _all_or_nothing(connection: Connection) -> Iterator[None]:
    if connection.in_transaction():
        connection.rollback()
    with connection.begin(), checked_foreign_keys(connection):
        yield
