"""What the journal writes down, from either feeder, in the same transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Float,
    LargeBinary,
    Numeric,
    String,
    Time,
    Uuid,
    delete,
    insert,
    select,
    text,
    update,
)

from kartoteka.db.actor import Actor
from kartoteka.db.clock import at_moment
from kartoteka.db.guard import UnguardedStatement
from kartoteka.db.journal import (
    blank_values,
    changes_of,
    changes_of_client,
    continue_operation,
    delete_rows,
    holds,
    insert_rows,
    name_operation,
    operation_of,
    update_rows,
)
from kartoteka.db.journal.coding import canonical, decode, encode, parsed
from kartoteka.db.types import UTCDateTime
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def add_customer(shop, **values):
    with shop.transaction("New customer") as session:
        customer = shop.Trader(**{"name": "UAB Žuvėdra", **values})
        session.add(customer)
    return customer.id


class TestFlush:
    def test_creation_holds_no_values(self, shop):
        key = add_customer(shop)
        [entry] = shop.entries()
        assert (entry.kind, entry.table_name, entry.record_id) == ("shop.customer", "trade_customer", key)
        assert (entry.action, entry.record_version, entry.client_id) == ("created", 1, key)
        assert (entry.changes, entry.salt, entry.digest) == (None, None, None)

    def test_change_holds_old_and_new(self, shop, moment):
        key = add_customer(shop, limit=Decimal("10.50"), born=date(1980, 2, 29))
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.limit = Decimal("10.51")
            customer.born = None
            customer.seen_at = moment
            customer.name = customer.name
        entry = shop.entries()[-1]
        assert (entry.action, entry.record_id, entry.record_version) == ("changed", key, 2)
        assert entry.changes == {
            "limit": ["10.50", "10.51"],
            "born": ["1980-02-29", None],
            "seen_at": [None, "2026-03-29T00:59:59.123456+00:00"],
        }

    def test_derived_and_secret_columns_are_never_kept(self, shop):
        add_customer(shop, password="hunter2")
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            assert customer.name_sort == "uab zuvedra"
            customer.name = "MB Ąžuolas"
            customer.password = "hunter3"
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            assert customer.name_sort == "mb azuolas"
            customer.password = "hunter4"
        with shop.transaction() as session:
            session.delete(session.scalars(select(shop.Trader)).one())
        _created, changed, deleted = shop.entries()
        assert changed.changes == {"name": ["UAB Žuvėdra", "MB Ąžuolas"]}
        assert deleted.changes["name"] == "MB Ąžuolas"
        assert not {"password", "name_sort"} & deleted.changes.keys()
        assert "hunter" not in str([entry.changes for entry in shop.entries()])

    def test_deletion_keeps_the_row_as_it_was_in_the_database(self, shop):
        key = add_customer(shop, code="123", tags={"vip": True})
        with shop.transaction() as session, session.no_autoflush:
            customer = session.scalars(select(shop.Trader)).one()
            customer.code = "never written"
            session.delete(customer)
        entry = shop.entries()[-1]
        assert (entry.action, entry.client_id) == ("deleted", key)
        assert (entry.changes["code"], entry.changes["tags"], entry.changes["id"]) == ("123", {"vip": True}, key)

    def test_change_inside_json_is_seen_with_its_old_value(self, shop):
        add_customer(shop, tags={"vip": True})
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.tags["paid"] = 1
        assert shop.entries()[-1].changes == {"tags": [{"vip": True}, {"paid": 1, "vip": True}]}

    def test_column_set_without_having_been_loaded_has_its_old_value(self, shop):
        add_customer(shop, code="old")
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            session.expire(customer, ["code"])
            customer.code = "new"
        assert shop.entries()[-1].changes == {"code": ["old", "new"]}

    def test_value_computed_by_the_database_is_read_back(self, shop):
        add_customer(shop, rating=1.5)
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.rating = shop.Trader.rating * 2
        assert shop.entries()[-1].changes == {"rating": [1.5, 3.0]}

    def test_children_name_their_client_and_excluded_columns_stay_out(self, shop):
        key = add_customer(shop)
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.notes.append(shop.Remark(body="Called", private="x"))
        with shop.transaction() as session:
            session.scalars(select(shop.Remark)).one().private = "y"
        with shop.transaction() as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.notes.clear()
        created, deleted = shop.entries()[1:]
        assert (created.kind, created.action, created.client_id) == ("shop.note", "created", key)
        assert (deleted.action, deleted.client_id) == ("deleted", key)
        assert "private" not in deleted.changes

    def test_nothing_changed_writes_nothing(self, shop):
        add_customer(shop, code="1")
        with shop.transaction("Nothing") as session:
            customer = session.scalars(select(shop.Trader)).one()
            customer.code = "2"
            customer.code = "1"
        assert len(shop.entries()) == 1
        assert [operation.title for operation in shop.operations()] == ["New customer"]

    def test_rolled_back_leaves_no_trace(self, shop):
        with suppress(RuntimeError), shop.transaction("Never") as session:
            session.add(shop.Trader(name="A"))
            session.flush()
            raise RuntimeError
        assert shop.entries() == []
        assert shop.operations() == []

    def test_untracked_tables_are_left_alone(self, shop):
        with shop.transaction() as session:
            session.add(shop.Untracked(word="a"))
        assert shop.entries() == []

    def test_tracked_rows_change_in_no_other_way(self, shop):
        add_customer(shop)
        with shop.transaction(actor=Actor.system("test")) as session:
            for statement in (
                update(shop.Trader).values(code="x"),
                delete(shop.Trader),
                insert(shop.Trader).values(name="x"),
            ):
                with pytest.raises(UnguardedStatement):
                    session.execute(statement)
            session.execute(update(shop.Untracked).values(word="fine"))


class TestOperation:
    def test_one_per_transaction_with_who_and_what(self, shop, moment):
        with at_moment(moment), shop.transaction(_("Merge of clients")) as session:
            session.add(shop.Trader(name="A"))
            session.flush()
            session.add(shop.Trader(name="B"))
            insert_rows(session, "trade_customer", [{"name": "C"}])
        [operation] = shop.operations()
        assert (operation.user_id, operation.user_name) == (1, "Ona Bosienė")
        assert (operation.title, operation.at) == ("Merge of clients", moment)
        assert {entry.operation_id for entry in shop.entries()} == {operation.id}

    def test_titles_are_made_storable(self, shop):
        with shop.transaction("Import of a\x00.csv\n" + "x" * 400) as session:
            session.add(shop.Trader(name="A"))
        [operation] = shop.operations()
        assert operation.title.startswith("Import of a.csv xx")
        assert len(operation.title) == 300

    def test_named_late(self, shop):
        with shop.transaction() as session:
            name_operation(session, "First name")
            session.add(shop.Trader(name="A"))
            session.flush()
            name_operation(session, "Import of a.csv", kind="import")
        [operation] = shop.operations()
        assert (operation.title, operation.kind) == ("Import of a.csv", "import")

    def test_continued_by_a_later_transaction(self, shop):
        with shop.transaction("Import") as session:
            insert_rows(session, "trade_customer", [{"name": "A"}])
            operation_id = operation_of(session)
        with shop.transaction() as session:
            continue_operation(session, operation_id)
            insert_rows(session, "trade_customer", [{"name": "B"}])
        assert [entry.operation_id for entry in shop.entries()] == [operation_id] * 2

    def test_made_again_when_a_savepoint_took_it_along(self, shop):
        with shop.transaction("Kept") as session:
            with suppress(RuntimeError), session.begin_nested():
                session.add(shop.Trader(name="A"))
                session.flush()
                raise RuntimeError
            session.add(shop.Trader(name="B"))
        [entry] = shop.entries()
        [operation] = shop.operations()
        assert entry.operation_id == operation.id
        assert operation.title == "Kept"

    def test_kept_when_only_a_later_savepoint_went(self, shop):
        with shop.transaction("Kept") as session:
            session.add(shop.Trader(name="A"))
            session.flush()
            with suppress(RuntimeError), session.begin_nested():
                session.add(shop.Trader(name="B"))
                session.flush()
                raise RuntimeError
            session.add(shop.Trader(name="C"))
        assert len(shop.operations()) == 1
        assert len(shop.entries()) == 2


class TestReading:
    def test_changes_come_back_as_they_were(self, shop, moment):
        key = add_customer(shop, limit=Decimal("1.20"))
        values = {"limit": Decimal("1.30"), "born": date(2000, 1, 2), "seen_at": moment, "tags": {"a": [1, None]}}
        with shop.transaction("Edit") as session:
            update_rows(session, shop.Trader, {key: values})
        with shop.reading(shop.clerk) as session:
            changed, created = changes_of(session, RecordRef("shop.customer", key))
        assert (changed.title, changed.user_name, changed.action) == ("Edit", "Ona Bosienė", "changed")
        assert {name: new for name, (_old, new) in changed.changes.items()} == values
        assert changed.changes["limit"][0] == Decimal("1.20")
        assert created.changes == {}

    def test_pages_and_kinds_of_a_client(self, shop):
        key = add_customer(shop)
        with shop.transaction() as session:
            insert_rows(session, shop.Remark, [{"client_id": key, "body": str(number)} for number in range(5)])
        with shop.reading() as session:
            everything = changes_of_client(session, key, shop.kinds, limit=10)
            assert [entry.ref.kind for entry in everything] == ["shop.note"] * 5 + ["shop.customer"]
            assert len(changes_of_client(session, key, ["shop.customer"])) == 1
            assert changes_of_client(session, key, []) == []
            rest = changes_of_client(session, key, shop.kinds, before_id=everything[3].id, limit=1)
            assert rest == [everything[4]]

    def test_erased_values_leave_an_entry_that_holds(self, shop):
        key = add_customer(shop)
        with shop.transaction() as session:
            update_rows(session, shop.Trader, {key: {"name": "Jonas Jonaitis"}})
            insert_rows(session, shop.Remark, [{"client_id": key, "body": "secret"}])
            delete_rows(session, shop.Remark, [1])
        before = [entry.digest for entry in shop.entries()]
        with shop.transaction(actor=Actor.system("erase")) as session:
            assert blank_values(session, client_id=key) == 2
            assert blank_values(session, ref=RecordRef("shop.customer", key)) == 0
        after = shop.entries()
        assert [entry.digest for entry in after] == before
        assert {entry.changes for entry in after} == {None}
        assert {entry.salt for entry in after} == {None}
        assert all(holds(entry) for entry in after)
        with shop.reading() as session:
            assert changes_of(session, RecordRef("shop.customer", key))[0].changes is None

    def test_values_changed_afterwards_do_not_hold(self, shop):
        key = add_customer(shop)
        with shop.transaction() as session:
            update_rows(session, shop.Trader, {key: {"code": "1"}})
        assert all(holds(entry) for entry in shop.entries())
        with shop.database.engine.begin() as connection:
            connection.execute(text("UPDATE core_journal SET changes = replace(changes, '1', '2')"))
        assert [holds(entry) for entry in shop.entries()] == [True, False]


TYPES = {
    String(): st.text(),
    Date(): st.dates(),
    UTCDateTime(): st.datetimes(timezones=st.just(UTC)),
    DateTime(): st.datetimes(),
    Time(): st.times(),
    Numeric(12, 2): st.decimals(allow_nan=False, allow_infinity=False, places=2),
    Float(): st.floats(allow_nan=False),
    LargeBinary(): st.binary(),
    Uuid(): st.uuids(),
    JSON(): st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
}


@pytest.mark.parametrize("type_", TYPES, ids=repr)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_coding_loses_nothing(type_, data):
    value = data.draw(st.none() | TYPES[type_])
    assert decode(parsed(canonical({"v": encode(value)}))["v"], type_) == value


def test_coding_keeps_the_scale_and_the_zone():
    assert encode(Decimal("1.50")) == "1.50"
    assert encode(datetime(2026, 1, 1, 12, tzinfo=UTC)) == "2026-01-01T12:00:00+00:00"
    assert canonical({"b": 1, "a": "ž"}) == '{"a":"ž","b":1}'
