"""Sessions that know for whom they work, and the place (database and actor) that the running code works in."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Select, bindparam, event, inspect, orm, select
from sqlalchemy.orm import LoaderCallableStatus, ORMExecuteState
from sqlalchemy.sql.lambdas import LambdaElement

from kartoteka.db.actor import Actor
from kartoteka.db.columns import reads_columns
from kartoteka.db.guard import RowGuard, UnguardedStatement
from kartoteka.vocabulary.errors import Forbidden, NotFound
from kartoteka.vocabulary.record import is_id

if TYPE_CHECKING:
    from kartoteka.db.engine import Database

T = TypeVar("T")
log = logging.getLogger("kartoteka.rights")


class ReadOnlySession(RuntimeError):
    """Something tried to write in a session that only reads."""

    def __init__(self) -> None:
        super().__init__("This session only reads. Open transaction() to write; a GET writes nothing.")


class Session(orm.Session):
    """A unit of work for one actor; made by ``Database.reading`` and ``Database.transaction`` only.

    While the actor is a person, every statement carries the row rights of that person, and statements that row
    rights cannot reach raise UnguardedStatement. Neither the actor nor ``is_reading`` ever changes.
    """

    def __init__(
        self, database: Database, bind: Engine, actor: Actor, options: Mapping[str, Any], *, is_reading: bool
    ) -> None:
        super().__init__(bind, expire_on_commit=False, execution_options=options)
        self._database = database
        self._actor = actor
        self._is_reading = is_reading
        self._guard: RowGuard | None = None if actor.is_system else database.rights.guard_for(actor)
        self._lifted = 0
        self._seen_as_system: set[Any] = set()

    @property
    def database(self) -> Database:
        """The database this session works in."""
        return self._database

    @property
    def actor(self) -> Actor:
        """The one this session works for."""
        return self._actor

    @property
    def is_reading(self) -> bool:
        """Whether this session can only read."""
        return self._is_reading

    @property
    def guard(self) -> RowGuard | None:
        """The row rights in force now, or None for the system and inside ``as_system``."""
        return None if self._lifted else self._guard

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Lift row rights without a word in the log: for the database room's own bookkeeping only."""
        self._lifted += 1
        try:
            yield
        finally:
            self._lifted -= 1

    def connection(self, *args: Any, **options: Any) -> Connection:
        """Return the connection of this session; raises UnguardedStatement in a guarded session."""
        self._refuse_if_guarded("connection()")
        return super().connection(*args, **options)

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement; one that only reads columns goes the short way, see `_read_columns`."""
        found = self._read_columns(statement, params, options)
        return super().execute(statement, params, **options) if found is None else found

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement and return the first value of each row."""
        found = self._read_columns(statement, params, options)
        return super().scalars(statement, params, **options) if found is None else found.scalars()

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement and return the first value of its first row, None without one."""
        found = self._read_columns(statement, params, options)
        return super().scalar(statement, params, **options) if found is None else found.scalar()

    def _read_columns(self, statement: Any, params: Any, options: Mapping[str, Any]) -> CursorResult[Any] | None:
        """Run a SELECT of columns without the machinery that loads objects; None where that one is needed.

        It reads the same rows in a third of the time, and row rights are put in and looked for as in any statement.
        """
        if options or not self._is_reading or isinstance(params, list) or not reads_columns(statement):
            return None
        guard = self.guard
        guarded = statement if guard is None else guard.put_into(statement)
        return super().connection().execute(guarded, params)

    def get(self, *args: Any, **options: Any) -> Any:
        """Look into the identity map; raises UnguardedStatement in a guarded session: use ``find``."""
        self._refuse_if_guarded("Session.get(): use find()")
        return super().get(*args, **options)

    def get_one(self, *args: Any, **options: Any) -> Any:
        """Like ``get``."""
        self._refuse_if_guarded("Session.get_one(): use find()")
        return super().get_one(*args, **options)

    def merge(self, *args: Any, **options: Any) -> Any:
        """Copy an object into the session; raises UnguardedStatement in a guarded session."""
        self._refuse_if_guarded("Session.merge(): use find() and set the values")
        return super().merge(*args, **options)

    def query(self, *args: Any, **options: Any) -> Any:
        """Refused in a guarded session: it can be turned into statements that row rights do not reach."""
        self._refuse_if_guarded("Session.query(): use select()")
        return super().query(*args, **options)

    def bulk_save_objects(self, *args: Any, **options: Any) -> NoReturn:
        """Refused always: it bypasses the journal."""
        raise UnguardedStatement("bulk_save_objects() bypasses the journal; use insert_rows() or update_rows().")

    def bulk_insert_mappings(self, *args: Any, **options: Any) -> NoReturn:
        """Refused always: it bypasses the journal."""
        raise UnguardedStatement("bulk_insert_mappings() bypasses the journal; use insert_rows().")

    def bulk_update_mappings(self, *args: Any, **options: Any) -> NoReturn:
        """Refused always: it bypasses the journal."""
        raise UnguardedStatement("bulk_update_mappings() bypasses the journal; use update_rows().")

    def _refuse_if_guarded(self, what: str) -> None:
        if self.guard is not None:
            raise UnguardedStatement(f"Row rights do not reach {what}.")

    def _identity_lookup(self, mapper: Any, primary_key_identity: Any, *args: Any, **options: Any) -> Any:
        """Look for the target of a relationship in memory, but ask again for what only the system has seen."""
        if self._seen_as_system and self.guard is not None:
            key = mapper.identity_key_from_primary_key(primary_key_identity)
            if key in self._seen_as_system:
                return LoaderCallableStatus.PASSIVE_NO_RESULT
        return super()._identity_lookup(mapper, primary_key_identity, *args, **options)


@event.listens_for(Session, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    session: Session = state.session  # type: ignore[assignment]
    if session.is_reading and (state.is_insert or state.is_update or state.is_delete):
        raise ReadOnlySession
    guard = session.guard
    if guard is None:
        return
    if not state.is_orm_statement or state.is_from_statement or isinstance(state.statement, LambdaElement):
        raise UnguardedStatement("Row rights do not reach statements on tables, text or lambdas: use mapped classes.")
    if state.is_insert:
        raise UnguardedStatement("INSERT statements bypass the journal; add objects or use insert_rows().")
    if (state.is_update or state.is_delete) and isinstance(state.parameters, (list, tuple)):
        raise UnguardedStatement("A bulk change by primary key reaches any row; use update_rows().")
    if state.is_column_load:
        _guard_refresh(state, guard)
    state.statement = guard.put_into(state.statement)


def _guard_refresh(state: ORMExecuteState, guard: RowGuard) -> None:
    """Restrict the reload of one object, which SQLAlchemy adds no criteria to."""
    mapper = state.bind_mapper
    condition = None if mapper is None else guard.condition_on(mapper)
    if condition is not None:
        state.statement = state.statement.where(condition)  # type: ignore[attr-defined]


@event.listens_for(Session, "before_flush")
def _refuse_writing(session: Session, context: Any, instances: Any) -> None:
    if not session.is_reading:
        return
    if session.new or session.deleted or any(session.is_modified(record) for record in session.dirty):
        raise ReadOnlySession


@dataclass(frozen=True)
class LastWork:
    """What the last transaction with tracked changes did: its operation, the kinds of records, how many entries."""

    operation_id: int
    kinds: frozenset[str]
    entries: int


@dataclass
class Workplace:
    """The database and the actor of the request, job or command that is running.

    ``last_work`` is what was committed last here: with it a page can offer to undo what it has just done. ``read`` is
    what was read here and need not be read again: a transaction that is opened here forgets it.
    """

    database: Database
    actor: Actor
    last_work: LastWork | None = None
    read: dict[Any, Any] = field(default_factory=dict)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Forget what was read, before and after something may be changed."""
        self.read.clear()
        try:
            yield
        finally:
            self.read.clear()


