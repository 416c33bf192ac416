"""Two people edit one record: nobody's work is lost (X-30)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.journal import blank_values, insert_rows, update_rows
from kartoteka.db.session import find
from kartoteka.db.settling import EditConflict, settle
from kartoteka.vocabulary.errors import Busy, Conflict

OTHER = Actor(user_id=7, name="Vilma Kita", reach=Reach.ALL)


@pytest.fixture
def key(shop):
    with shop.transaction() as session:
        return insert_rows(session, shop.Trader, [{"name": "Žuvėdra", "code": "1", "limit": Decimal("1.00")}])[0]


def save(shop, key, values, version, actor=None):
    with shop.transaction(actor=actor) as session:
        customer = find(session, shop.Trader, key)
        changes = settle(session, customer, "shop.customer", values, version)
        for name, value in changes.items():
            setattr(customer, name, value)
    return changes


def test_fields_that_only_one_side_touched_are_merged(shop, key):
    save(shop, key, {"code": "2"}, 1, OTHER)
    form = {"name": "Ąžuolas", "code": "1", "limit": Decimal("1.00")}  # the code as it was when the form was shown
    assert save(shop, key, form, 1) == {"name": "Ąžuolas"}
    with shop.reading() as session:
        customer = find(session, shop.Trader, key)
        assert (customer.name, customer.code, customer.version) == ("Ąžuolas", "2", 3)


def test_a_field_that_both_touched_is_asked_about(shop, key):
    save(shop, key, {"code": "2", "phone": "112"}, 1, OTHER)
    with pytest.raises(EditConflict) as caught:
        save(shop, key, {"name": "Ąžuolas", "code": "3", "phone": ""}, 1)
    conflict = caught.value
    assert (conflict.theirs, conflict.mine, conflict.by) == ({"code": "2"}, {"code": "3"}, "Vilma Kita")
    assert conflict.merged == {"phone": "112"}
    assert conflict.at is not None


def test_the_same_change_by_both_is_no_conflict(shop, key):
    save(shop, key, {"code": "2"}, 1, OTHER)
    assert save(shop, key, {"code": "2"}, 1) == {}


def test_there_and_back_is_still_a_change(shop, key):
    save(shop, key, {"code": "2"}, 1, OTHER)
    save(shop, key, {"code": "1"}, 2, OTHER)
    with pytest.raises(EditConflict):
        save(shop, key, {"code": "9"}, 1)


def test_changes_by_sets_count_too(shop, key):
    with shop.transaction(actor=OTHER) as session:
        update_rows(session, shop.Trader, {key: {"code": "2"}})
    with pytest.raises(EditConflict):
        save(shop, key, {"code": "3"}, 1)


def test_what_the_journal_no_longer_knows_is_asked_about(shop, key):
    save(shop, key, {"code": "2"}, 1, OTHER)
    with shop.transaction(actor=Actor.system("erase")) as session:
        blank_values(session, client_id=key)
    with pytest.raises(EditConflict):
        save(shop, key, {"name": "Ąžuolas"}, 1)


@pytest.mark.parametrize("version", [0, -1, 99])
def test_a_version_that_never_was_is_asked_about(shop, key, version):
    with pytest.raises(EditConflict):
        save(shop, key, {"name": "Ąžuolas"}, version)


def test_two_at_the_same_moment(shop, key):
    together = Barrier(2, timeout=60)

    def work(text):
        try:
            with shop.transaction() as session:
                customer = find(session, shop.Trader, key)
                if not shop.database.is_sqlite:  # there the second one waits before it reads
                    together.wait()
                for name, value in settle(session, customer, "shop.customer", {"code": text}, 1).items():
                    setattr(customer, name, value)
        except (Conflict, Busy) as problem:
            return type(problem)
        return None

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, ["A", "B"]))
    assert results.count(None) == 1
    assert any(issubclass(result, Conflict) for result in results if result)
