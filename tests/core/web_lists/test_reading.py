"""What an address asks of filters: hostile values become messages, never errors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import true

from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.web.lists.definition import ChosenUsers, ListFilter
from kartoteka.web.lists.reading import FilterInput, Surroundings, read_filter

CHOICES = (Choice("a", _("Most important")), Choice("b", _("Important")))
AROUND = Surroundings(
    choices=lambda one: one.choices,  # type: ignore[arg-type, return-value]
    users=lambda: {7: "Ona", 8: "Jonas"},
    me=7,
    write_day=date.isoformat,
)
HOSTILE = [
    "'; drop table core_client--",
    "\x00",
    "٣",
    "9" * 400,
    "-1",
    "<script>",
    "%",
    "NaN",
    "1e999",
    "0x10",
    "\ud800",
]


def read(type: FieldType, values: dict[str, tuple[str, ...]], **options: Any) -> FilterInput:
    one = ListFilter(name="f", title=_("Filter"), type=type, condition=lambda value: true(), **options)
    return read_filter(one, values, AROUND)


@pytest.mark.parametrize("type", [*FieldType])
@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_typed_raises(type: FieldType, value: str) -> None:
    for name in ("f", "f.from", "f.to"):
        one = ListFilter(name="f", title=_("Filter"), type=type, condition=lambda value: true(), choices=CHOICES)
        given = {name: (value,)} if name in one.parameters else {}
        made = read_filter(one, given, AROUND)
        assert not (made.problem and made.is_active)


def test_a_choice_takes_several_values_once() -> None:
    made = read(FieldType.CHOICE, {"f": ("a", "b", "a")}, choices=CHOICES)
    assert made.value == ("a", "b")
    assert [str(word) for word in made.words] == ["Most important", "Important"]


def test_a_value_that_is_not_offered_is_told_and_does_not_count() -> None:
    made = read(FieldType.CHOICE, {"f": ("z",)}, choices=CHOICES)
    assert str(made.problem) == "Choose one of the values offered."
    assert not made.is_active


def test_not_set_is_offered_where_the_field_may_be_empty() -> None:
    assert read(FieldType.CHOICE, {"f": ("none",)}, choices=CHOICES, optional=True).value == ("none",)
    assert read(FieldType.CHOICE, {"f": ("none",)}, choices=CHOICES).problem


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("me",), ChosenUsers((7,))),
        (("others",), ChosenUsers((), 7)),
        (("8", "me"), ChosenUsers((8, 7))),
        (("none",), ChosenUsers(nobody=True)),
    ],
)
def test_users_are_me_others_nobody_or_by_name(values: tuple[str, ...], expected: ChosenUsers) -> None:
    assert read(FieldType.USER, {"f": values}, optional=True).value == expected


def test_an_unknown_user_is_told() -> None:
    assert str(read(FieldType.USER, {"f": ("99",)}).problem) == "There is no such user."
    assert read(FieldType.USER, {"f": ("none",)}).problem


def test_days_make_a_period_that_may_be_open() -> None:
    both = read(FieldType.DATE, {"f.from": ("2026-01-01",), "f.to": ("2026-01-31",)})
    assert both.value == Period(date(2026, 1, 1), date(2026, 1, 31))
    assert read(FieldType.DATE, {"f.from": ("2026-01-01",)}).value == Period(date(2026, 1, 1), date.max)
    assert [str(word) for word in read(FieldType.DATE, {"f.to": ("2026-01-31",)}).words] == ["up to 2026-01-31"]


@pytest.mark.parametrize("written", ["2026-02-30", "yesterday", "20260101", "2026-W01-1", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_told(written: str) -> None:
    assert "not a date" in str(read(FieldType.DATETIME, {"f.from": (written,)}).problem)


def test_an_interval_the_wrong_way_round_is_told() -> None:
    assert read(FieldType.DATE, {"f.from": ("2026-02-01",), "f.to": ("2026-01-01",)}).problem
    assert read(FieldType.DECIMAL, {"f.from": ("2",), "f.to": ("1,5",)}).problem


def test_numbers_are_read_as_people_write_them() -> None:
    made = read(FieldType.DECIMAL, {"f.from": ("1 200,50",)})
    assert made.value == (Decimal("1200.50"), None)
    assert read(FieldType.INTEGER, {"f.to": ("12",)}).value == (None, 12)
    assert str(read(FieldType.INTEGER, {"f.to": ("1,5",)}).problem) == "Write a whole number here."
    assert read(FieldType.INTEGER, {"f": ("30",)}, single=True).value == (30, 30)


def test_yes_and_no() -> None:
    assert read(FieldType.YES_NO, {"f": ("no",)}).value is False
    assert read(FieldType.YES_NO, {"f": ("maybe",)}).problem
