"""Both databases answer a search exactly as ``kartoteka.vocabulary.search.matches`` says."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from sqlalchemy import select, text

from kartoteka.db import paging
from kartoteka.db.actor import Actor
from kartoteka.db.chunks import insert_many
from kartoteka.db.journal import delete_rows, insert_rows, update_rows
from kartoteka.db.search import (
    SearchText,
    check_search,
    create_search_tables,
    drop_search_tables,
    matching,
    rebuild_search,
    restrict_to_matches,
)
from kartoteka.db.search_feed import SearchRule, SearchRules
from kartoteka.db.search_tables import kind_place, text_id
from kartoteka.vocabulary.search import matches, parse_query

NAMES = (
    "UAB „Žuvėdra“", "MB Ąžuolo šaka", "Õnne Pood OÜ", "ТОВ «Їжачок»", "ООО Ёлка", "ИП Елкин", "Jonas O'Brien-Žukas",
    "100% Juice_Bar", 'AB "Kai*ten"', "A_B", "Łódź i S-ka", "Straße GmbH", "info@zuvedra.lt", "3M", "X",
    "Кооператив «Мрія»",
    "Żabka\\Polska", "Œuvre d'Ĳssel", "UAB Uz", "Juozas  Juozaitis", "ВАТ Є-Ґанок", "a", "%%",
    "__", "Sutartis 4455667/18", "LT-43871",
)  # fmt: skip
PHONES = (
    "+370 612 34 567",
    "8 612 34567",
    "(8-612) 34567",
    "0037061234567",
    "+372 5123 4567",
    "",
    "112",
    "8 5 212 3456",
)
CODES = ("", "300000007", "LT100001234511", "0", "12-34 567", "ABC1")
NUMBERS = ("44556", "556671", "4455667", "43871", "lt-43871", "8 4455667", "445 5667")
WRITTEN_PHONES = ("+370 612 34 567", "8 612 34567", "(8-612) 34567", "861234567", "61234567", "34567", "5123 4567")


def generated_rows(count: int) -> list[dict[str, Any]]:
    """Return rows made of the names' words, always the same ones."""
    dice = random.Random(20260101)
    words = [word for name in NAMES for word in name.split()]
    return [
        {
            "name": " ".join(dice.sample(words, dice.randint(1, 4))) + (f" {number}" if dice.random() < 0.3 else ""),
            "code": dice.choice(CODES),
            "phone": dice.choice(PHONES),
            "owner_id": number % 3,
        }
        for number in range(count)
    ]


def generated_queries(count: int) -> list[str]:
    """Return what people type: beginnings, middles, single letters, signs, phones in many ways, several words."""
    dice = random.Random(7)
    words = [word for name in NAMES for word in name.split()]
    queries = [
        *WRITTEN_PHONES,
        *NUMBERS,
        *NAMES,
        "%",
        "_",
        '"',
        "*",
        "\\",
        "'",
        " ",
        "u z",
        'a" OR "b',
        "text : x",
        "NOT x",
        "(",
        "-",
    ]
    while len(queries) < count:
        word = dice.choice(words)
        start = dice.randrange(len(word))
        pieces = [word[: dice.randint(1, 3)], word[start : start + dice.randint(1, 5)], dice.choice(words).upper()]
        queries.append(" ".join(dice.sample(pieces, dice.randint(1, 2))))
    return queries[:count]


def fill(shop, rows):
    with shop.transaction() as session:
        return insert_rows(session, shop.Trader, rows)


def found(shop, query, column="record_id", kinds=None):
    with shop.reading() as session:
        statement = matching(parse_query(query), kinds or shop.kinds, column=column)
        return sorted(session.scalars(statement))


@pytest.fixture(scope="module")
def filled_shops(both_shops):
    for shop in both_shops:
        fill(shop, generated_rows(600))
    return both_shops


