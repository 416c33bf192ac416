"""Conditions that filters on a record's own fields make, alike on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, func, literal, or_, true

from kartoteka.db.walking import Walked
from kartoteka.extension.declarations.custom import BETWEEN
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.period import Period, day_begins
from kartoteka.vocabulary.text import sort_key
from kartoteka.web.i18n import current_formats
from kartoteka.web.lists.definition import ChosenUsers

NOT_SET = "none"
"""What stands for "not set" among the values of a choice or of a user."""

Condition = Callable[[Any], ColumnElement[bool]]


def condition_for(type: FieldType, column: Any) -> Condition:
    """Return what turns a filter's value into a condition on a column of this type."""
    make, walked = _BY_TYPE.get(type, contains_text), Walked(column)
    return partial(make, walked) if type == FieldType.DATETIME else FixedCondition(make, walked)


@dataclass(frozen=True, eq=False)
class FixedCondition:
    """A condition that depends on the value alone, so that statements with it may be kept; moments need a clock."""

    make: Callable[[Any, Any], ColumnElement[bool]]
    column: Any

    def __call__(self, value: Any) -> ColumnElement[bool]:
        return self.make(self.column, value)


def is_empty(column: Any) -> ColumnElement[bool] | None:
    """Return the condition that a column holds nothing; None when it always holds something."""
    clause, walked = column.__clause_element__() if hasattr(column, "__clause_element__") else column, Walked(column)
    parts: list[ColumnElement[bool]] = [walked.is_(None)] if getattr(clause, "nullable", False) else []
    if isinstance(clause.type, String) or getattr(clause.type, "python_type", None) is str:
        parts.append(walked == "")
    return or_(*parts) if parts else None


def contains_text(column: Any, typed: str) -> ColumnElement[bool]:
    """Return the condition that a text contains what was typed, whatever the case.

    SQLite's lower() knows ASCII only, so the usual spellings of other letters are tried beside it.
    """
    spellings = dict.fromkeys(_ascii_lower(form) for form in (typed.lower(), typed.upper(), typed.capitalize(), typed))
    lowered = func.lower(column)
    return or_(*(lowered.contains(spelling, autoescape=True) for spelling in spellings))


def contains_words(column: Any, typed: str) -> ColumnElement[bool]:
    """Return the condition that a sort key contains each of the words typed, without regard to accents."""
    words = sort_key(typed).split()
    return and_(true(), *(column.contains(word, autoescape=True) for word in words))


def one_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the chosen values; ``none`` stands for an empty one."""
    chosen = [value for value in values if value != NOT_SET]
    parts: list[ColumnElement[bool]] = []
    if NOT_SET in values:
        parts.append(column.is_(None) if column.nullable else column == "")
    stored: list[Any] = [int(value) for value in chosen] if column.type.python_type is int else list(chosen)
    if stored:
        parts.append(column == stored[0] if len(stored) == 1 else column.in_(stored))
    return or_(*parts) if parts else false()


def any_of_many(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that one of the chosen values is among several kept in one text; see `BETWEEN`."""
    surrounded = literal(BETWEEN) + column + literal(BETWEEN)
    parts = [
        column == "" if value == NOT_SET else surrounded.contains(f"{BETWEEN}{value}{BETWEEN}", autoescape=True)
        for value in values
    ]
    return or_(*parts) if parts else false()


def of_users(column: Any, chosen: ChosenUsers) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the chosen users."""
    parts: list[ColumnElement[bool]] = []
    if chosen.ids:
        parts.append(column == chosen.ids[0] if len(chosen.ids) == 1 else column.in_(chosen.ids))
    if chosen.others_than is not None:
        parts.append(column != chosen.others_than)
    if chosen.nobody:
        parts.append(column.is_(None))
    return or_(*parts) if parts else false()


def within_days(column: Any, period: Period) -> ColumnElement[bool]:
    """Return the condition that a day lies in a period; the ends of the calendar stand for an open end."""
    parts: list[ColumnElement[bool]] = []
    if period.first > date.min:
        parts.append(column >= period.first)
    if period.last < date.max:
        parts.append(column <= period.last)
    return and_(true(), *parts)


def within_moments(column: Any, period: Period) -> ColumnElement[bool]:
    """Return the condition that a moment lies in a period of days on the reader's clock."""
    parts: list[ColumnElement[bool]] = []
    if period.first > date.min:
        parts.append(column >= _midnight(period.first))
    if period.last < date.max:
        parts.append(column < _midnight(period.last + timedelta(days=1)))
    return and_(true(), *parts)


def within_numbers(column: Any, ends: tuple[Any, Any]) -> ColumnElement[bool]:
    """Return the condition that a number lies between two ends; None is an open end."""
    lowest, highest = ends
    parts: list[ColumnElement[bool]] = []
    if lowest is not None:
        parts.append(column >= lowest)
    if highest is not None:
        parts.append(column <= highest)
    return and_(true(), *parts)


def _is(column: Any, value: bool) -> ColumnElement[bool]:
    return column.is_(value)  # type: ignore[no-any-return]


def _midnight(day: date) -> datetime:
    return day_begins(day, current_formats().zone)


def _ascii_lower(value: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in value)


_BY_TYPE: dict[FieldType, Callable[[Any, Any], ColumnElement[bool]]] = {
    FieldType.CHOICE: one_of,
    FieldType.USER: of_users,
    FieldType.DATE: within_days,
    FieldType.DATETIME: within_moments,
    FieldType.INTEGER: within_numbers,
    FieldType.DECIMAL: within_numbers,
    FieldType.YES_NO: _is,
}
