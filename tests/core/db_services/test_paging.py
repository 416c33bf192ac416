"""Pages never skip or repeat a row, whatever the order, the ties and the direction; the same on both databases."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from kartoteka.db.journal import delete_rows, insert_rows, update_rows
from kartoteka.db.paging import Count, SortKey, count_exactly, count_up_to, go_to, paginate
from kartoteka.db.search import restrict_to_matches
from kartoteka.vocabulary.search import parse_query

SECRET = "for tests only"
LETTERS = ["", "", "a", "A", "ab", "b", "ž", "z", "ё", "е", "Õ", "ö", "-", "_", "100", "9", "„x“", "щ", "z z"]


def fill(shop, names):
    with shop.transaction() as session:
        return insert_rows(session, shop.Trader, [{"name": name, "code": str(n)} for n, name in enumerate(names)])


def turn(shop, session, cursor=None, *, size=3, descending=False, filters=None, secret=SECRET, name="customers"):
    keys = [SortKey("name", shop.Trader.name_sort), SortKey("id", shop.Trader.id)]
    return paginate(
        session,
        select(shop.Trader.id, shop.Trader.name).where(shop.Trader.state == "active"),
        list_name=name,
        keys=keys,
        descending=descending,
        filters=filters or {},
        cursor=cursor,
        size=size,
        secret=secret,
    )


def jump(shop, value, *, descending=False, filters=None):
    keys = [SortKey("name", shop.Trader.name_sort), SortKey("id", shop.Trader.id)]
    return go_to(value, list_name="customers", keys=keys, descending=descending, filters=filters or {}, secret=SECRET)


def ids(page):
    return [row.id for row in page.rows]


def walk(shop, way, start=None, **options):
    """Return the ids of all pages from one end to the other."""
    with shop.reading() as session:
        page = turn(shop, session, start, **options)
        pages = [ids(page)]
        while cursor := getattr(page, way):
            page = turn(shop, session, cursor, **options)
            pages.append(ids(page))
    return pages


@given(names=st.lists(st.sampled_from(LETTERS) | st.text(max_size=3), max_size=14), size=st.integers(1, 5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walks_give_every_row_once_and_alike_on_both(both_shops, names, size):
    names = [name.replace("\x00", "") for name in names if name.isprintable()]
    orders = []
    for shop in both_shops:
        with shop.transaction() as session:
            delete_rows(session, shop.Trader, session.scalars(select(shop.Trader.id)).all())
        keys = fill(shop, names)
        with shop.reading() as session:
            rows = session.execute(select(shop.Trader.name_sort, shop.Trader.id)).all()
        order = [key for _name, key in sorted(rows)]
        for descending, wanted in ((False, order), (True, order[::-1])):
            forward = walk(shop, "next", size=size, descending=descending)
            assert [key for page in forward for key in page] == wanted
            assert all(len(page) == size for page in forward[:-1])
            with shop.reading() as session:
                last = turn(shop, session, size=size, descending=descending).last
            if last:
                back = walk(shop, "previous", last, size=size, descending=descending)
                assert back[0] == wanted[-size:]
                assert back[-1] == wanted[:size]
                seen = [key for page in back[::-1] for key in page]
                assert list(dict.fromkeys(seen)) == wanted
        orders.append([keys.index(key) for key in order])
    assert all(order == orders[0] for order in orders)


class TestPositions:
    def test_ends_know_that_they_are_ends(self, shop):
        fill(shop, "abcdefgh")
        with shop.reading() as session:
            first = turn(shop, session)
            assert (first.is_first, first.is_last, first.previous) == (True, False, None)
            middle = turn(shop, session, first.next)
            assert None not in (middle.first, middle.previous, middle.next, middle.last)
            last = turn(shop, session, middle.next)
            assert (last.is_last, last.next, len(last.rows)) == (True, None, 2)
            assert ids(turn(shop, session, last.previous)) == ids(middle)
            assert ids(turn(shop, session, middle.first)) == ids(first)
            assert ids(turn(shop, session, first.last)) == [6, 7, 8]

    def test_one_page_is_both_ends(self, shop):
        fill(shop, "ab")
        with shop.reading() as session:
            page = turn(shop, session)
            assert (page.first, page.previous, page.next, page.last) == (None,) * 4

    def test_empty_list(self, shop):
        with shop.reading() as session:
            page = turn(shop, session)
            assert (list(page.rows), page.is_first, page.is_last, page.notice) == ([], True, True, False)

    def test_rows_keep_names_and_shape(self, shop):
        fill(shop, "a")
        with shop.reading() as session:
            [row] = turn(shop, session).rows
            key, name = row
            assert (key, name, row.name) == (row.id, "a", "a")

    def test_entities_come_back_as_entities(self, shop):
        fill(shop, "ab")
        keys = [SortKey("id", shop.Trader.id)]
        with shop.reading() as session:
            options = {"list_name": "x", "keys": keys, "descending": True, "filters": {}, "secret": SECRET}
            page = paginate(session, select(shop.Trader), cursor=None, **options)
            assert [row[0].name for row in page.rows] == ["b", "a"]

    def test_rows_that_come_and_go_between_two_pages(self, shop):
        keys = fill(shop, "abcdefgh")
        with shop.reading() as session:
            after_c = turn(shop, session).next
        with shop.transaction() as session:
            update_rows(session, shop.Trader, {keys[2]: {"name": "zz"}})
            delete_rows(session, shop.Trader, keys[:2])
        with shop.reading() as session:
            page = turn(shop, session, after_c)
            assert ids(page) == keys[3:6]
            assert ids(turn(shop, session, page.previous)) == keys[3:6]
        with shop.transaction() as session:
            delete_rows(session, shop.Trader, keys[3:])
        with shop.reading() as session:
            assert ids(turn(shop, session, after_c)) == [keys[2]]


class TestGoTo:
    @pytest.mark.parametrize(
        ("value", "descending", "wanted"),
        [("c", False, "cde"), ("cc", False, "def"), ("", False, "abc"), ("zz", False, "fgh"), ("c", True, "cba")],
    )
    def test_a_value(self, shop, value, descending, wanted):
        fill(shop, "abcdefgh")
        with shop.reading() as session:
            page = turn(shop, session, jump(shop, value, descending=descending), descending=descending)
            assert "".join(row.name for row in page.rows) == wanted

    def test_the_neighbours_of_where_one_went(self, shop):
        fill(shop, "abcdefgh")
        with shop.reading() as session:
            page = turn(shop, session, jump(shop, "e"))
            assert [row.name for row in turn(shop, session, page.previous).rows] == ["b", "c", "d"]
            assert turn(shop, session, jump(shop, "a")).is_first


class TestCursors:
    def test_belong_to_list_order_filters_and_secret(self, shop):
        fill(shop, "abcdefgh")
        with shop.reading() as session:
            cursor = turn(shop, session, filters={"q": "x"}).next
            assert not turn(shop, session, cursor, filters={"q": "x"}).notice
            for options in (
                {"filters": {"q": "y"}},
                {"filters": {"q": "x"}, "descending": True},
                {"filters": {"q": "x"}, "name": "other"},
                {"filters": {"q": "x"}, "secret": "other"},
            ):
                page = turn(shop, session, cursor, **options)
                assert page.notice
                assert page.is_first

    @pytest.mark.parametrize("cursor", ["x", "..", "WyJhZnRlciJd.x", "a" * 5000, "\x00", "ž"])
    def test_nonsense_gives_the_first_page_with_a_notice(self, shop, cursor):
        fill(shop, "abcd")
        with shop.reading() as session:
            page = turn(shop, session, cursor)
            assert (page.notice, page.is_first, len(page.rows)) == (True, True, 3)

    def test_dates_and_numbers_survive_a_cursor(self, shop):
        dice = random.Random(1)
        days = [date(2026, 1, dice.randint(1, 4)) for _ in range(12)]
        with shop.transaction() as session:
            insert_rows(session, shop.Trader, [{"name": "a", "born": day} for day in days])
        keys = [SortKey("born", shop.Trader.born), SortKey("id", shop.Trader.id)]
        options = {"list_name": "x", "keys": keys, "descending": True, "filters": {}, "secret": SECRET, "size": 5}
        with shop.reading() as session:
            statement = select(shop.Trader.born, shop.Trader.id)
            seen, cursor = [], None
            while True:
                page = paginate(session, statement, cursor=cursor, **options)
                seen += [tuple(row) for row in page.rows]
                cursor = page.next
                if cursor is None:
                    break
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 12


class TestCounting:
    def test_exact_up_to_a_limit(self, shop):
        fill(shop, "abcde")
        with shop.reading() as session:
            statement = select(shop.Trader).where(shop.Trader.name > "a").order_by(shop.Trader.name)
            assert count_up_to(session, statement, 4) == Count(4, exact=True)
            assert count_up_to(session, statement, 3) == Count(3, exact=False)
            assert count_exactly(session, statement) == Count(4, exact=True)

    def test_row_rights_hold(self, shop):
        with shop.transaction() as session:
            insert_rows(session, shop.Trader, [{"name": "mine", "owner_id": 2}, {"name": "theirs", "owner_id": 1}])
        with shop.reading(shop.clerk) as session:
            assert count_up_to(session, select(shop.Trader.id)) == Count(1, exact=True)
            assert count_exactly(session, select(shop.Trader)) == Count(1, exact=True)
            assert [row.name for row in turn(shop, session).rows] == ["mine"]


def test_a_page_is_one_statement(shop):
    fill(shop, "abcdefgh")
    seen = []
    event.listen(shop.database.engine, "before_cursor_execute", lambda c, cu, statement, *rest: seen.append(statement))
    with shop.reading() as session:
        page = turn(shop, session)
        page = turn(shop, session, page.next)
        page = turn(shop, session, page.next)
    assert len([statement for statement in seen if "FROM trade_customer" in statement]) == 3


def test_pages_of_a_search(shop):
    fill(shop, [f"Žuvėdra {number:02}" for number in range(10)] + ["Other"] * 5)
    keys = [SortKey("name", shop.Trader.name_sort), SortKey("id", shop.Trader.id)]
    options = {
        "list_name": "x",
        "keys": keys,
        "descending": False,
        "filters": {"q": "zuv"},
        "secret": SECRET,
        "size": 4,
    }
    with shop.reading() as session:
        statement = restrict_to_matches(
            session, select(shop.Trader.name), shop.Trader.id, parse_query("žuv"), shop.kinds
        )
        page = paginate(session, statement, cursor=None, **options)
        assert [row.name[-2:] for row in page.rows] == ["00", "01", "02", "03"]
        page = paginate(session, statement, cursor=page.next, **options)
        assert [row.name[-2:] for row in page.rows] == ["04", "05", "06", "07"]
        assert count_up_to(session, statement).number == 10