def test_two_hundred_queries_answer_alike(filled_shops):
    answers = []
    for shop in filled_shops:
        with shop.reading() as session:
            texts = {row.record_id: row for row in session.scalars(select(SearchText))}
            answer = {}
            for query in generated_queries(200):
                terms = parse_query(query)
                wanted = {key for key, row in texts.items() if matches(row.text, row.digits, terms)}
                answer[query] = set(session.scalars(matching(terms, ["shop.customer"], column="record_id")))
                assert answer[query] == wanted, (query, shop.database.url)
            answers.append(answer)
    assert all(answer == answers[0] for answer in answers)
    hits = [len(answer) for answer in answers[0].values()]
    assert sum(1 for count in hits if 0 < count < 600) > 140
    assert any(count == 0 for count in hits)


@pytest.mark.parametrize("written", WRITTEN_PHONES[:5])
def test_phones_however_written(filled_shops, written):
    for shop in filled_shops:
        keys = set(found(shop, written))
        assert keys
        with shop.reading() as session:
            phones = set(session.scalars(select(shop.Trader.phone).where(shop.Trader.id.in_(keys))))
        assert {"+370 612 34 567", "8 612 34567", "(8-612) 34567", "0037061234567"} <= phones


@pytest.mark.parametrize("glanced", [3, 40])
def test_pages_and_totals_agree_with_the_answer_for_everybody(filled_shops, monkeypatch, glanced):
    monkeypatch.setattr(paging, "GLANCED", glanced)
    for shop in filled_shops:
        keys = [paging.SortKey("name", shop.Trader.name_sort), paging.SortKey("id", shop.Trader.id)]
        options = {"list_name": "x", "keys": keys, "descending": False, "filters": {}, "secret": "x", "size": 30}
        for actor, query in itertools.product((shop.boss, shop.clerk), [*NAMES[-8:], "a", "uz", "k a", "61234", "zz"]):
            with shop.reading(actor) as session:
                terms = parse_query(query)
                plain = select(shop.Trader.name_sort, shop.Trader.id).where(shop.Trader.state == "active")
                hits = set(session.scalars(matching(terms, shop.kinds, column="client_id")))
                wanted = sorted(row.id for row in session.execute(plain) if row.id in hits)
                found = restrict_to_matches(session, plain, shop.Trader.id, terms, shop.kinds)
                seen = [row.id for page in all_pages(session, found, options) for row in page.rows]
                assert sorted(seen) == wanted, query
                assert paging.count_exactly(session, found).number == len(wanted)
                assert paging.count_up_to(session, found, 7) == paging.Count(min(7, len(wanted)), len(wanted) <= 7)


def all_pages(session, statement, options):
    page = paging.paginate(session, statement, cursor=None, **options)
    yield page
    while page.next:
        page = paging.paginate(session, statement, cursor=page.next, **options)
        yield page


