"""What the fields of a company may be: their types, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.custom_fields.naming import LANGUAGES, free_value
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

MOST_FIELDS = 200
MOST_CHOICES = 200
TITLE_LENGTH, HELP_LENGTH = 100, 300
MONEY = "money"
"""The type that people choose for an amount of money; it is kept as a decimal number with a currency."""
FILE = "file"
"""The type of a field that holds a document of the register."""


@dataclass(frozen=True)
class Kind:
    """What people choose among when they add a field: ``value`` is its name, ``type`` that of the field it makes."""

    value: str
    title: Message
    type: FieldType


TYPES: tuple[Kind, ...] = (
    Kind("line", _("Text"), FieldType.LINE),
    Kind("block", _("Long text"), FieldType.BLOCK),
    Kind("integer", _("Whole number"), FieldType.INTEGER),
    Kind("decimal", _("Decimal number"), FieldType.DECIMAL),
    Kind(MONEY, _("Money"), FieldType.DECIMAL),
    Kind("date", _("Date"), FieldType.DATE),
    Kind("yes_no", _("Yes or no"), FieldType.YES_NO),
    Kind("choice", _("One of several choices"), FieldType.CHOICE),
    Kind("choices", _("Several choices at once"), FieldType.CHOICES),
    Kind("record", _("Link to a client"), FieldType.RECORD),
    Kind("url", _("Web address"), FieldType.URL),
    Kind(FILE, _("File"), FieldType.FILE),
)
BY_VALUE = {one.value: one for one in TYPES}
WITH_CHOICES = frozenset({"choice", "choices"})
TEXTS = frozenset({"line", "block", "url"})
"""Types that quick search can find."""


def sound_values(values: Mapping[str, Any], type: str, present: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return what may be stored of a field; raises InvalidInput naming what may not. ``present`` are its choices."""
    errors: dict[str, Message] = {}
    readers = {"title": _title, "titles": _titles, "help": _help}
    found: dict[str, Any] = {name: read(values[name], errors) for name, read in readers.items() if name in values}
    if "choices" in values and type in WITH_CHOICES:
        found["choices"] = _choices(values["choices"], present, errors)
    if type == MONEY and "currency" in values:
        found["currency"] = _currency(values["currency"], errors)
    found |= {name: bool(values[name]) for name in _FLAGS if name in values}
    if type not in TEXTS and "searchable" in found:
        found["searchable"] = False
    _refuse_contradictions(found, errors)
    if errors:
        raise InvalidInput(errors)
    return found


_FLAGS = ("required", "confidential", "personal", "searchable", "closed")


def _refuse_contradictions(found: Mapping[str, Any], errors: dict[str, Message]) -> None:
    if found.get("searchable") and found.get("confidential"):
        errors["searchable"] = _("What is found is known: a confidential field cannot be searched.")
    if found.get("required") and found.get("confidential"):
        errors["required"] = _("Whoever may not see a confidential field could save nothing any more.")


def _help(given: Any, errors: dict[str, Message]) -> str:
    text = clean_line(str(given or ""))
    if len(text) > HELP_LENGTH:
        errors["help"] = _("This is too long: at most %(longest)s characters fit here.", longest=HELP_LENGTH)
    return text


def _title(given: Any, errors: dict[str, Message]) -> str:
    title = clean_line(str(given or ""))
    if not title:
        errors["title"] = _("Enter a name for the field.")
    elif len(title) > TITLE_LENGTH:
        errors["title"] = _("This is too long: at most %(longest)s characters fit here.", longest=TITLE_LENGTH)
    return title


def _titles(given: Any, errors: dict[str, Message]) -> dict[str, str]:
    titles = {one: clean_line(str(given.get(one) or "")) for one in LANGUAGES} if isinstance(given, Mapping) else {}
    for language, title in titles.items():
        if len(title) > TITLE_LENGTH:
            errors[f"title_{language}"] = _(
                "This is too long: at most %(longest)s characters fit here.", longest=TITLE_LENGTH
            )
    return {language: title for language, title in titles.items() if title}


def _currency(given: Any, errors: dict[str, Message]) -> str:
    currency = clean_line(str(given or "EUR")).upper()
    if not re.fullmatch("[A-Z]{3}", currency):
        errors["currency"] = _("Write a currency with three letters, such as EUR.")
    return currency[:3]


def _choices(given: Any, present: Sequence[Mapping[str, Any]], errors: dict[str, Message]) -> list[dict[str, Any]]:
    """Return the choices for lines of text, one each; those that are gone are closed and never lost.

    A line ``old name = new name`` renames a choice, so that records keep it.
    """
    lines = [clean_line(line) for line in str(given or "").splitlines()]
    wanted = list(dict.fromkeys(line for line in lines if line))
    if not wanted:
        errors["choices"] = _("Write at least one choice, each on a line of its own.")
    if len(wanted) > MOST_CHOICES:
        errors["choices"] = _("At most %(most)s choices fit here.", most=MOST_CHOICES)
    if any(len(line) > 2 * TITLE_LENGTH for line in wanted):
        errors["choices"] = _("This is too long: at most %(longest)s characters fit here.", longest=TITLE_LENGTH)
    if errors:
        return []
    known = {str(one["title"]).casefold(): one for one in present}
    made: list[dict[str, Any]] = []
    for line in wanted:
        old, _sign, new = (part.strip() for part in line.partition(" = "))
        renamed = known.get(old.casefold()) if new else None
        title = new if renamed is not None else line
        one = renamed or known.get(line.casefold())
        taken = {str(each["value"]) for each in [*present, *made]}
        value = str(one["value"]) if one is not None else free_value(title, taken)
        made.append({"value": value, "title": title[:TITLE_LENGTH], "closed": False})
    kept = {one["value"] for one in made}
    return made + [{**one, "closed": True} for one in present if one["value"] not in kept]
