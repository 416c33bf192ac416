"""Reads what an address asks of a filter. Nothing typed there raises: what makes no sense becomes a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, false, func, not_

from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.lists.asking import asked_in
from kartoteka.web.lists.conditions import NOT_SET, FixedCondition
from kartoteka.web.lists.definition import DAYS, NUMBERS, ChosenUsers, ListFilter

NOT, EMPTY, FILLED = "not", "empty", "filled"
SENSES = (Choice(NOT, _("is not")), Choice(EMPTY, _("is empty")), Choice(FILLED, _("is filled in")))
ME = "me"
OTHERS = "others"
YES, NO = "yes", "no"
USER_WORDS = (
    Choice(ME, _("Mine")),
    Choice(OTHERS, _("Others'")),
    Choice(NOT_SET, _("Nobody's")),
)
YES_NO = (Choice(YES, _("Yes")), Choice(NO, _("No")))
UNSET = Choice(NOT_SET, _("Not set"))
LONGEST = 200
MOST_VALUES = 50
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1800, 2999
_MOST_DIGITS = 12


class Unreadable(ValueError):
    """What was asked for makes no sense; holds the message for the user."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class FilterInput:
    """A filter as an address asks for it: the raw values by parameter, and what came of them.

    ``value`` is None when nothing, or nothing sensible, was asked for; ``words`` say the value to people. ``sense`` is
    NOT when all other records are meant, EMPTY or FILLED when no value is asked for but whether there is one.
    """

    filter: ListFilter
    given: Mapping[str, tuple[str, ...]]
    value: Any = None
    words: tuple[Translatable, ...] = ()
    problem: Message | None = None
    sense: str = ""
    session: Session | None = field(default=None, compare=False)

    @property
    def is_active(self) -> bool:
        """Whether the list is limited by it."""
        return self.value is not None or self.sense in (EMPTY, FILLED)

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition of an active filter."""
        if self.sense in (EMPTY, FILLED) and self.filter.is_empty is not None:
            return self.filter.is_empty if self.sense == EMPTY else not_(self.filter.is_empty)
        with asked_in(self.session):
            met = self.filter.condition(self.value)
        # A record without a value does not meet the condition, so it is among "all others".
        return not_(func.coalesce(met, false())) if self.sense == NOT else met

    @property
    def key(self) -> Hashable | None:
        """All that the condition depends on; None when that may be anything, such as the reader's clock."""
        condition = self.filter.condition
        return (condition, self.sense, self.value) if isinstance(condition, FixedCondition) else None

    def first(self, parameter: str) -> str:
        """Return the first raw value of a parameter, "" without one."""
        return (self.given.get(parameter) or ("",))[0]


@dataclass(frozen=True)
class Surroundings:
    """What is needed to read filters: the choices of a filter, the users by id, and who asks."""

    choices: Callable[[ListFilter], Sequence[Choice]]
    users: Callable[[], Mapping[int, str]]
    me: int | None
    write_day: Callable[[date], str]