class TestFeeders:
    def test_flush_keeps_texts_in_step(self, shop):
        with shop.transaction() as session:
            customer = shop.Trader(name="Žuvėdra", phone="861234567")
            session.add(customer)
        assert found(shop, "zuv") == found(shop, "+37061234567") == [customer.id]
        with shop.transaction() as session:
            session.scalars(select(shop.Trader)).one().rating = 1.0
        with shop.transaction() as session:
            loaded = session.scalars(select(shop.Trader)).one()
            loaded.name = "Ąžuolas"
        assert found(shop, "zuv") == []
        assert found(shop, "azuol") == [customer.id]
        with shop.transaction() as session:
            session.delete(session.scalars(select(shop.Trader)).one())
        assert found(shop, "azuol") == []

    def test_verbs_keep_texts_in_step(self, shop):
        [one, two] = fill(shop, [{"name": "Žuvėdra"}, {"name": "Žuvis"}])
        assert found(shop, "zuv") == [one, two]
        with shop.transaction() as session:
            update_rows(session, shop.Trader, {one: {"name": "Ąžuolas"}})
            delete_rows(session, shop.Trader, [two])
        assert found(shop, "zuv") == []
        assert found(shop, "azu") == [one]
        assert texts(shop) == ["  azuolas "]

    def test_texts_follow_rows_to_another_client(self, shop):
        [old, new] = fill(shop, [{"name": "Žuvėdra"}, {"name": "Other"}])
        with shop.transaction() as session:
            first, *others = insert_rows(session, "trade_note", [{"client_id": old, "body": "bill"} for _ in range(3)])
        with shop.transaction() as session:
            moved = {key: {"client_id": new} for key in others}
            update_rows(session, "trade_note", {first: {"client_id": new, "body": "paid"}, **moved})
            assert check_search(session) == []
        assert {*found(shop, "bill", "client_id"), *found(shop, "paid", "client_id")} == {new}

    def test_rolled_back_texts_are_not_found(self, shop):
        with pytest.raises(ZeroDivisionError), shop.transaction() as session:
            insert_rows(session, shop.Trader, [{"name": f"Never {1 // 0}"} for _ in session.info or [1]])
        assert found(shop, "never") == []

    def test_records_lead_to_their_clients(self, shop):
        [customer, other] = fill(shop, [{"name": "Žuvėdra"}, {"name": "Other"}])
        with shop.transaction() as session:
            session.add(shop.Remark(client_id=other, body="asked for žuvėdra feathers"))
        assert found(shop, "zuved", "client_id") == sorted([customer, other])
        assert found(shop, "zuved", "client_id", ["shop.customer"]) == [customer]
        assert found(shop, "zuved", "client_id", ["shop.nothing"]) == []


class TestInStatements:
    def test_row_rights_hold_around_a_search(self, shop):
        [mine, _theirs] = fill(shop, [{"name": "Žuvis A", "owner_id": 2}, {"name": "Žuvis B", "owner_id": 1}])
        terms = parse_query("žuv")
        with shop.reading(shop.clerk) as session:
            plain = select(shop.Trader.id).where(shop.Trader.id.in_(matching(terms, shop.kinds)))
            assert session.scalars(plain).all() == [mine]
            restricted = restrict_to_matches(session, select(shop.Trader), shop.Trader.id, terms, shop.kinds)
            assert [customer.id for customer in session.scalars(restricted)] == [mine]

    def test_no_terms_restrict_nothing(self, shop):
        fill(shop, [{"name": "A"}, {"name": "B"}])
        with shop.reading() as session:
            statement = select(shop.Trader.id)
            assert restrict_to_matches(session, statement, shop.Trader.id, parse_query("  "), shop.kinds) is statement
            assert len(session.scalars(matching((), shop.kinds)).all()) == 2

    def test_compiled_once_for_all_words(self, shop):
        def key(query):
            return matching(parse_query(query), shop.kinds)._generate_cache_key()

        assert key("zuv").key == key("azu").key
        assert key("zuv").key != key("zuv azu").key

    def test_the_index_is_used(self, shop):
        words = "  ".join(f"word{number}" for number in range(6))
        row = {"kind": "shop.customer", "module": "shop", "digits": ""}
        rows = [
            row
            | {"id": text_id("shop.customer", key), "record_id": key, "client_id": key}
            | {"text": f"  zuvedra{key}  {words} "}
            for key in range(1, 20_001)
        ]
        with shop.database.engine.begin() as connection:
            insert_many(connection, SearchText.__table__, rows)
        with shop.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if shop.database.is_sqlite else "VACUUM ANALYZE")
        terms = parse_query("vedra1777")
        assert len(found(shop, "vedra1777")) == 11
        with shop.reading() as session:
            statement = restrict_to_matches(session, select(shop.Trader.id), shop.Trader.id, terms, shop.kinds)
            compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = explain(shop, str(compiled))
        assert "Seq Scan on core_search_text" not in plan
        assert "SCAN core_search_text" not in plan
        assert ("ix_core_search_text_text" in plan) or ("VIRTUAL TABLE INDEX" in plan)
        compiled = matching(parse_query("370614"), shop.kinds).compile(
            shop.database.engine, compile_kwargs={"literal_binds": True}
        )
        assert shop.database.is_sqlite or "ix_core_search_text_digits" in explain(shop, str(compiled))

    def test_hits_name_clients_without_a_look_at_their_texts(self, shop):
        terms = parse_query("vedra")
        with shop.reading() as session:
            statement = restrict_to_matches(session, select(shop.Trader.id), shop.Trader.id, terms, ["shop.customer"])
            compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        reads_texts = "core_search_text" in str(compiled)
        assert reads_texts is not shop.database.is_sqlite

    def test_an_id_says_kind_and_record(self, shop):
        [key] = fill(shop, [{"name": "Žuvėdra"}])
        with shop.reading() as session:
            ids = {row.kind: row.id for row in session.execute(select(SearchText.kind, SearchText.id))}
        assert ids
        assert all(number == text_id(kind, key) for kind, number in ids.items())
        assert all(number >> 32 == kind_place(kind) and number < 2**63 for kind, number in ids.items())

    def test_kinds_that_cannot_be_told_apart_are_refused(self):
        # These two words have the same CRC-32, whose lower 31 bits are the place.
        rules = SearchRules()
        rules.add(SearchRule(kind="plumless", module="x", table="one", text_columns=("name",)))
        with pytest.raises(ValueError, match=r"buckeroo.*plumless"):
            rules.add(SearchRule(kind="buckeroo", module="x", table="other", text_columns=("name",)))


