"""Stored values in the reader's words: on cards, side by side and in logs of changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType
from kartoteka.extension.wiring import REGION_FIELD
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.countries import country_name
from kartoteka.web.templating import format_date, format_datetime, format_number


def write_value(field: Field, value: Any, choices: Sequence[Choice] = ()) -> Translatable:
    """Return a stored value in words: dates and numbers as the reader writes them, choices by their title.

    Without ``choices`` those of the field count, unless they have to be read from the database.
    """
    if value is None or value == "":
        return ""
    if field.words is not None:
        return field.words(value)
    if isinstance(field, CustomField):
        return _write_own(field, value, choices)
    if field.type == FieldType.CHOICE:
        offered = choices or (field.choices if isinstance(field.choices, tuple) else ())
        title = next((choice.title for choice in offered if choice.value == str(value)), None)
        return title if title is not None else _other_choice(field, value)
    return _plain_value(value)


def _write_own(field: CustomField, value: Any, choices: Sequence[Choice]) -> Translatable:
    """Return the stored value of a field that the company has added in words."""
    typed = field.typed(value)
    if field.type in (FieldType.CHOICE, FieldType.CHOICES):
        known = choices or field.known_choices
        titles = {choice.value: str(choice.title) for choice in known if isinstance(known, tuple)}
        chosen = typed if isinstance(typed, list) else [typed]
        return ", ".join(titles.get(str(one), str(one)) for one in chosen if one is not None)
    if isinstance(typed, Decimal):
        return format_number(typed, field.places if field.currency else None)
    return "" if typed is None else _plain_value(typed)


def _other_choice(field: Field, value: Any) -> str:
    return country_name(str(value)) if field.name == REGION_FIELD else str(value)


def _plain_value(value: Any) -> Translatable:
    """Return a value in words, by its type alone."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_number(value, 2)
    return str(value)
