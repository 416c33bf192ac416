"""Numbers come in order, without gaps where that is asked for, also when many draw at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import select

from kartoteka.db.series import Draw, NumberSeries, next_number, next_numbers, next_of_each

DAY = date(2026, 5, 1)


def draw(shop, *, on=DAY, **options):
    with shop.transaction() as session:
        return next_number(session, "invoices", on=on, **options)


def test_numbers_follow_their_mask(shop):
    assert [draw(shop) for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    assert draw(shop, on=date(2025, 12, 31)) == "2025-0001"
    assert draw(shop) == "2026-0004"


def test_a_mask_without_a_year_goes_on_for_ever(shop):
    mask = "K{number:05}"
    assert [draw(shop, mask=mask, on=date(year, 1, 1)) for year in (2025, 2026)] == ["K00001", "K00002"]


def test_the_mask_of_a_year_stays_in_force(shop):
    assert draw(shop, mask="A{year}/{number}") == "A2026/1"
    assert draw(shop, mask="B{year}/{number}") == "A2026/2"
    assert draw(shop, mask="B{year}/{number}", on=date(2027, 1, 1)) == "B2027/1"


@pytest.mark.parametrize(
    "mask", ["", "{year}", "{number.__class__}", "{number!r}", "{number:>{year}}", "{0}", "{{number}}"]
)
def test_masks_that_mean_mischief_are_refused(shop, mask):
    with pytest.raises(ValueError, match="mask"):
        draw(shop, mask=mask)


def test_a_gapless_number_rolled_back_is_given_again(shop):
    assert draw(shop, gapless=True) == "2026-0001"
    with suppress(RuntimeError), shop.transaction() as session:
        assert next_number(session, "invoices", gapless=True, on=DAY) == "2026-0002"
        raise RuntimeError
    assert draw(shop, gapless=True) == "2026-0002"


def test_a_first_gapless_number_rolled_back_is_given_again(shop):
    with suppress(RuntimeError), shop.transaction() as session:
        next_number(session, "invoices", gapless=True, on=DAY)
        raise RuntimeError
    assert draw(shop, gapless=True) == "2026-0001"


def test_several_series_are_drawn_from_together(shop):
    invoices, calls = Draw("invoices", "{year}-{number:04}", DAY), Draw("calls", "C{number}", DAY)
    with shop.transaction() as session:
        assert next_of_each(session, invoices, calls) == ["2026-0001", "C1"]
        assert next_numbers(session, "calls", 3, mask="C{number}", on=DAY) == ["C2", "C3", "C4"]
        assert next_of_each(session, calls, invoices) == ["C5", "2026-0002"]
        assert next_of_each(session, calls, Draw("invoices", "{year}-{number:04}", DAY.replace(year=2025))) == [
            "C6",
            "2025-0001",
        ]
    assert draw(shop) == "2026-0003"
    with shop.transaction() as session, pytest.raises(ValueError, match="mask"):
        next_of_each(session, invoices, Draw("calls", "C{year}", DAY))


def test_who_draws_from_the_same_series_in_another_order_waits_for_nobody(shop):
    def work(number):
        both = [Draw("invoices", "{number}", DAY), Draw("calls", "{number}", DAY)]
        drawn = []
        for _ in range(10):
            with shop.transaction() as session:
                drawn.append(next_of_each(session, *(both if number % 2 else both[::-1]))[0 if number % 2 else 1])
        return drawn

    with ThreadPoolExecutor(8) as pool:
        drawn = [text for texts in pool.map(work, range(8)) for text in texts]
    assert sorted(map(int, drawn)) == list(range(1, 81))


@pytest.mark.parametrize("gapless", [True, False])
def test_many_at_once_each_get_their_own(shop, gapless):
    def work(number):
        drawn = []
        for step in range(10):
            with suppress(ZeroDivisionError), shop.transaction() as session:
                session.add(shop.Trader(name=f"{number}-{step}"))
                session.flush()
                text = next_number(session, "invoices", gapless=gapless, on=DAY)
                if step % 5 == 4:
                    raise ZeroDivisionError
                drawn.append(text)
        return drawn

    with ThreadPoolExecutor(8) as pool:
        drawn = [text for texts in pool.map(work, range(8)) for text in texts]
    assert len(drawn) == len(set(drawn)) == 64
    if gapless or shop.database.is_sqlite:
        assert sorted(drawn) == [f"2026-{number:04}" for number in range(1, 65)]
    else:
        assert max(drawn) > "2026-0064"


def test_fast_numbers_make_nobody_wait(shop):
    if shop.database.is_sqlite:
        return
    with shop.transaction() as session, ThreadPoolExecutor(1) as pool:
        assert next_number(session, "invoices", on=DAY) == "2026-0001"
        assert pool.submit(draw, shop).result(timeout=60) == "2026-0002"


def test_the_series_says_what_it_is(shop):
    draw(shop, gapless=True)
    with shop.database.reading(shop.boss) as session:
        assert session.scalars(select(NumberSeries)).all() == []  # rows of the system only
