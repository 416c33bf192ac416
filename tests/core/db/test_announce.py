"""News are told after the commit, dropped on rollback, and cannot break the work already done."""

from __future__ import annotations

import logging

import pytest
from blinker import Namespace
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from kartoteka.db.actor import Actor
from kartoteka.db.announce import announce, found_together, news_told
from kartoteka.db.base import Model, Record

SYSTEM = Actor.system("tests")
record_created = Namespace().signal("record-created")


class Announced(Record, Model):
    __tablename__ = "announce_record"

    name: Mapped[str]


MODELS = [Announced]


@pytest.fixture
def heard():
    facts: list[tuple] = []

    def hear(sender, **told):
        facts.append((sender, told["id"]))

    with record_created.connected_to(hear):
        yield facts


def tell(session, id, sender="tests.record"):
    session.add(Announced(id=id, name="x"))
    announce(session, record_created, sender, id=id)


def test_told_after_the_commit_only(storage, heard):
    with storage.transaction(SYSTEM) as session:
        tell(session, 1)
        session.flush()
        assert heard == []
    assert heard == [("tests.record", 1)]


def test_a_rollback_forgets(storage, heard):
    with pytest.raises(ZeroDivisionError):
        tell_and_fail(storage)
    with storage.transaction(SYSTEM):
        pass
    assert heard == []


def tell_and_fail(storage):
    with storage.transaction(SYSTEM) as session:
        tell(session, 1)
        session.flush()
        raise ZeroDivisionError


def test_a_released_savepoint_is_no_commit(storage, heard):
    with storage.transaction(SYSTEM) as session:
        tell(session, 1)
        with session.begin_nested():
            tell(session, 2)
        assert heard == []
    assert [number for _, number in heard] == [1, 2]


def test_a_rolled_back_savepoint_forgets_its_own_news_only(storage, heard):
    with storage.transaction(SYSTEM) as session:
        tell(session, 1)
        savepoint = session.begin_nested()
        tell(session, 2)
        with session.begin_nested():
            tell(session, 3)
        savepoint.rollback()
        tell(session, 4)
    assert [number for _, number in heard] == [1, 4]
    with storage.reading(SYSTEM) as session:
        assert session.scalars(select(Announced.id).order_by(Announced.id)).all() == [1, 4]


def test_news_of_a_released_savepoint_go_with_the_transaction(storage, heard):
    with storage.transaction(SYSTEM) as session:
        with session.begin_nested():
            tell(session, 1)
        session.rollback()
    assert heard == []


def test_a_failed_flush_inside_a_savepoint(storage, heard):
    with storage.transaction(SYSTEM) as session:
        tell(session, 1)
        session.flush()
        session.expunge_all()
        with pytest.raises(Exception, match=r"(?i)unique"), session.begin_nested():
            tell(session, 1)
    assert [number for _, number in heard] == [1]


def test_a_broken_receiver_stops_nobody(storage, heard, caplog):
    def broken(sender, **told):
        raise ValueError("broken module")

    caplog.set_level(logging.ERROR, "kartoteka.announce")
    with record_created.connected_to(broken), storage.transaction(SYSTEM) as session:
        tell(session, 1)
    assert heard == [("tests.record", 1)]
    assert "broken" in caplog.text
    with storage.reading(SYSTEM) as session:
        assert len(session.scalars(select(Announced)).all()) == 1


def test_a_receiver_may_write(storage):
    def write(sender, **told):
        with storage.transaction(SYSTEM) as session:
            session.add(Announced(id=told["id"] + 10, name="answer"))

    with record_created.connected_to(write), storage.transaction(SYSTEM) as session:
        tell(session, 1)
    with storage.reading(SYSTEM) as session:
        assert session.scalars(select(Announced.id).order_by(Announced.id)).all() == [1, 11]


def test_senders_are_matched_by_value(storage):
    heard = []

    def hear(sender, **told):
        heard.append(told["id"])

    with record_created.connected_to(hear, sender="tests.record"), storage.transaction(SYSTEM) as session:
        tell(session, 1, sender="".join(["tests", ".record"]))
        tell(session, 2, sender="tests.other")
    assert heard == [1]


def test_objects_are_no_facts(storage):
    with storage.transaction(SYSTEM) as session, pytest.raises(TypeError, match="record"):
        announce(session, record_created, "tests.record", record=Announced(id=1, name="x"))


def test_receivers_find_out_together_once_a_commit(storage):
    found = []

    def find():
        found.append(sorted(facts["id"] for _signal, _sender, facts in news_told()))
        return len(found)

    answers = []

    def hear(sender, **told):
        answers.append(found_together("all", find))

    with record_created.connected_to(hear):
        with storage.transaction(SYSTEM) as session:
            tell(session, 1)
            tell(session, 2)
        with storage.transaction(SYSTEM) as session:
            tell(session, 3)
        hear("tests.record", id=4)
    assert answers == [1, 1, 2, 3]
    assert found == [[1, 2], [3], []]
    assert news_told() == []


def test_what_could_not_be_found_out_is_tried_again(storage, caplog):
    tries = []

    def fail():
        tries.append(1)
        raise ValueError("busy")

    def hear(sender, **told):
        found_together("all", fail)

    with record_created.connected_to(hear), storage.transaction(SYSTEM) as session:
        tell(session, 1)
        tell(session, 2)
    assert len(tries) == 2
