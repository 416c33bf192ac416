"""Many rows written at once: every row once, in its order, whatever their number."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Numeric, String, Table, select

from kartoteka.db.chunks import insert_many
from kartoteka.db.engine import Database
from kartoteka.db.types import JsonDict, UTCDateTime

THINGS = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(50)),
    Column("at", UTCDateTime),
    Column("day", Date),
    Column("price", Numeric(12, 2)),
    Column("more", JsonDict),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def thing(number: int) -> dict[str, object]:
    """Return a row of which some values stand in its neighbours too, and some are missing."""
    return {
        "id": number,
        "name": None if number % 3 == 0 else f"Žuvėdra {number}",
        "at": None if number % 5 == 0 else NOON,
        "day": date(2026, 1, 1 + number % 2),
        "price": Decimal(number) / 4,
        "more": {"number": number} if number % 4 else {},
    }


@pytest.mark.parametrize("count", [0, 1, 19, 20, 99, 100, 123, 1_111])
def test_every_row_is_written_once(storage, count):
    rows = [thing(number) for number in range(1, count + 1)]
    with storage.engine.begin() as connection:
        THINGS.create(connection)
        insert_many(connection, THINGS, rows)
        assert [dict(row) for row in connection.execute(select(THINGS).order_by("id")).mappings()] == rows


def test_a_statement_of_sqlite_writes_many_rows(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'things.db'}")
    told: list[str] = []
    with database.engine.begin() as connection:
        THINGS.create(connection)
        connection.connection.dbapi_connection.set_trace_callback(told.append)
        insert_many(connection, THINGS, [thing(number) for number in range(1, 224)])
    database.dispose()
    assert len([one for one in told if one.startswith("INSERT INTO thing")]) == 2 + 2 + 3
