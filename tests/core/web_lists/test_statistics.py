"""SQLite's planner is told what to expect, so that pages of a long list are found without reading all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from kartoteka.builtin.clients.models import Client
from kartoteka.db.statistics import STATISTICS
from kartoteka.testing.company import Company


@pytest.fixture
def plan(company: Callable[..., Company]) -> Callable[[str], str]:
    """Return how SQLite would answer a query on clients."""

    def ask(rest: str) -> str:
        with company().database.engine.connect() as connection:
            rows: Any = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM core_client {rest}"))
            return " ".join(row[3] for row in rows)

    return ask


def test_every_index_of_clients_is_described() -> None:
    table = Client.__table__
    assert table.info[STATISTICS].keys() == {index.name for index in table.indexes}


def test_a_page_of_ones_own_clients_is_walked_and_their_number_is_looked_up(plan: Callable[[str], str]) -> None:
    shared = "SELECT client_id FROM core_client_share WHERE user_id = 7"
    page = plan(f"WHERE state = 'active' AND (+manager_id = 7 OR +id IN ({shared})) ORDER BY name_sort, id LIMIT 51")
    assert "ix_core_client_by_name (state=?)" in page
    assert "TEMP B-TREE" not in page
    count = plan(f"WHERE state = 'active' AND (manager_id = 7 OR id IN ({shared})) LIMIT 10001")
    assert "MULTI-INDEX OR" in count
    assert "COVERING INDEX ix_core_client_by_manager (state=? AND manager_id=?)" in count


@pytest.mark.parametrize("condition", ["relationship = 'potential'", "client_kind = 'key'", "manager_id <> 7"])
def test_totals_are_counted_without_a_look_at_the_table(plan: Callable[[str], str], condition: str) -> None:
    assert "COVERING INDEX" in plan(f"WHERE state = 'active' AND {condition} LIMIT 10001")


def test_upgrading_again_keeps_one_line_for_each_index(company: Callable[..., Company]) -> None:
    from kartoteka.db.migrate import upgrade
    from kartoteka.extension.lineages import lineages

    made = company()
    upgrade(made.database, lineages(made.installation.registry))
    with made.database.engine.connect() as connection:
        lines = connection.execute(text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'core_client'")).scalars().all()
    assert len(lines) == len(set(lines)) == len(Client.__table__.info[STATISTICS])


@pytest.mark.needs_module("crm_clients")
def test_records_are_looked_for_by_whose_they_are_and_not_by_their_state(company: Callable[..., Company]) -> None:
    query = "SELECT id FROM crm_clients_position WHERE state = 'active' AND (client_id = 7 OR person_id = 7)"
    with company(modules=["crm_clients"]).database.engine.connect() as connection:
        rows: Any = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
        assert "MULTI-INDEX OR" in " ".join(row[3] for row in rows)


@pytest.mark.needs_module("crm_clients")
def test_the_director_of_a_client_is_looked_for_among_its_own_people(company: Callable[..., Company]) -> None:
    query = (
        "SELECT id FROM crm_clients_contact WHERE client_id = 7 AND role = 'director' AND state = 'active' "
        "ORDER BY name_sort, id LIMIT 1"
    )
    with company(modules=["crm_clients"]).database.engine.connect() as connection:
        rows: Any = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
        assert "ix_crm_clients_contact_by_client" in " ".join(row[3] for row in rows)
