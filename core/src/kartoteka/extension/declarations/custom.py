"""A field that a company adds itself: what may be typed into it, how its values are stored, compared and sorted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Numeric, String, cast, func
from sqlalchemy.types import TypeDecorator

from kartoteka.db.lettering import LetterByLetter
from kartoteka.db.members import MEMBERS
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary import identifiers
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.vocabulary.text import clean_block, clean_line

BETWEEN = "|"
"""Stands between the values of a field with several choices; no value of a choice has it."""

LONGEST_LINE, LONGEST_BLOCK, LONGEST_ADDRESS = 300, 20_000, 500
NOT_OFFERED = _("Choose one of the values offered.")
_EARLIEST, _LATEST = date(1000, 1, 1), date(2999, 12, 31)
_MOST = Decimal(10) ** 15
_LEAST_OF_ALL = -1e18
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
Stored = tuple[Any, Message | None]


class _Day(TypeDecorator[date]):
    """A day kept as a text, 2026-11-30: its order is that of the days."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: str | None, dialect: Any) -> date | None:
        return date.fromisoformat(value) if value else None


class _Number(TypeDecorator[Decimal]):
    """A number kept as a text, exact when it is read; the databases compare it as a number."""

    impl = Numeric
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(24, 6, asdecimal=False)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(str(value)).normalize() + 0


@dataclass(frozen=True, kw_only=True)
class CustomField(Field):
    """A field that lives in the database; its values are members of the JSON column of their record's table.

    ``name`` begins with ``x_`` and never changes, whatever the field is called. ``kind`` is its record kind. Money is
    a decimal number in ``currency``, which stands behind the title. A file is a document of the register, by its id.
    """

    kind: str
    currency: str = ""
    places: int = 2

    @property
    def is_many(self) -> bool:
        """Whether several choices may be taken."""
        return self.type is FieldType.CHOICES

    @property
    def longest(self) -> int | None:
        """The longest text that fits, None where it is no text."""
        return _LENGTHS.get(self.type)

    def read(self, given: Any) -> Stored:
        """Return what is typed, read from a file or sent by a program as it is stored, or the problem with it."""
        if given is None or given == "" or given == [] or given == ():
            return None, _("Fill this in.") if self.required else None
        value, problem = _READERS.get(self.type, _read_line)(self, given)
        if problem is None and value is None and self.required:
            problem = _("Fill this in.")
        return value, problem

    def typed(self, stored: Any) -> Any:
        """Return a stored value as Python has it: a day, a decimal number, the values chosen."""
        if stored is None or stored == "":
            return None
        try:
            if self.type is FieldType.DATE:
                return date.fromisoformat(str(stored))
            if self.type is FieldType.DECIMAL:
                return Decimal(str(stored))
        except (ValueError, InvalidOperation):
            return None
        return str(stored).split(BETWEEN) if self.is_many else stored

    def expression(self, model: type[Any]) -> ColumnElement[Any]:
        """Return the value as a part of a statement on this table; a text is never NULL."""
        column = getattr(model, MEMBERS)
        member = column[self.name]
        if self.type is FieldType.YES_NO:
            return member.as_boolean()  # type: ignore[no-any-return]
        text = member.as_string()
        if self.type in (FieldType.INTEGER, FieldType.RECORD, FieldType.FILE):
            return cast(text, Integer)
        if self.type is FieldType.DECIMAL:
            return cast(text, _Number())
        if self.type is FieldType.DATE:
            return func.nullif(text, "", type_=_Day())
        return func.coalesce(text, "")

    def sort_expression(self, model: type[Any]) -> ColumnElement[Any]:
        """Return what lists are sorted by, never NULL: texts in small letters (of a to z), numbers as numbers."""
        text = getattr(model, MEMBERS)[self.name].as_string()
        if self.type in (FieldType.INTEGER, FieldType.DECIMAL):
            return func.coalesce(cast(text, Float), _LEAST_OF_ALL)
        return func.lower(LetterByLetter(func.coalesce(text, "")))

    @property
    def is_sorted(self) -> bool:
        """Whether lists can be sorted by it."""
        return self.type not in (FieldType.RECORD, FieldType.FILE, FieldType.BLOCK, FieldType.CHOICES)


def _read_line(field: CustomField, given: Any) -> Stored:
    if not isinstance(given, str | int | Decimal) or isinstance(given, bool):
        return None, _("This must be a text.")
    return _fitting(clean_line(str(given)), LONGEST_LINE)


