"""The audit chain: complete, safe with many writers, and broken by every change made behind its back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from kartoteka.db.actor import Actor
from kartoteka.db.audit import audit, blank_audit_values, check_chain
from kartoteka.db.engine import Database
from kartoteka.db.journal import blank_values, delete_rows, insert_rows, update_rows
from kartoteka.vocabulary.record import RecordRef

SYSTEM = Actor.system("test")
REF = RecordRef("shop.customer", 7)


def check(shop: Any, **options: Any) -> list[str]:
    with shop.database.reading(SYSTEM) as session:
        return [f"{one.table} {one.id}" for one in check_chain(session, **options).findings]


def tamper(shop: Any, statement: str, **values: object) -> None:
    with shop.database.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount


def fill(shop: Any, count: int = 4) -> None:
    for number in range(count):
        with shop.transaction("Work") as session:
            audit(session, "user.added", subject=f"Ona {number}", ref=REF, details={"login": "ona"})
            insert_rows(session, "trade_customer", [{"name": f"A{number}"}, {"name": f"B{number}"}])
    with shop.transaction("More") as session:
        update_rows(session, "trade_customer", {1: {"name": "C"}, 2: {"name": "D"}})
        delete_rows(session, "trade_customer", [3])


def test_untouched_chain_holds(shop: Any) -> None:
    assert check(shop) == []
    fill(shop)
    with shop.database.reading(SYSTEM) as session:
        report = check_chain(session)
    assert report.is_whole
    assert (report.entries, report.journal_entries) == (10, 11)
    assert check(shop, expect=report.last_hash) == []
    assert check(shop, expect="0" * 64) == ["core_audit_head 1"]


def test_rollback_leaves_nothing(shop: Any) -> None:
    with shop.transaction() as session:
        audit(session, "user.added")
        session.rollback()
    with shop.transaction() as session:
        savepoint = session.begin_nested()
        audit(session, "user.lost")
        insert_rows(session, "trade_customer", [{"name": "lost"}])
        savepoint.rollback()
        with session.begin_nested():
            audit(session, "user.kept")
            insert_rows(session, "trade_customer", [{"name": "kept"}])
    with shop.database.reading(SYSTEM) as session:
        report = check_chain(session)
    assert report.is_whole
    assert (report.entries, report.journal_entries) == (2, 1)


@pytest.mark.catalogue("X-06", part="the chain")
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE core_audit SET event = 'user.changed' WHERE id = 3", "core_audit 3"),
        ("UPDATE core_audit SET user_id = 99 WHERE id = 3", "core_audit 3"),
        ("UPDATE core_audit SET about_id = 8 WHERE id = 3", "core_audit 3"),
        ("UPDATE core_audit SET personal = '{}' WHERE id = 3", "core_audit 3"),
        ("UPDATE core_audit SET facts = '{}' WHERE id = 3", "core_audit 3"),
        ("UPDATE core_audit SET digest = NULL, salt = NULL, personal = NULL WHERE id = 3", "core_audit 3"),
        ("DELETE FROM core_audit WHERE id = 3", "core_audit 3"),
        ("DELETE FROM core_audit WHERE id = 1", "core_audit 1"),
        ("DELETE FROM core_audit WHERE id >= 9", "core_audit 9"),
        ("DELETE FROM core_audit", "core_audit 1"),
        (
            "INSERT INTO core_audit (id, at, event, hash) SELECT 11, at, event, hash FROM core_audit WHERE id = 1",
            "core_audit 11",
        ),
        ("UPDATE core_audit_head SET last_id = 9", "core_audit 10"),
        ("UPDATE core_audit_head SET since_entry = 99", "core_audit_head 1"),
        ("UPDATE core_journal SET changes = '{}' WHERE id = 9", "core_journal 9"),
        ("UPDATE core_journal SET record_id = 5 WHERE id = 2", "core_journal 1"),
        ("UPDATE core_journal SET digest = NULL, salt = NULL, changes = NULL WHERE id = 9", "core_journal 9"),
        ("DELETE FROM core_journal WHERE id = 2", "core_operation 1"),
        ("DELETE FROM core_journal WHERE operation_id = 5", "core_operation 5"),
        (
            """INSERT INTO core_journal (id, operation_id, kind, table_name, record_id, action, at)
            SELECT 99, operation_id, kind, table_name, 77, action, at FROM core_journal WHERE id = 2""",
            "core_journal 99",
        ),
        ("UPDATE core_operation SET user_id = 2 WHERE id = 2", "core_operation 2"),
    ],
)
def test_every_change_behind_its_back_is_named(shop: Any, statement: str, named: str) -> None:
    fill(shop)
    tamper(shop, statement)
    assert check(shop)[0] == named


def test_forged_end_is_not_sealed_over(shop: Any) -> None:
    fill(shop)
    tamper(shop, "DELETE FROM core_audit WHERE id >= 9")
    tamper(shop, "DELETE FROM core_journal WHERE operation_id = 5")
    tamper(shop, "UPDATE core_audit_head SET last_id = 8, hash = (SELECT hash FROM core_audit WHERE id = 8)")
    assert check(shop) == ["core_audit_head 1"]
    with shop.transaction() as session:
        audit(session, "user.added")
    assert check(shop) == ["core_audit 9"]
    with shop.database.reading(SYSTEM) as session:
        assert "the end of the chain was changed" in str(check_chain(session).findings[0].message)


def test_another_secret_is_said(shop: Any) -> None:
    fill(shop)
    other = Database(shop.database.url, secret="another")
    with other.reading(SYSTEM) as session:
        assert [one.table for one in check_chain(session).findings] == ["core_audit_head"]
    other.dispose()


def test_erased_values_keep_the_chain_whole(shop: Any) -> None:
    fill(shop)
    with shop.transaction() as session:
        assert blank_audit_values(session, ref=REF) == 4
        assert blank_values(session, ref=RecordRef("shop.customer", 1)) == 1
    assert check(shop) == []
    with shop.database.engine.connect() as connection:
        texts = connection.exec_driver_sql("SELECT personal FROM core_audit").scalars().all()
    assert not any("Ona 1" in (one or "") for one in texts)


def test_a_step_after_another_is_one_operation_with_two_links(shop: Any) -> None:
    from kartoteka.db.journal import continue_operation, operation_of

    with shop.transaction("Long") as session:
        insert_rows(session, "trade_customer", [{"name": "A"}])
        number = operation_of(session)
    with shop.transaction() as session:
        continue_operation(session, number)
        savepoint = session.begin_nested()
        insert_rows(session, "trade_customer", [{"name": "lost"}])
        savepoint.rollback()
        insert_rows(session, "trade_customer", [{"name": "B"}])
    assert check(shop) == []


def test_many_writers_at_once(shop: Any) -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                with shop.transaction() as session:
                    audit(session, "sign_in.done", ref=RecordRef("users.user", number + 1))
                    insert_rows(session, "trade_customer", [{"name": f"{number} {turn}"}])
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with shop.database.reading(SYSTEM) as session:
        report = check_chain(session)
    assert report.is_whole
    assert report.entries == 80
