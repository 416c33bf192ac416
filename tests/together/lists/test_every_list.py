"""Every list, of the core and of every module, is walked by each of its orders: nothing twice, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql

from kartoteka.builtin.custom_fields.queries import extensible_kinds
from kartoteka.db.lettering import in_letters
from kartoteka.db.session import use_workplace
from kartoteka.db.types import SortText
from kartoteka.web.lists import ListOrder, RecordList
from kartoteka.web.lists.address import OWN_PARAMETERS, VIEW
from kartoteka.web.lists.building import with_company_fields
from kartoteka.web.lists.definition import RESERVED
from tests.core.clients_list.conftest import listed, pager_links
from tests.hostile.house import House
from tests.together.lists.rows import FURNISHED, ROWS, add_own_fields, add_rows, every_list

LISTS = every_list()
PAGE = 3
NO_DUPLICATES = {("clients", "number"), ("files.register", "number"), ("crm_inquiries.projects", "newest")}
MOST = 40
PG = postgresql.dialect()
SORTED_ROW_BY_ROW = {
    ("crm_clients.segments", "name"),  # a company has some dozens of them
    ("crm_inquiries.projects", "newest"),  # the primary key, which every table has an index of
    ("crm_inquiries.activities", "performer_id"),  # by the name of another table
    ("files.register", "number"),
}
"""Orders that no index of the list's own table serves on both databases."""


@pytest.fixture(params=sorted(LISTS))
def one(request: pytest.FixtureRequest) -> Iterator[RecordList]:
    """A list, with few rows on a page."""
    definition = LISTS[request.param]
    usual = definition.size
    _resize(definition, PAGE)
    yield definition
    _resize(definition, usual)


def _resize(definition: RecordList, size: int) -> None:
    object.__setattr__(definition, "size", size)
    definition.declared.clear()  # what was made out of it with fields of the company


def test_every_list_is_found() -> None:
    assert len(LISTS) >= 14
    assert set(FURNISHED) <= set(LISTS)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_postgresql_compares_letter_by_letter_however_it_was_set_up(name: str) -> None:
    assert 'COLLATE "C"' in SortText().dialect_impl(PG).compile(PG)
    for order in LISTS[name].orders:
        if isinstance(order.column.type, String) and not isinstance(order.column.type, SortText):
            assert 'COLLATE "C"' in str(in_letters(order.column).compile(dialect=PG)), order.name


@pytest.mark.parametrize("name", sorted(LISTS))
def test_an_index_has_the_rows_in_every_order(name: str) -> None:
    for order in LISTS[name].orders:
        if (name, order.name) not in SORTED_ROW_BY_ROW:
            assert in_letters(order.column) is order.column, f"{order.name} is compared otherwise than its index is"
            assert _indexed(LISTS[name], order), f"{order.name} has no index"


def _indexed(one: RecordList, order: ListOrder) -> bool:
    """Tell whether an index begins with what is sorted by, behind the state that lists show unless asked."""
    wanted = order.column.key
    starts = [[column.name for column in index.columns][:2] for index in one.model.__table__.indexes]
    return any(names[:1] == [wanted] or names == ["state", wanted] for names in starts)


def test_a_filter_can_not_be_called_what_addresses_of_lists_need() -> None:
    assert {*OWN_PARAMETERS, VIEW} == RESERVED
    known = LISTS["clients"]
    odd = replace(known.filters[0], name="sort")
    with pytest.raises(ValueError, match="clients has a filter called sort"):
        replace(known, filters=(odd,))


@pytest.mark.catalogue("CORE-21", part="every list, by each of its orders")
def test_every_order_is_the_same_forwards_backwards_and_on_both_databases(
    houses: dict[str, House], one: RecordList
) -> None:
    assert one.name in FURNISHED, f"Say in rows.py what stands in the columns that {one.name} is sorted by."
    walked = {kind: _walk_all(house, one) for kind, house in houses.items()}
    first, *others = walked.values()
    assert len(first) >= 2 * len(one.orders)
    for other in others:
        assert other == first


def _walk_all(house: House, one: RecordList) -> dict[str, list[int]]:
    """Walk a list by all its orders in both directions; returns what was added in the order in which it came."""
    company = house.company
    with use_workplace(company.database, company.system), company.database.transaction(company.system) as session:
        kinds = {kind.kind for kind in extensible_kinds(session)} if one.is_extended else set()
        own = add_own_fields(session, one.kind) if one.kind in kinds else {}
    with use_workplace(company.database, company.system), company.database.transaction(company.system) as session:
        added = add_rows(session, house, one, {**FURNISHED[one.name], **own})
        whole = with_company_fields(one)
        assert {order.name for order in whole.orders} >= {*own}
    found: dict[str, list[int]] = {}
    for order in whole.orders:
        right = _as_python_sorts(house, whole, order)
        for sign, ids in (("", right), ("-", right[::-1])):
            _walk(house, f"{one.path}?sort={sign}{order.name}", ids)
            found[f"{sign}{order.name}"] = [added.index(each) for each in ids if each in added]
    return found


def _as_python_sorts(house: House, one: RecordList, order: ListOrder) -> list[int]:
    """Return the ids by value and id, texts letter by letter, after a look whether the values are worth sorting."""
    company = house.company
    with use_workplace(company.database, company.system), company.database.reading(company.system) as session:
        rows = [(value, id_) for value, id_ in session.execute(select(order.column, one.id).where(*_in_use(one)))]
    values = [value for value, _id in rows]
    assert ROWS <= len(rows) <= MOST
    assert None not in values
    if (one.name, order.name) not in NO_DUPLICATES:
        assert len(set(values)) < len(values), f"Let some of {one.name} have the same {order.name}."
    return [id_ for _value, id_ in sorted(rows)]


def _in_use(one: RecordList) -> list[Any]:
    return [one.model.state == "active"] if one.has_state else []


def _walk(house: House, address: str, right: list[int]) -> None:
    """Walk forwards, and backwards from the last page, and compare."""
    forwards = _pages(house, address, "next")
    assert [each for page in forwards for each in page] == right, address
    last = pager_links(house.browser(house.admin).get(address).text)["last"]
    backwards = _pages(house, last, "previous")
    assert backwards[0] == right[-PAGE:], address
    assert backwards[-1] == right[:PAGE], address
    behind = [each for page in backwards[:-1] for each in reversed(page)]
    assert behind == right[::-1][: len(behind)], address
    assert set(behind) | set(backwards[-1]) == set(right), address


def _pages(house: House, address: str, link: str) -> list[list[int]]:
    browser, pages = house.browser(house.admin), []
    while address and len(pages) < MOST:
        html = browser.get(address).text
        pages.append(listed(html))
        address = pager_links(html).get(link, "")
    return pages