def _read_block(field: CustomField, given: Any) -> Stored:
    if not isinstance(given, str):
        return None, _("This must be a text.")
    return _fitting(clean_block(given), LONGEST_BLOCK)


def _fitting(text: str, longest: int) -> Stored:
    if len(text) > longest:
        return None, _("This is too long: at most %(longest)s characters fit here.", longest=longest)
    return text or None, None


def _read_address(field: CustomField, given: Any) -> Stored:
    text, problem = _fitting(clean_line(str(given)), LONGEST_ADDRESS)
    if text is None or problem:
        return text, problem
    checked = identifiers.website(text)
    return text, checked.problem if checked.value is None else None


def _read_integer(field: CustomField, given: Any) -> Stored:
    number, problem = _number(given)
    if problem or number is None:
        return None, problem
    if number != number.to_integral_value() or abs(number) >= 10**9:
        return None, _("Write a whole number here.")
    return int(number), None


def _read_decimal(field: CustomField, given: Any) -> Stored:
    number, problem = _number(given)
    if problem or number is None:
        return None, problem
    rounded = number.quantize(Decimal(1).scaleb(-field.places))
    return format(rounded if field.currency else rounded.normalize() + 0, "f"), None


def _number(given: Any) -> tuple[Decimal | None, Message | None]:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        return None, _("Write a number here.")
    written = re.sub(r"\s", "", str(given)).replace("\u2212", "-").replace(",", ".")
    if not written:
        return None, None
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None, _("Write a number here.")
    return (number, None) if number.is_finite() and abs(number) < _MOST else (None, _("Write a number here."))


def _read_day(field: CustomField, given: Any) -> Stored:
    try:
        day = given if isinstance(given, date) else date.fromisoformat(str(given).strip())
    except ValueError:
        return None, _("This is not a date. Write it as 2026-11-22.")
    if not _EARLIEST <= day <= _LATEST:
        return None, _("Check the year of this date.")
    return day.isoformat()[:10], None


def _read_yes_no(field: CustomField, given: Any) -> Stored:
    if isinstance(given, bool):
        return given, None
    word = clean_line(str(given)).casefold()
    known = {**_WORDS, str(_("Yes")).casefold(): True, str(_("No")).casefold(): False}
    return (known[word], None) if word in known else (None, _("This must be yes or no."))


def _read_choice(field: CustomField, given: Any) -> Stored:
    value = _choice(field, given)
    return (value, None) if value is not None else (None, NOT_OFFERED)


def _read_choices(field: CustomField, given: Any) -> Stored:
    parts = given if isinstance(given, list | tuple) else re.split(r"[|;,\n]", str(given))
    values = [_choice(field, one) for one in parts if str(one).strip()]
    if None in values:
        return None, NOT_OFFERED
    order = [choice.value for choice in _all_choices(field)]
    chosen = sorted({str(value) for value in values}, key=order.index)
    return BETWEEN.join(chosen) or None, None


def _choice(field: CustomField, given: Any) -> str | None:
    """Return the choice that is meant, by its value or, as files have it, by its title in any language."""
    if not isinstance(given, str | int) or isinstance(given, bool):
        return None
    typed = clean_line(str(given))
    for choice in _all_choices(field):
        if typed == choice.value:
            return str(choice.value)
    folded = typed.casefold()
    for choice in _all_choices(field):
        titles: Mapping[str, Any] = getattr(choice.title, "values", {})
        if folded in {str(choice.title).casefold(), *(str(one).casefold() for one in titles.values())}:
            return str(choice.value)
    return None


def _all_choices(field: CustomField) -> tuple[Any, ...]:
    known = field.known_choices or field.choices
    return known if isinstance(known, tuple) else ()


def _read_record(field: CustomField, given: Any) -> Stored:
    number = read_id(str(given)) if isinstance(given, str | int) and not isinstance(given, bool) else None
    return (number, None) if number is not None else (None, NOT_OFFERED)


_LENGTHS: Mapping[FieldType, int] = {
    FieldType.LINE: LONGEST_LINE,
    FieldType.BLOCK: LONGEST_BLOCK,
    FieldType.URL: LONGEST_ADDRESS,
}
_READERS = {
    FieldType.BLOCK: _read_block,
    FieldType.URL: _read_address,
    FieldType.INTEGER: _read_integer,
    FieldType.DECIMAL: _read_decimal,
    FieldType.DATE: _read_day,
    FieldType.YES_NO: _read_yes_no,
    FieldType.CHOICE: _read_choice,
    FieldType.CHOICES: _read_choices,
    FieldType.RECORD: _read_record,
    FieldType.FILE: _read_record,
}
