"""One company's database: its engine, its two kinds of sessions, and the rules that modules add."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import random
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.engine.base import OptionEngine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from kartoteka.db import audit as _audit  # noqa: F401 - adds to the chain at each commit
from kartoteka.db.actor import Actor
from kartoteka.db.blobs import BlobStore, LocalStore
from kartoteka.db.guard import guarded
from kartoteka.db.journal import JournalRules
from kartoteka.db.rights import RowRights
from kartoteka.db.search import SearchRules
from kartoteka.db.session import ReadOnlySession, Session
from kartoteka.vocabulary.errors import AlreadyThere, Busy, Conflict, DiskFull

SQLITE_WAIT_MS = 10_000
UNIQUE_VIOLATION = "23505"
"""PostgreSQL's SQLSTATE for a value that must be unique and is not (appendix A of its manual)."""
_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout={SQLITE_WAIT_MS}",  # before WAL: changing the mode needs a lock
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA mmap_size=2147418112",  # the most there is: what is read lies in the system's cache, once for all
    "PRAGMA temp_store=MEMORY",
)
_BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "40P01"}  # lock not available, deadlock detected
_FULL_CODES = {sqlite3.SQLITE_FULL, "53100"}  # disk full, also of what is sorted and joined aside
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY_CODES = {sqlite3.SQLITE_READONLY, "25006"}
_MODE = "kartoteka_mode"
_READING: Mapping[str, Any] = {_MODE: "read", "postgresql_readonly": True}
"""The options of PostgreSQL's connections while they cannot write; SQLite has connections that never can."""
_LAIN_SINCE = "kartoteka_lain_since"
_FRESH_SECONDS = 5
_LOOK_SECONDS = 0.005


