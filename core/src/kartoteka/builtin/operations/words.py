"""Writes what changed in words: titles of fields, old and new values as the reader says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.templating import format_date, format_datetime, format_number

STATE = Field(
    name="state",
    title=_("State"),
    type=FieldType.CHOICE,
    choices=(
        Choice(RecordState.ACTIVE, _("active")),
        Choice(RecordState.ARCHIVED, _("archived")),
        Choice(RecordState.DELETED, _("in the bin")),
        Choice(RecordState.MERGED, _("merged")),
    ),
)
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class WrittenLine:
    """One field of a change: its title, and the values before and after in the reader's words."""

    title: Message
    old: Translatable
    new: Translatable


class Writer:
    """Writes the changes of many records; names of users are read once for all of them."""

    def __init__(self, session: Session, changes: Iterable[tuple[RecordKind, Changes]]) -> None:
        self.session = session
        self.can = actor_of(session).can
        self._choices: dict[str, Sequence[Choice]] = {}
        ids = {one for kind, values in changes for one in _user_ids(kind, values)}
        self._users = user_names(session, sorted(ids)) if ids else {}

    def lines(self, kind: RecordKind, action: str, changes: Changes) -> list[WrittenLine]:
        """Return the fields that the actor may read, in the order of the kind's fields."""
        lines = []
        for field in fields_of(kind):
            if field.attribute not in changes or (field.read_permission and not self.can(field.read_permission)):
                continue
            old, new = changes[field.attribute] if action == "changed" else (changes[field.attribute], None)
            if old not in (None, "") or new not in (None, ""):
                lines.append(WrittenLine(field.title, self.value(field, old), self.value(field, new)))
        return lines

    def value(self, field: Field, value: Any) -> Translatable:
        """Return one value in words."""
        if value is None or value == "":
            return ""
        if field.type == FieldType.USER:
            return self._users.get(value, str(value))
        for choice in self._choices_of(field):
            if choice.value == str(value):
                return choice.title
        return plain_words(value)

    def _choices_of(self, field: Field) -> Sequence[Choice]:
        if isinstance(field.choices, tuple):
            return field.choices
        if field.key not in self._choices:
            self._choices[field.key] = field.choices(self.session)
        return self._choices[field.key]


def fields_of(kind: RecordKind) -> list[Field]:
    """Return the tracked fields of a kind, and the state that records may have."""
    return [*(field for field in kind.fields if field.tracked), STATE]


def field_titles(kind: RecordKind | None, columns: Iterable[str], can: Callable[[str], bool]) -> list[Translatable]:
    """Return the titles of the fields behind columns; of those that the reader may not read, nothing."""
    fields = {field.attribute: field for field in fields_of(kind)} if kind is not None else {}
    found = [fields[name] for name in columns if name in fields]
    return [field.title for field in found if not field.read_permission or can(field.read_permission)]


def plain_words(value: Any) -> Translatable:
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


def _user_ids(kind: RecordKind, changes: Changes) -> Iterable[int]:
    for field in kind.fields:
        if field.type == FieldType.USER and field.attribute in changes:
            value = changes[field.attribute]
            yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, int))