class TestCare:
    def test_tables_are_made_and_taken_away_as_often_as_wanted(self, shop):
        with shop.database.engine.begin() as connection:
            for step in (create_search_tables, drop_search_tables, drop_search_tables, create_search_tables):
                step(connection)
        [key] = fill(shop, [{"name": "Žuvėdra"}])
        assert found(shop, "zuv") == [key]

    def test_check_names_what_differs_and_rebuild_mends_it(self, shop):
        [one, two, three] = fill(shop, [{"name": "Žuvėdra"}, {"name": "Ąžuolas"}, {"name": "Beržas"}])
        with shop.database.engine.begin() as connection:
            connection.execute(text("UPDATE trade_customer SET name = 'Eglė' WHERE id = :id"), {"id": one})
            connection.execute(text("DELETE FROM core_search_text WHERE record_id = :id"), {"id": two})
            connection.execute(text("DELETE FROM trade_customer WHERE id = :id"), {"id": three})
        with shop.transaction(actor=Actor.system("check")) as session:
            assert check_search(session) == [
                f"shop.customer:{one} has an old search text",
                f"shop.customer:{two} has no search text",
                f"shop.customer:{three} is gone but still has a search text",
            ]
            assert rebuild_search(session) == 2
            assert check_search(session) == []
        assert found(shop, "egle") == [one]
        assert found(shop, "azu") == [two]
        assert found(shop, "berz") == []

    def test_a_broken_index_is_noticed(self, shop):
        if not shop.database.is_sqlite:
            return
        fill(shop, [{"name": "Žuvėdra"}])
        with shop.database.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO core_search_index(core_search_index) VALUES ('delete-all')")
        with shop.transaction(actor=Actor.system("check")) as session:
            assert check_search(session) == ["the full-text index differs from the search texts"]
            rebuild_search(session)
            assert check_search(session) == []


def explain(shop, statement):
    words = "EXPLAIN QUERY PLAN " if shop.database.is_sqlite else "EXPLAIN "
    with shop.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(words + statement)
        return "\n".join(str(row) for row in rows)


def texts(shop):
    with shop.reading() as session:
        return list(session.scalars(select(SearchText.text).order_by(SearchText.id)))