def read_filter(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> FilterInput:
    """Return what an address asks of this filter; ``given`` holds its parameters that are not empty."""
    if not given:
        return FilterInput(one, given)
    try:
        sense = _read_sense(one, given)
        if sense in (EMPTY, FILLED):
            return FilterInput(one, given, words=(_SENSE_WORDS[sense],), sense=sense)
        if not any(name in given for name in one.values):
            return FilterInput(one, given)
        value, words = _READERS.get(one.type, _read_text)(one, given, around)
    except Unreadable as error:
        return FilterInput(one, given, problem=error.message)
    return FilterInput(one, given, value, tuple(_denied(words) if sense == NOT else words), sense=sense)


def senses(one: ListFilter) -> list[Choice]:
    """Return the ways in which a filter may be meant beside the plain one."""
    return [choice for choice in SENSES if _is_possible(one, choice.value)]


_SENSE_WORDS = {EMPTY: _("empty"), FILLED: _("filled in")}


def _read_sense(one: ListFilter, given: Mapping[str, tuple[str, ...]]) -> str:
    sense = (given.get(one.sense) or ("",))[0]
    if sense and not _is_possible(one, sense):
        raise Unreadable(_("Choose one of the values offered."))
    return sense


def _is_possible(one: ListFilter, sense: str) -> bool:
    if sense == NOT:
        return one.type != FieldType.YES_NO
    return sense in _SENSE_WORDS and one.is_empty is not None


def _denied(words: Sequence[Translatable]) -> list[Translatable]:
    return [_("not %(value)s", value=word) for word in words]


def read_day(written: str) -> date:
    """Read a day as browsers write it, 2026-11-30; raises Unreadable."""
    found = _DAY.fullmatch(written.strip())
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Unreadable(_("This is not a date. Choose it from the calendar or write it as 2026-11-30."))
    return day


def read_number(written: str) -> Decimal:
    """Read a number, with comma or point; raises Unreadable."""
    plain = re.sub(r"\s", "", written).replace("−", "-").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Unreadable(_("Write a number here.")) from None
    if not number.is_finite() or abs(number) >= 10**_MOST_DIGITS:
        raise Unreadable(_("This number is too large."))
    return number


def user_words(one: ListFilter) -> list[Choice]:
    """Return what may be asked for beside users by name; "nobody's" only where that is possible."""
    return [word for word in USER_WORDS if one.optional or word.value != NOT_SET]


Read = tuple[Any, Sequence[Translatable]]


def _read_choices(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    values = tuple(dict.fromkeys(given[one.name]))[:MOST_VALUES]
    offered = {choice.value: choice.title for choice in around.choices(one)}
    if one.optional:
        offered[NOT_SET] = UNSET.title
    if not all(value in offered for value in values):
        raise Unreadable(_("Choose one of the values offered."))
    return values, [offered[value] for value in values]


def _read_users(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    values = tuple(dict.fromkeys(given[one.name]))[:MOST_VALUES]
    titles: dict[str, Translatable] = {word.value: word.title for word in user_words(one)}
    ids: list[int] = []
    words: list[Translatable] = []
    for value in values:
        if value not in titles:
            ids.append(_user_id(value, around.users()))
            words.append(around.users()[ids[-1]])
            continue
        words.append(titles[value])
    if around.me is not None and ME in values:
        ids.append(around.me)
    others = around.me if OTHERS in values else None
    return ChosenUsers(tuple(dict.fromkeys(ids)), others, NOT_SET in values), words


def _user_id(value: str, users: Mapping[int, str]) -> int:
    user_id = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0
    if user_id not in users:
        raise Unreadable(_("There is no such user."))
    return user_id


def _read_days(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    first, last = (read_day(given[name][0]) if name in given else None for name in one.values)
    if first and last and last < first:
        raise Unreadable(_("The last day is before the first one."))
    return Period(first or date.min, last or date.max), _interval_words(first, last, around.write_day)


def _read_numbers(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    if one.single:
        number = _fitting(read_number(given[one.name][0]), one)
        return (number, number), [str(number)]
    lowest, highest = (_fitting(read_number(given[name][0]), one) if name in given else None for name in one.values)
    if lowest is not None and highest is not None and highest < lowest:
        raise Unreadable(_("The highest number is below the lowest one."))
    return (lowest, highest), _interval_words(lowest, highest, str)


def _fitting(number: Decimal, one: ListFilter) -> Decimal | int:
    if one.type == FieldType.DECIMAL:
        return number
    if number != int(number):
        raise Unreadable(_("Write a whole number here."))
    return int(number)


def _interval_words(first: Any, last: Any, write: Callable[[Any], str]) -> list[Translatable]:
    if first is not None and last is not None:
        return [_("%(first)s to %(last)s", first=write(first), last=write(last))]
    if first is not None:
        return [_("from %(first)s", first=write(first))]
    return [_("up to %(last)s", last=write(last))]


def _read_yes_no(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    titles = {choice.value: choice.title for choice in YES_NO}
    value = given[one.name][0]
    if value not in titles:
        raise Unreadable(_("Choose one of the values offered."))
    return value == YES, [titles[value]]


def _read_text(one: ListFilter, given: Mapping[str, tuple[str, ...]], around: Surroundings) -> Read:
    value = clean_line(given[one.name][0][:LONGEST])
    return (value, [value]) if value else (None, ())


_READERS: dict[FieldType, Callable[[ListFilter, Mapping[str, tuple[str, ...]], Surroundings], Read]] = {
    FieldType.CHOICE: _read_choices,
    FieldType.USER: _read_users,
    FieldType.YES_NO: _read_yes_no,
    **dict.fromkeys(DAYS, _read_days),
    **dict.fromkeys(NUMBERS, _read_numbers),
}
