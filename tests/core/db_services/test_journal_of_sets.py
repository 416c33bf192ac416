"""The journal of changes to many rows at once, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import (
    select,
    text,
)

from kartoteka.db.actor import Actor
from kartoteka.db.clock import at_moment
from kartoteka.db.journal import (
    delete_rows,
    insert_rows,
    update_rows,
)


def add_customer(shop, **values):
    with shop.transaction("New customer") as session:
        customer = shop.Trader(**{"name": "UAB Žuvėdra", **values})
        session.add(customer)
    return customer.id


class TestSets:
    def test_insert_fills_defaults_and_derived_columns(self, shop, moment):
        with at_moment(moment), shop.transaction() as session:
            keys = insert_rows(
                session, "trade_customer", [{"name": "Ž"}, {"name": "A", "limit": Decimal("1.10"), "state": "archived"}]
            )
        with shop.reading() as session:
            first, second = session.scalars(select(shop.Trader).order_by(shop.Trader.id))
            assert [first.id, second.id] == keys
            assert (first.name_sort, first.state, first.version, first.tags) == ("z", "active", 1, {})
            assert first.created_at == moment
            assert (second.limit, second.state) == (Decimal("1.10"), "archived")
        assert [(entry.action, entry.record_id, entry.record_version) for entry in shop.entries()] == [
            ("created", keys[0], 1),
            ("created", keys[1], 1),
        ]

    def test_ids_are_never_given_twice(self, shop):
        with shop.transaction() as session:
            keys = insert_rows(session, "trade_customer", [{"name": "A"}, {"name": "B"}])
        with shop.transaction() as session:
            delete_rows(session, "trade_customer", keys)
        with shop.transaction() as session:
            customer = shop.Trader(name="C")
            session.add(customer)
            session.flush()
            more = insert_rows(session, "trade_customer", [{"name": "D"}])
            other = shop.Trader(name="E")
            session.add(other)
            session.flush()
        assert len({*keys, customer.id, *more, other.id}) == 5

    def test_more_rows_than_a_chunk_keep_their_order(self, shop):
        with shop.transaction() as session:
            keys = insert_rows(session, "trade_customer", ({"name": f"N{number}"} for number in range(1203)))
        with shop.reading() as session:
            names = {row.id: row.name for row in session.execute(select(shop.Trader.id, shop.Trader.name))}
        assert [names[key] for key in keys] == [f"N{number}" for number in range(1203)]
        assert len(shop.entries()) == 1203

    def test_rows_may_name_their_columns_in_any_order(self, shop):
        numbers = range(1, 31)
        rows = [{"name": f"N{n}", "code": str(n)} if n % 2 else {"code": str(n), "name": f"N{n}"} for n in numbers]
        with shop.database.engine.begin() as connection:
            kind = "INTEGER PRIMARY KEY" if shop.database.is_sqlite else "SERIAL PRIMARY KEY"
            connection.execute(text(f"CREATE TABLE gone_word (id {kind}, word TEXT, code TEXT)"))
        with shop.transaction() as session:
            insert_rows(session, shop.Trader, rows)
            gone = [
                {"id": n, "word": f"N{n}", "code": "x"} if n > 15 else {"code": "x", "word": f"N{n}"} for n in numbers
            ]
            insert_rows(session, "gone_word", gone)
        with shop.database.engine.begin() as connection:
            pairs = connection.execute(text("SELECT name, code FROM trade_customer ORDER BY id")).all()
            words = connection.execute(text("SELECT word, code FROM gone_word ORDER BY id")).all()
        assert [tuple(pair) for pair in pairs] == [(f"N{n}", str(n)) for n in numbers]
        assert sorted(words) == sorted((f"N{n}", "x") for n in numbers)

    def test_update_touches_only_what_differs(self, shop):
        one, two = add_customer(shop, code="1"), add_customer(shop, code="2")
        with shop.transaction("Codes") as session:
            changed = update_rows(
                session, "trade_customer", {one: {"code": "9", "name": "Ė"}, two: {"code": "2"}, 999: {}}
            )
        assert changed == [one]
        with shop.reading() as session:
            rows = {row.id: row for row in session.scalars(select(shop.Trader))}
            assert (rows[one].version, rows[one].name_sort, rows[two].version) == (2, "e", 1)
        entry = shop.entries()[-1]
        assert (entry.record_id, entry.record_version) == (one, 2)
        assert entry.changes == {"code": ["1", "9"], "name": ["UAB Žuvėdra", "Ė"]}
        with shop.transaction("Again") as session:
            assert update_rows(session, "trade_customer", {one: {"code": "9"}}) == []
        assert len(shop.operations()) == 3

    @pytest.mark.parametrize(("inputs", "calls"), [(None, 2), ({"name"}, 1), (set(), 0)])
    def test_columns_are_derived_when_one_changes_that_they_follow_from(self, shop, monkeypatch, inputs, calls):
        key, called = add_customer(shop), []
        derive = shop.Trader.derive.__func__
        counting = classmethod(lambda model, values: called.append(values) or derive(model, values))
        monkeypatch.setattr(shop.Trader, "derive", counting)
        monkeypatch.setattr(shop.Trader, "derives_from", None if inputs is None else frozenset(inputs))
        with shop.transaction() as session:
            update_rows(session, shop.Trader, {key: {"code": "9"}})
            update_rows(session, shop.Trader, {key: {"name": "Ė", "code": "8"}})
            sorted_by = session.scalars(select(shop.Trader.name_sort)).one()
        assert len(called) == calls
        assert (sorted_by == "e") == bool(calls)

    def test_rows_get_the_same_values_or_each_its_own(self, shop):
        keys = [add_customer(shop) for _each in range(3)]
        with shop.transaction("Once more") as session:
            update_rows(session, shop.Trader, {keys[0]: {"code": "1"}})
        with shop.transaction("Same") as session:
            assert update_rows(session, shop.Trader, {key: {"phone": "112", "tags": {"a": 1}} for key in keys}) == keys
        with shop.transaction("Own") as session:
            update_rows(session, shop.Trader, {key: {"code": f"C{key}"} for key in keys})
        with shop.reading() as session:
            rows = session.scalars(select(shop.Trader).order_by(shop.Trader.id)).all()
            assert [row.code for row in rows] == [f"C{key}" for key in keys]
            assert [(row.phone, row.tags) for row in rows] == [("112", {"a": 1})] * 3
            assert [row.version for row in rows] == [4, 3, 3]
        last = [(entry.record_id, entry.record_version) for entry in shop.entries()[-3:]]
        assert last == list(zip(keys, [4, 3, 3], strict=True))

    def test_loaded_objects_do_not_show_or_write_back_what_was(self, shop):
        key = add_customer(shop, code="1")
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.phone = "112"
            update_rows(session, shop.Trader, {key: {"code": "2"}})
            assert (customer.code, customer.phone, customer.version) == ("2", "112", 3)
            customer.code = "3"
        assert [entry.changes for entry in shop.entries()[1:]] == [
            {"phone": ["", "112"]},
            {"code": ["1", "2"]},
            {"code": ["2", "3"]},
        ]

    def test_delete_keeps_whole_rows(self, shop):
        one, two = add_customer(shop, code="1", password="x"), add_customer(shop, code="2")
        with shop.transaction() as session:
            loaded = session.scalars(select(shop.Trader).where(shop.Trader.id == one)).one()
            assert delete_rows(session, "trade_customer", [one, 999]) == [one]
            assert loaded not in session
        entry = shop.entries()[-1]
        assert (entry.action, entry.record_id, entry.changes["code"]) == ("deleted", one, "1")
        assert "password" not in entry.changes
        with shop.reading() as session:
            assert session.scalars(select(shop.Trader.id)).all() == [two]

    def test_unknown_columns_and_tables_are_refused(self, shop):
        key = add_customer(shop)
        with shop.transaction() as session:
            with pytest.raises(ValueError, match="colour"):
                insert_rows(session, "trade_customer", [{"colour": "red"}])
            with pytest.raises(ValueError, match="colour"):
                update_rows(session, "trade_customer", {key: {"colour": "red"}})
            with pytest.raises(ValueError, match="trade_nothing"):
                delete_rows(session, "trade_nothing", [1])

    def test_rows_of_code_that_is_gone(self, shop):
        if shop.database.is_sqlite:
            ddl = "id INTEGER PRIMARY KEY, client_id INTEGER, due DATE, total NUMERIC(12, 2), version INTEGER"
        else:
            ddl = "id SERIAL PRIMARY KEY, client_id INTEGER, due DATE, total NUMERIC(12, 2), version INTEGER"
        with shop.database.engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE gone_offer ({ddl})"))
        row = {"client_id": 5, "due": date(2026, 1, 31), "total": Decimal("9.90"), "version": 1}
        with shop.transaction(actor=Actor.system("merge")) as session:
            [key] = insert_rows(session, "gone_offer", [row])
            assert update_rows(session, "gone_offer", {key: {"client_id": 6}}) == [key]
            assert delete_rows(session, "gone_offer", [key]) == [key]
        created, changed, deleted = shop.entries()
        assert created.kind == "table.gone_offer"
        assert (changed.client_id, changed.changes, changed.record_version) == (6, {"client_id": [5, 6]}, 2)
        assert deleted.changes == {"id": key, "client_id": 6, "due": "2026-01-31", "total": "9.90", "version": 2}
