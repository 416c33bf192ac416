"""Sessions of both kinds, on both databases: what they begin, what they refuse, what they say."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from sqlalchemy import String, create_engine, event, insert, orm, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import NullPool

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model, Record
from kartoteka.db.engine import Database, is_busy, normalise_url
from kartoteka.db.rights import PUBLIC
from kartoteka.db.session import ReadOnlySession, actor_of, reading, transaction, use_workplace, workplace
from kartoteka.vocabulary.errors import AlreadyThere, Busy

SYSTEM = Actor.system("tests")
PERSON = Actor(user_id=1, name="Ona")


class EngineNote(Record, Model):
    __tablename__ = "engine_note"
    __row_scope__ = PUBLIC

    text: Mapped[str]


class EngineName(Model):
    __tablename__ = "engine_name"
    __row_scope__ = PUBLIC

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    short: Mapped[str] = mapped_column(String(5), unique=True)


MODELS = [EngineNote, EngineName]


def count(database: Database) -> int:
    with database.reading(SYSTEM) as session:
        return len(session.scalars(select(EngineNote)).all())


def test_transaction_commits_on_a_clean_exit(storage):
    with storage.transaction(SYSTEM) as session:
        session.add(EngineNote(text="kept"))
    assert count(storage) == 1


def test_transaction_rolls_back_on_an_error(storage):
    with pytest.raises(ZeroDivisionError):
        write_and_fail(storage)
    assert count(storage) == 0


def test_the_second_of_two_equal_names_is_told_so(storage):
    with storage.transaction(SYSTEM) as session:
        session.add(EngineName(name="Žuvėdra", short="ŽUV"))
    with pytest.raises(AlreadyThere), storage.transaction(SYSTEM) as session:
        session.add(EngineName(name="Žuvis", short="ŽUV"))


def write_and_fail(database: Database) -> None:
    with database.transaction(SYSTEM) as session:
        session.add(EngineNote(text="lost"))
        session.flush()
        raise ZeroDivisionError


@pytest.mark.parametrize("actor", [SYSTEM, PERSON], ids=["system", "person"])
def test_reading_refuses_objects(storage, actor):
    with storage.reading(actor) as session:
        session.add(EngineNote(text="no"))
        with pytest.raises(ReadOnlySession):
            session.flush()
    assert count(storage) == 0


def test_reading_refuses_changes_of_loaded_objects(storage):
    with storage.transaction(SYSTEM) as session:
        session.add(EngineNote(text="old"))
    with storage.reading(PERSON) as session:
        session.scalars(select(EngineNote)).one().text = "new"
        with pytest.raises(ReadOnlySession):
            session.flush()


def test_reading_refuses_statements_that_write(storage):
    with storage.reading(SYSTEM) as session, pytest.raises(ReadOnlySession):
        session.execute(insert(EngineNote).values(text="no"))


def test_reading_refuses_text_that_writes(storage):
    with pytest.raises(ReadOnlySession), storage.reading(SYSTEM) as session:
        session.execute(text("DELETE FROM engine_note"))


def test_reading_and_writing_by_turns_do_not_mix_up(storage):
    for _ in range(3):
        count(storage)
        with storage.transaction(SYSTEM) as session:
            session.add(EngineNote(text="more"))
    assert count(storage) == 3


def test_no_connection_changes_between_reading_and_writing_on_sqlite(storage):
    if not storage.is_sqlite:
        return  # PostgreSQL is told with BEGIN, which costs nothing
    told = {"read": [], "write": []}
    for _ in range(3):
        with storage.reading(SYSTEM) as session:
            raw_of(session).set_trace_callback(told["read"].append)
            session.scalars(select(EngineNote)).all()
        with storage.glance() as connection:
            connection.execute(select(EngineNote.id))
        with storage.transaction(SYSTEM) as session:
            raw_of(session).set_trace_callback(told["write"].append)
            session.add(EngineNote(text="more"))
    assert told["read"].count("BEGIN") == 5
    assert told["write"].count("BEGIN IMMEDIATE") == 2
    # It would throw away every statement that the connection has prepared.
    assert not [line for lines in told.values() for line in lines if "query_only" in line]


def raw_of(session):
    return orm.Session.connection(session).connection.dbapi_connection


def test_reading_sees_one_moment(storage):
    if not storage.is_sqlite:
        return  # PostgreSQL reads committed rows statement by statement, which pages do not mind
    with storage.reading(SYSTEM) as session:
        assert session.scalars(select(EngineNote)).all() == []
        with storage.transaction(SYSTEM) as writer:
            writer.add(EngineNote(text="later"))
        assert session.scalars(select(EngineNote)).all() == []


def test_begin_and_query_only_are_no_counted_statements(storage):
    seen = []
    event.listen(storage.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    count(storage)
    assert len(seen) == 1


def test_busy_database_says_so(storage):
    with storage.transaction(SYSTEM) as session:
        session.add(EngineNote(id=1, text="held"))
    shorten_waiting(storage)
    held, release = threading.Event(), threading.Event()
    worker = threading.Thread(target=hold_row, args=(storage, held, release))
    worker.start()
    try:
        assert held.wait(10)
        with pytest.raises(Busy, match="busy"):
            change_note(storage, "mine")
    finally:
        release.set()
        worker.join()
    assert count(storage) == 1


def change_note(database: Database, text: str) -> None:
    with database.transaction(PERSON) as session:
        session.scalars(select(EngineNote)).one().text = text


def shorten_waiting(database: Database) -> None:
    statement = "PRAGMA busy_timeout=50" if database.is_sqlite else "SET lock_timeout = '50ms'"
    database.dispose()
    event.listen(database.engine, "connect", lambda raw, record: run_raw(raw, statement))


def run_raw(raw, statement: str) -> None:
    raw.execute(statement)
    raw.commit()


def hold_row(database: Database, held: threading.Event, release: threading.Event) -> None:
    with database.transaction(SYSTEM) as session:
        session.scalars(select(EngineNote)).one().text = "theirs"
        session.flush()
        held.set()
        release.wait(10)


def test_other_database_errors_are_not_called_busy(storage):
    with pytest.raises(Exception, match="nowhere") as caught, storage.reading(SYSTEM) as session:
        session.execute(text("SELECT * FROM nowhere"))
    assert not is_busy(caught.value)


def test_workplace_carries_database_and_actor(storage):
    with use_workplace(storage, PERSON):
        with transaction("Write a note") as session:
            assert actor_of(session) is PERSON
            assert session.info["operation_title"] == "Write a note"
            session.add(EngineNote(text="x"))
        with reading() as session:
            assert session.is_reading
    with pytest.raises(LookupError):
        workplace.get()


def test_a_session_keeps_its_actor_and_its_kind(storage):
    with storage.reading(PERSON) as session:
        with pytest.raises(AttributeError):
            session.actor = SYSTEM
        with pytest.raises(AttributeError):
            session.is_reading = False


def test_foreign_keys_and_settings_of_sqlite(storage):
    if not storage.is_sqlite:
        return
    with storage.reading(SYSTEM) as session:
        answers = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("foreign_keys", "journal_mode")}
        assert answers == {"foreign_keys": 1, "journal_mode": "wal"}
        assert session.scalar(text("PRAGMA busy_timeout")) == 10_000


def test_deleted_ids_are_not_given_again(storage):
    for expected in (1, 2):
        with storage.transaction(SYSTEM) as session:
            note = EngineNote(text="short-lived")
            session.add(note)
            session.flush()
            assert note.id == expected
            session.delete(note)


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("sqlite:///x.db", "sqlite+pysqlite"),
    ],
)
def test_urls_get_their_driver(written, driver):
    assert normalise_url(written).drivername == driver


def test_other_databases_are_refused():
    with pytest.raises(ValueError, match="mysql"):
        normalise_url("mysql://u@h/d")


def test_actor_answers_for_its_rights():
    actor = Actor(user_id=1, permissions=frozenset({"clients.view"}), reach=Reach.OWN)
    assert actor.can("clients.view")
    assert not actor.can("clients.edit")
    assert SYSTEM.can("anything at all")
    with pytest.raises(ValueError, match="reason"):
        Actor.system("")


def test_reading_goes_on_after_a_failed_statement(storage):
    with storage.transaction(SYSTEM) as session:
        session.add(EngineNote(text="kept"))
    with storage.reading(SYSTEM) as session:
        note = session.scalars(select(EngineNote)).one()
        with suppress(DBAPIError):
            session.execute(text("select nothing from nowhere"))
        assert session.scalars(select(EngineNote.text)).all() == ["kept"]
        with pytest.raises(DBAPIError):
            session.execute(text("delete from engine_note"))
    assert note.text == "kept"


def test_a_connection_that_has_gone_while_nobody_asked_is_replaced(storage, monkeypatch):
    if storage.is_sqlite:
        return  # a file does not go
    assert count(storage) == 0
    with storage.engine.connect() as connection:
        other = connection.execute(text("select pg_backend_pid()")).scalar_one()
    with fresh_engine(storage.url).connect() as killer:
        killer.execute(text("select pg_terminate_backend(:other)"), {"other": other})
    monkeypatch.setattr("kartoteka.db.engine._FRESH_SECONDS", -1)
    assert count(storage) == 0


def fresh_engine(url):
    return create_engine(url, poolclass=NullPool)