workplace: ContextVar[Workplace] = ContextVar("workplace")


@contextmanager
def use_workplace(database: Database, actor: Actor) -> Iterator[Workplace]:
    """Let ``reading()`` and ``transaction()`` work in this database for this actor until the block ends."""
    place = Workplace(database, actor)
    token = workplace.set(place)
    try:
        yield place
    finally:
        workplace.reset(token)


def who_works(session: orm.Session | None = None) -> Actor:
    """Return the actor of a session or, without one, of the running request, job or command.

    Where nobody is at work, as in a script, that is the program itself.
    """
    if session is not None:
        return actor_of(session)
    place = workplace.get(None)
    return Actor.system("nobody is at work") if place is None else place.actor


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that cannot write, for the actor of the running request, job or command."""
    place = workplace.get()
    with place.database.reading(place.actor) as session:
        yield session


@contextmanager
def transaction(title: object = None) -> Iterator[Session]:
    """Open a session that commits when the block ends, for the actor of the running request, job or command."""
    place = workplace.get()
    with place.changing(), place.database.transaction(place.actor, title) as session:
        yield session


@contextmanager
def read_as_program(reason: str) -> Iterator[Session]:
    """Open a session that cannot write, for the program itself: see `as_program`."""
    with workplace.get().database.reading(Actor.system(reason)) as session:
        yield session


@contextmanager
def as_program(reason: str, title: object = None) -> Iterator[Session]:
    """Open a session that commits when the block ends, for the program itself: for pages that ask for no sign-in.

    ``reason`` is for the log and must name no person. Nothing that a visitor sends limits the rows: whoever calls does.
    """
    place = workplace.get()
    with place.changing(), place.database.transaction(Actor.system(reason), title) as session:
        yield session


def actor_of(session: orm.Session) -> Actor:
    """Return the actor a session works for; raises TypeError for a session that was made elsewhere."""
    return _own(session).actor


def demand(session: orm.Session, *permissions: str) -> Actor:
    """Return the actor a session works for; raises Forbidden, naming the right, unless he has all of these."""
    actor = actor_of(session)
    for permission in permissions:
        if not actor.can(permission):
            raise Forbidden(permission=permission)
    return actor


@contextmanager
def as_system(session: orm.Session, *, reason: str) -> Iterator[orm.Session]:
    """Lift row rights until the block ends; nests.

    ``reason`` is logged at INFO and must name no person; raises ValueError when it is empty.
    """
    own = _own(session)
    if not reason.strip():
        raise ValueError("Say why row rights are lifted: reason is empty.")
    log.info("Row rights lifted: %s", reason)
    known = None if own.guard is None else set(own.identity_map.keys())
    try:
        with own.lifted():
            yield session
    finally:
        if known is not None:
            own._seen_as_system |= set(own.identity_map.keys()) - known


def find(session: orm.Session, model: type[T], id: int) -> T:
    """Return the record with this id if the actor may see it; raises NotFound otherwise."""
    record = find_or_none(session, model, id)
    if record is None:
        raise NotFound
    return record


def find_or_none(session: orm.Session, model: type[T], id: int) -> T | None:
    """Return the record with this id if the actor may see it, or None."""
    if not is_id(id):
        return None
    return session.scalars(_by_id(model), {"wanted": id}).one_or_none()


@cache
def _by_id(model: type[T]) -> Select[tuple[T]]:
    # Made once: making a statement costs as much as its answer, and every page and every change asks this one.
    return select(model).where(inspect(model).primary_key[0] == bindparam("wanted"))


def _own(session: orm.Session) -> Session:
    if not isinstance(session, Session):
        raise TypeError("This session was not opened by a Database: it has no actor and no row rights.")
    return session
