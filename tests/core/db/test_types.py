"""Columns and errors behave alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.types import JsonDict, JsonList, SortText, UTCDateTime, record_ref
from kartoteka.vocabulary.errors import Conflict, Forbidden, InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState

SYSTEM = Actor.system("tests")


class Sample(Record, Stateful, Model):
    __tablename__ = "types_sample"

    name_sort: Mapped[str] = mapped_column(SortText(50), default="")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    facts: Mapped[dict | None] = mapped_column(JsonDict)
    tags: Mapped[list | None] = mapped_column(JsonList)
    origin: Mapped[RecordRef | None] = record_ref("origin")


MODELS = [Sample]


def keep(storage, **values) -> Sample:
    with storage.transaction(SYSTEM) as session:
        session.add(Sample(**values))
    with storage.reading(SYSTEM) as session:
        return session.scalars(select(Sample)).one()


def test_moments_come_back_in_utc(storage):
    local = datetime(2026, 7, 1, 12, 30, 1, 234567, tzinfo=timezone(timedelta(hours=3)))
    kept = keep(storage, at=local)
    assert kept.at == local
    assert kept.at.tzinfo is UTC
    assert kept.created_at.tzinfo is UTC


def test_moments_without_a_zone_are_refused(storage):
    with pytest.raises(Exception, match="time zone"):
        keep(storage, at=datetime(2026, 7, 1))  # noqa: DTZ001 - that is the point


def test_moments_compare_in_the_database(storage):
    keep(storage, at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    with storage.reading(SYSTEM) as session:
        earlier = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=3)))
        assert session.scalars(select(Sample.id).where(Sample.at > earlier)).all() == [1]


def test_sort_text_is_compared_byte_by_byte(storage):
    words = ["b", "a b", "ab", "B", "a", "ž", "a-b", ""]
    with storage.transaction(SYSTEM) as session:
        session.add_all(Sample(name_sort=word) for word in words)
    with storage.reading(SYSTEM) as session:
        assert session.scalars(select(Sample.name_sort).order_by(Sample.name_sort)).all() == sorted(words)


def test_json_notices_changes_and_knows_null(storage):
    kept = keep(storage, facts={"a": [1, "ž"]}, tags=None)
    assert kept.tags is None
    with storage.transaction(SYSTEM) as session:
        sample = session.scalars(select(Sample).where(Sample.tags.is_(None))).one()
        sample.facts["b"] = True
    with storage.reading(SYSTEM) as session:
        sample = session.scalars(select(Sample)).one()
        assert (sample.facts, sample.version) == ({"a": [1, "ž"], "b": True}, 2)


def test_record_refs_are_values(storage):
    assert keep(storage, origin=RecordRef("inquiries.inquiry", 17)).origin == RecordRef("inquiries.inquiry", 17)
    with storage.reading(SYSTEM) as session:
        found = select(Sample.id).where(Sample.origin == RecordRef("inquiries.inquiry", 17))
        assert session.scalars(found).all() == [1]


def test_record_refs_may_be_empty_and_are_indexed(storage):
    assert keep(storage).origin is None
    columns = [[column.name for column in index.columns] for index in Sample.__table__.indexes]
    assert ["origin_kind", "origin_id"] in columns
    assert Sample.__table__.c.origin_id.info == {"record_ref": "origin"}


def test_records_begin_active_at_version_one(storage):
    kept = keep(storage)
    assert (kept.state, kept.version) == (RecordState.ACTIVE, 1)


def test_a_stale_version_is_a_conflict(storage):
    keep(storage)
    with pytest.raises(Conflict):
        change_behind_the_back(storage)


def change_behind_the_back(storage):
    with storage.transaction(SYSTEM) as session:
        session.scalars(select(Sample)).one().name_sort = "mine"
        session.connection().exec_driver_sql("UPDATE types_sample SET version = 7")


def test_errors_speak_and_name_their_field():
    assert str(Refused(_("No: %(why)s", why="closed"), "state")) == "No: closed"
    assert Refused("x", "state").field == "state"
    assert all(isinstance(error, Problem) for error in (NotFound(), Forbidden(permission="a.b"), Conflict()))
    assert Forbidden(permission="a.b").permission == "a.b"
    invalid = InvalidInput({"name": _("Give a name.")})
    assert invalid.field == "name"
    assert "name: Give a name." in str(invalid)
    assert Conflict(theirs={"name": "x"}).theirs == {"name": "x"}