class Database:
    """One company's database.

    ``url`` is ``sqlite:///file`` or ``postgresql://...`` (psycopg is meant when no driver is named); ``secret``
    signs cursors. ``rights``, ``journal`` and ``search`` hold the rules that modules add while the application
    starts. ``files`` is the folder for files beside the database; ``blobs`` keeps contents by their hash.
    ``private_targets`` lets messages go to machines of the private network. ``address``
    is where browsers find the installation, empty while nobody said so, ``push_hosts`` are further hosts that push
    messages may go to.
    """

    def __init__(self, url: str | URL, *, secret: str = "") -> None:
        self.url = normalise_url(url)
        self.secret = secret
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _make_engine(self.url)
        self.engine.dialect.statement_compiler = guarded(self.engine.dialect.statement_compiler)
        self.rights = RowRights()
        self.journal = JournalRules()
        self.search = SearchRules()
        self.files = Path("instance")
        self.private_targets = False
        self.address = ""
        self.push_hosts: frozenset[str] = frozenset()
        self._blobs: BlobStore | None = None
        self._readers = self.engine
        self._reading = {} if self.is_sqlite else _READING
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            self._readers = _reading_sqlite(self.engine)
        else:
            _forgive_readers(self.engine)
            _ask_idle_connections(self.engine)

    @property
    def blobs(self) -> BlobStore:
        """The store of contents: the folder ``files`` beside the database, unless another one was set."""
        return self._blobs or LocalStore(self.files / "files")

    @blobs.setter
    def blobs(self, store: BlobStore) -> None:
        self._blobs = store

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[Session]:
        """Open a session that cannot write, for one GET or one report; raises Busy."""
        with _errors_explained(), Session(self, self._readers, actor, self._reading, is_reading=True) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """Open a bare connection that cannot write, for the small questions of every request and every change.

        No session, no row rights: nothing that it reads may reach a page unchecked.
        """
        # One statement needs no transaction; that spares PostgreSQL two round trips of every request.
        with _errors_explained(), self._readers.connect() as connection:
            yield self._limited(connection, "AUTOCOMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a bare connection that cannot write and sees the database as it was at one moment, for a backup."""
        with _errors_explained(), self._readers.connect() as connection:
            yield self._limited(connection, "REPEATABLE READ")

    def _limited(self, connection: Connection, level: str) -> Connection:
        """Keep a connection of PostgreSQL from writing; those of SQLite that are handed out for reading never can."""
        return connection if self.is_sqlite else connection.execution_options(isolation_level=level, **_READING)

    @contextmanager
    def transaction(self, actor: Actor, title: object = None) -> Iterator[Session]:
        """Open a session that commits when the block ends and rolls back when it raises.

        ``title`` names the operation in the journal. On SQLite the write lock is taken at once. Raises Busy, DiskFull,
        Conflict when somebody else has saved a record since it was read, AlreadyThere for a repeated unique value.
        """
        with _errors_explained(), Session(self, self.engine, actor, {}, is_reading=False) as session:
            if title is not None:
                session.info["operation_title"] = title
            with session.begin():
                yield session

    def dispose(self) -> None:
        """Close all connections."""
        self._readers.dispose()
        self.engine.dispose()


def normalise_url(url: str | URL) -> URL:
    """Return the URL with its driver: psycopg 3 for PostgreSQL, the built-in one for SQLite; raises ValueError."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(f"Kartoteka works with SQLite and PostgreSQL, not with {backend!r}.")


def is_busy(error: BaseException) -> bool:
    """Tell whether a database error means that somebody else holds a lock."""
    return _code_of(error) in _BUSY_CODES


def is_repeated(error: BaseException) -> bool:
    """Tell whether a database error means that a value that must be unique is there already."""
    original = getattr(error, "orig", None) or error
    extended = getattr(original, "sqlite_errorcode", None)
    return extended == sqlite3.SQLITE_CONSTRAINT_UNIQUE or getattr(original, "sqlstate", None) == UNIQUE_VIOLATION


def _code_of(error: BaseException) -> int | str | None:
    """Return SQLite's primary result code or PostgreSQL's SQLSTATE."""
    original = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF
    return getattr(original, "sqlstate", None)


@contextmanager
def _errors_explained() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.OperationalError) as error:
        if is_busy(error):
            raise Busy from error
        if _code_of(error) in _FULL_CODES:
            raise DiskFull from error
        if _code_of(error) in _READ_ONLY_CODES:
            raise ReadOnlySession from error
        if is_repeated(error):
            raise AlreadyThere from error
        raise
    except OSError as error:
        if error.errno in _FULL_ERRNOS:
            raise DiskFull from error
        raise
    except StaleDataError as error:
        raise Conflict from error


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(url, pool_size=16, max_overflow=16, pool_use_lifo=True)
    # Prepared statements fall into a generic plan that skips the trigram indexes: 2.6 became 213 ms.
    options = {"prepare_threshold": None, "options": "-c lock_timeout=10s -c timezone=UTC"}
    return create_engine(url, pool_size=16, max_overflow=16, pool_use_lifo=True, connect_args=options)


def _forgive_readers(engine: Engine) -> None:
    """Let sessions that read go on after a failed statement, as SQLite does.

    PostgreSQL answers nothing more in a transaction in which a statement has failed. What a module asks may fail, and
    a savepoint before each of its statements would cost two round trips every time.
    """

    @event.listens_for(engine, "handle_error")
    def start_over(context: ExceptionContext) -> None:
        connection = context.connection
        if connection is None or context.is_disconnect:
            return
        if connection.get_execution_options().get(_MODE) == "read":
            connection.connection.rollback()


def _ask_idle_connections(engine: Engine) -> None:
    """Ask a connection whether it is still there when it has lain in the pool for a while.

    Asking at every checkout (``pool_pre_ping``) would cost each request a round trip for each session.
    """

    @event.listens_for(engine, "checkin")
    def lay_down(raw: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_LAIN_SINCE] = monotonic()

    @event.listens_for(engine, "checkout")
    def take_up(raw: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        if monotonic() - record.info.get(_LAIN_SINCE, monotonic()) < _FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


class _OwnPool(OptionEngine):
    """The engine that it is made of, with connections of its own: those of sessions that read, on SQLite.

    A connection that is told to read only, or to write again, throws away all statements that it has prepared
    (``PRAGMA query_only`` expires them). If readers and writers shared connections, each change would parse its twenty
    statements anew, and the page after it its own: a third of the time of a save.
    """

    pool: Pool = None  # type: ignore[assignment]  # in place of the property that leads to the other engine's

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, {})
        self.pool = engine.pool.recreate()


def _reading_sqlite(engine: Engine) -> Engine:
    """Return the same engine with connections that can only read."""
    readers = _OwnPool(engine)

    @event.listens_for(readers.pool, "connect")
    def set_up(raw: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        raw.execute("PRAGMA query_only=ON").close()
        record.info[_MODE] = "read"

    return readers


def _prepare_sqlite(engine: Engine) -> None:
    # Not by the event "begin": an engine with events looks for them around every statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign]

    @event.listens_for(engine, "connect")
    def set_up(raw: sqlite3.Connection, record: Any) -> None:
        raw.isolation_level = None  # the driver must not guess when a transaction begins
        for pragma in _SQLITE_PRAGMAS:
            raw.execute(pragma).close()


def _begin(connection: PoolProxiedConnection) -> None:
    raw: sqlite3.Connection = connection.dbapi_connection  # type: ignore[assignment]
    if connection.info.get(_MODE) == "read":
        raw.execute("BEGIN").close()
    else:
        _begin_writing(raw)


def _begin_writing(raw: sqlite3.Connection) -> None:
    """Take SQLite's write lock, looking often whether it is free.

    SQLite itself looks every 100 ms only, and would miss the short moments between two steps of a long job.
    """
    patience_ms = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    give_up_at = monotonic() + patience_ms / 1000
    raw.execute("PRAGMA busy_timeout=0").close()
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE").close()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or monotonic() >= give_up_at:
                    raise
                sleep(_LOOK_SECONDS * (0.5 + random()))  # noqa: S311 - so that waiters do not march in step
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={patience_ms}").close()
