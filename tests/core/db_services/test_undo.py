"""Undo: equal checksums, conflicts that are named, and itself undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import (
    JournalEntry,
    blank_values,
    delete_rows,
    insert_rows,
    operation_of,
    update_rows,
)
from kartoteka.db.journal.undo import UndoBlocked, UndoReason, plan_undo, undo_operation, undo_step, undone_by
from kartoteka.db.search import check_search
from kartoteka.testing.checksums import differing_tables, table_checksums
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.record import RecordRef

TRADERS, NOTES = "trade_customer", "trade_note"
Work = Callable[[Any, Any], None]


def do(shop: Any, work: Callable[[Any], Any], title: object = "Work", actor: Any = None) -> int:
    with shop.transaction(title, actor) as session:
        work(session)
        session.flush()
        return operation_of(session)


def undo(shop: Any, operation: int, **options: Any) -> int:
    with shop.transaction() as session:
        return undo_operation(session, operation, **options)


def plan(shop: Any, operation: int) -> Any:
    with shop.reading() as session:
        return plan_undo(session, operation)


def conflicts(shop: Any, operation: int) -> list[tuple[str, int, str]]:
    return [(one.table, one.record_id, one.reason.value) for one in plan(shop, operation).conflicts]


def assert_equal(before: dict[str, str], after: dict[str, str]) -> None:
    assert differing_tables(before, after) == []


@pytest.fixture
def stocked(shop: Any) -> Any:
    with shop.transaction("Stock") as session:
        rows = [
            {"name": "Žalia UAB", "code": "1", "limit": Decimal("10.50"), "born": date(1990, 2, 28), "owner_id": 2},
            {
                "name": "Ruda UAB",
                "code": "2",
                "seen_at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
                "tags": {"a": 1},
            },
            {"name": "Balta UAB", "code": "3", "phone": "+370 600 12345"},
        ]
        ids = insert_rows(session, TRADERS, rows)
        insert_rows(session, NOTES, [{"client_id": ids[0], "body": "first"}, {"client_id": ids[1], "body": "second"}])
    return shop


def sets_work(session: Any) -> None:
    update_rows(session, NOTES, {1: {"client_id": 3, "body": "moved"}})
    update_rows(session, TRADERS, {2: {"name": "Kita", "limit": Decimal("1"), "tags": {}}, 3: {"phone": ""}})
    delete_rows(session, NOTES, [2])
    delete_rows(session, TRADERS, [1])
    made = insert_rows(session, TRADERS, [{"name": "Nauja"}])
    insert_rows(session, NOTES, [{"client_id": made[0], "body": "of the new one"}])
    update_rows(session, TRADERS, {made[0]: {"name": "Nauja UAB"}})


def objects_work(session: Any) -> None:
    from tests.core.db_services.conftest import Remark, Trader

    first, second = session.scalars(select(Trader).where(Trader.id.in_((1, 2))).order_by(Trader.id)).all()
    session.delete(first)
    second.name = "Kita"
    second.tags["b"] = 2
    session.add(Trader(name="Nauja", notes=[Remark(body="one"), Remark(body="two")]))


@pytest.mark.parametrize("work", [sets_work, objects_work])
def test_undo_leaves_what_was_there(stocked: Any, work: Any) -> None:
    before = table_checksums(stocked.database)
    operation = do(stocked, work)
    after = table_checksums(stocked.database)
    assert differing_tables(before, after) == ["core_search_text", TRADERS, NOTES]
    assert plan(stocked, operation).is_free
    taken_back = undo(stocked, operation)
    assert_equal(before, table_checksums(stocked.database))
    again = undo(stocked, taken_back)
    assert_equal(after, table_checksums(stocked.database))
    undo(stocked, again)
    assert_equal(before, table_checksums(stocked.database))
    with stocked.transaction() as session:
        assert check_search(session) == []


def test_undo_is_an_operation_of_its_own(stocked: Any) -> None:
    operation = do(stocked, sets_work, "Big work")
    number = undo(stocked, operation)
    last = stocked.operations()[-1]
    assert (last.id, last.undo_of_id, last.kind, last.title) == (number, operation, "undo", "Undo: Big work")
    with stocked.reading() as session:
        assert undone_by(session, [operation, number]) == {operation: number}
    assert str(plan(stocked, operation).refusal) == "This was undone already."
    with pytest.raises(Refused, match="undone already"):
        undo(stocked, operation)
    undo(stocked, number)
    with stocked.reading() as session:
        assert undone_by(session, [operation]) == {}
    assert plan(stocked, operation).is_free


def test_several_operations_are_undone_one_after_the_other(stocked: Any) -> None:
    before = table_checksums(stocked.database)
    done = [
        do(stocked, lambda session: update_rows(session, TRADERS, {1: {"name": "A"}})),
        do(stocked, lambda session: update_rows(session, TRADERS, {1: {"name": "B", "code": "9"}})),
        do(stocked, lambda session: delete_rows(session, NOTES, [1])),
        do(stocked, lambda session: delete_rows(session, TRADERS, [1])),
    ]
    for operation in reversed(done):
        undo(stocked, operation)
    assert_equal(before, table_checksums(stocked.database))


def test_a_changed_record_is_a_conflict_and_the_rest_is_undone(stocked: Any) -> None:
    operation = do(
        stocked, lambda session: update_rows(session, TRADERS, {n: {"phone": f"+3706{n}"} for n in (1, 2, 3)})
    )
    do(stocked, lambda session: update_rows(session, TRADERS, {2: {"name": "Changed since"}}), actor=None)
    found = plan(stocked, operation)
    assert (found.conflict_count, found.ready, found.has_rest) == (1, 2, True)
    conflict = found.conflicts[0]
    assert (conflict.record_id, conflict.reason, conflict.columns) == (2, UndoReason.CHANGED, ("name",))
    assert (conflict.user_name, conflict.at is not None) == ("Ona Bosienė", True)
    before = table_checksums(stocked.database)
    with pytest.raises(UndoBlocked) as blocked:
        undo(stocked, operation)
    assert blocked.value.plan.conflict_count == 1
    assert_equal(before, table_checksums(stocked.database))
    undo(stocked, operation, rest_only=True)
    with stocked.database.engine.connect() as connection:
        phones = connection.execute(text(f"SELECT phone FROM {TRADERS} ORDER BY id")).scalars().all()
    assert phones == ["", "+37062", "+370 600 12345"]


def test_created_records_stay_while_something_refers_to_them(stocked: Any) -> None:
    operation = do(stocked, lambda session: insert_rows(session, TRADERS, [{"name": "A"}, {"name": "B"}]))
    do(stocked, lambda session: insert_rows(session, NOTES, [{"client_id": 4, "body": "work"}]))
    found = plan(stocked, operation)
    assert [(one.record_id, one.reason, one.other_kind, one.other_id) for one in found.conflicts] == [
        (4, UndoReason.REFERRED, "shop.note", 3)
    ]
    undo(stocked, operation, rest_only=True)
    with stocked.database.engine.connect() as connection:
        assert connection.execute(text(f"SELECT id FROM {TRADERS} ORDER BY id")).scalars().all() == [1, 2, 3, 4]


@pytest.mark.parametrize("key", ["", "id VARCHAR(36) DEFAULT 'x',"])
def test_rows_that_have_no_number_hold_records_too(stocked: Any, key: str) -> None:
    with stocked.database.engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE ghost ({key} client_id INTEGER REFERENCES trade_customer(id))"))
    operation = do(stocked, lambda session: insert_rows(session, TRADERS, [{"name": "A"}, {"name": "B"}]))
    with stocked.database.engine.begin() as connection:
        connection.execute(text("INSERT INTO ghost (client_id) VALUES (4)"))
    found = plan(stocked, operation)
    assert [(one.record_id, one.other_table, one.other_id) for one in found.conflicts] == [(4, "ghost", None)]
    assert found.ready == 1


def test_what_an_undone_record_would_point_to_must_be_there(stocked: Any) -> None:
    gone = do(stocked, lambda session: delete_rows(session, NOTES, [1]))
    do(stocked, lambda session: delete_rows(session, TRADERS, [1]))
    assert conflicts(stocked, gone) == [(NOTES, 1, "target_gone")]
    with pytest.raises(Refused, match="Nothing of it is left"):
        undo(stocked, gone, rest_only=True)


def test_deleted_and_restored_since(stocked: Any) -> None:
    changed = do(stocked, lambda session: update_rows(session, NOTES, {1: {"body": "x"}}))
    gone = do(stocked, lambda session: delete_rows(session, NOTES, [1]))
    assert conflicts(stocked, changed) == [(NOTES, 1, "gone")]
    undo(stocked, gone)
    assert conflicts(stocked, changed) == []


def test_a_change_without_the_journal_is_a_conflict(stocked: Any) -> None:
    operation = do(stocked, lambda session: update_rows(session, NOTES, {1: {"body": "x"}}))
    with stocked.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {NOTES} SET body = 'by a migration' WHERE id = 1"))
    assert conflicts(stocked, operation) == [(NOTES, 1, "outside")]


def test_columns_that_a_migration_took_away_refuse_it(stocked: Any) -> None:
    operation = do(stocked, lambda session: update_rows(session, NOTES, {1: {"body": "x"}}))
    with stocked.database.engine.begin() as connection:
        changes = '{"former":["a","b"]}'
        connection.execute(
            text("UPDATE core_journal SET changes = :c, salt = 's' WHERE operation_id = :o"),
            {"c": changes, "o": operation},
        )
    assert "removed former from trade_note" in str(plan(stocked, operation).refusal)
    with pytest.raises(Refused, match="former"):
        undo(stocked, operation)


def test_erased_values_are_said(stocked: Any) -> None:
    operation = do(stocked, lambda session: update_rows(session, NOTES, {1: {"body": "x"}, 2: {"body": "y"}}))
    with stocked.transaction() as session:
        blank_values(session, ref=RecordRef("shop.note", 1))
    assert conflicts(stocked, operation) == [(NOTES, 1, "erased")]


def test_only_thirty_days(stocked: Any) -> None:
    with at_moment(utc_now() - timedelta(days=31)):
        old = do(stocked, lambda session: update_rows(session, NOTES, {1: {"body": "x"}}))
    with at_moment(utc_now() - timedelta(days=29)):
        younger = do(stocked, lambda session: update_rows(session, NOTES, {2: {"body": "x"}}))
    with pytest.raises(Refused, match="30 days"):
        undo(stocked, old)
    undo(stocked, younger)
    with pytest.raises(NotFound):
        undo(stocked, 999)


def test_tables_without_code(stocked: Any) -> None:
    with stocked.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE ghost_visit (id INTEGER PRIMARY KEY,"
                " client_id INTEGER NOT NULL REFERENCES trade_customer(id),"
                " day DATE, at TIMESTAMP, price NUMERIC(12, 2), done BOOLEAN, origin_kind VARCHAR(80),"
                " origin_id INTEGER,"
                " version INTEGER NOT NULL DEFAULT 1)"
            )
        )
        if not stocked.database.is_sqlite:
            connection.execute(text("CREATE SEQUENCE ghost_visit_seq START 100 OWNED BY ghost_visit.id"))
        connection.execute(
            text(
                "INSERT INTO ghost_visit VALUES (1, 1, '2026-01-02', '2026-01-02 03:04:05', 10.50, TRUE, NULL, NULL,"
                " 1),"
                " (2, 2, NULL, NULL, NULL, NULL, 'shop.note', 2, 1)"
            )
        )
    before = table_checksums(stocked.database)

    def work(session: Any) -> None:
        update_rows(session, "ghost_visit", {1: {"client_id": 2, "done": False}})
        delete_rows(session, "ghost_visit", [2, 1])

    operation = do(stocked, work)
    number = undo(stocked, operation)
    assert_equal(before, table_checksums(stocked.database))
    undo(stocked, number)
    undo(stocked, _last(stocked))
    assert_equal(before, table_checksums(stocked.database))
    made = do(stocked, lambda session: insert_rows(session, NOTES, [{"client_id": 1, "body": "seen"}]))
    do(stocked, lambda session: update_rows(session, "ghost_visit", {1: {"origin_kind": "shop.note", "origin_id": 3}}))
    assert conflicts(stocked, made) == [(NOTES, 3, "referred")]


def _last(shop: Any) -> int:
    return shop.operations()[-1].id


def test_steps_make_one_undo(stocked: Any) -> None:
    from kartoteka.db.journal import continue_operation

    before = table_checksums(stocked.database)

    def work(session: Any) -> None:
        made = insert_rows(session, TRADERS, [{"name": f"N{n}"} for n in range(10)])
        insert_rows(session, NOTES, [{"client_id": one, "body": "x"} for one in made])
        update_rows(session, TRADERS, {one: {"name": f"M{one}"} for one in made})

    operation = do(stocked, work)
    do(stocked, lambda session: update_rows(session, TRADERS, {5: {"name": "Changed since"}}))
    with_change = table_checksums(stocked.database)
    assert with_change != before
    own, place, skipped, found = None, None, (), []
    for _turn in range(10):
        with stocked.transaction() as session:
            if own is not None:
                continue_operation(session, own)
            step = undo_step(session, operation, before=place, skipped=skipped, size=7)
            own, place, skipped = operation_of(session), step.before, step.skipped
            found += step.conflicts
        if place is None:
            break
    assert [(one.record_id, one.reason.value) for one in found] == [(5, "changed")]
    assert len([one for one in stocked.operations() if one.undo_of_id == operation]) == 1
    with stocked.database.engine.connect() as connection:
        assert connection.execute(text(f"SELECT id FROM {TRADERS} ORDER BY id")).scalars().all() == [1, 2, 3, 5]
        assert connection.execute(text(f"SELECT id FROM {NOTES} ORDER BY id")).scalars().all() == [1, 2]


def test_every_undo_is_journaled(stocked: Any) -> None:
    operation = do(stocked, sets_work)
    number = undo(stocked, operation)
    with stocked.database.engine.connect() as connection:
        counted = select(JournalEntry.action).where(JournalEntry.operation_id == number)
        assert sorted(connection.execute(counted).scalars()) == sorted(
            ["changed"] * 4 + ["created"] * 2 + ["deleted"] * 2
        )
