"""A table that is being filled: PostgreSQL's planner learns of it at once, and not again with every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from kartoteka.db.journal import insert_rows


@pytest.fixture
def looks(shop: Any) -> Iterator[list[str]]:
    """Return what was said to the database to let it look at a table; it does nothing of its own accord."""
    told: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "ANALYZE" in statement:
            told.append(statement)

    if not shop.database.is_sqlite:
        with shop.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE trade_customer SET (autovacuum_enabled = false)"))
    event.listen(shop.database.engine, "before_cursor_execute", listen)
    yield told
    event.remove(shop.database.engine, "before_cursor_execute", listen)


def fill(shop: Any, count: int) -> None:
    with shop.transaction() as session:
        insert_rows(session, "trade_customer", ({"name": f"N{number}"} for number in range(count)))


def known(shop: Any) -> int:
    """Return how many rows the planner believes in."""
    with shop.database.engine.connect() as connection:
        return int(connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'trade_customer'")) or 0)


def test_the_planner_learns_of_a_table_that_is_filled(shop: Any, looks: list[str]) -> None:
    fill(shop, 499)
    assert looks == []
    fill(shop, 1)
    if shop.database.is_sqlite:
        assert looks == []
        return
    assert looks == ["ANALYZE (SKIP_LOCKED) trade_customer"]
    assert known(shop) == 500
    fill(shop, 4_000)
    assert (len(looks), known(shop)) == (1, 500)
    fill(shop, 500)
    assert (len(looks), known(shop)) == (2, 5_000)


def test_nobody_waits_for_another_who_looks_at_the_same_table(shop: Any, looks: list[str]) -> None:
    if shop.database.is_sqlite:
        fill(shop, 600)
        assert looks == []
        return
    with shop.database.engine.begin() as other:
        other.execute(text("ANALYZE trade_customer"))
        fill(shop, 600)
    assert len(looks) == 2
    assert len(shop.entries()) == 600
