"""Writes what changed in words: titles of fields, old and new values as the reader says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.values import write_value

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
"""By column: the old and the new value of a changed record, the only value of one that was created or deleted."""

_LED_TO = {FieldType.RECORD: "clients.client", FieldType.FILE: "files.file"}
"""The record kinds that fields of the company lead to."""

UserNames = Callable[[Session, list[int]], Mapping[int, str]]
"""Reads the names of users in one statement."""


@dataclass(frozen=True)
class ChangeLine:
    """One field of a change: its title, and the values before and after in the reader's words."""

    title: Message
    old: Translatable
    new: Translatable


class ChangeWriter:
    """Writes the changes of many records; names of users, records and choices are read once for all of them."""

    def __init__(
        self, session: Session, changes: Iterable[tuple[RecordKind, Changes]], *, user_names: UserNames
    ) -> None:
        self.session = session
        self.can = actor_of(session).can
        self._choices: dict[tuple[str, str], Sequence[Choice]] = {}
        listed = list(changes)
        ids = {one for kind, values in listed for one in _user_ids(kind, values)}
        self._users = user_names(session, sorted(ids)) if ids else {}
        self._titles = _titles(session, {one for kind, values in listed for one in _led_to(kind, values)})

    def lines(self, kind: RecordKind, action: str, changes: Changes) -> list[ChangeLine]:
        """Return the fields that the actor may read, in the order of the kind's fields."""
        lines = []
        for attribute, field in _fields_of(kind).items():
            if attribute not in changes or not field.is_readable(self.can):
                continue
            old, new = changes[attribute] if action == "changed" else (changes[attribute], None)
            if not (_says_nothing(old) and _says_nothing(new)):
                lines.append(ChangeLine(field.title, self._written(kind, field, old), self._written(kind, field, new)))
        return lines

    def _written(self, kind: RecordKind, field: Field, value: Any) -> Translatable:
        if field.type == FieldType.USER and value is not None:
            return self._users.get(value, str(value))
        if isinstance(field, CustomField) and field.type in _LED_TO and value is not None:
            return self._titles.get((_LED_TO[field.type], value), str(value))
        return write_value(field, value, self._choices_of(kind, field))

    def _choices_of(self, kind: RecordKind, field: Field) -> Sequence[Choice]:
        choices = field.known_choices or field.choices
        if not callable(choices):
            return choices
        key = (kind.kind, field.name)
        if key not in self._choices:
            self._choices[key] = choices(self.session)
        return self._choices[key]


def field_titles(kind: RecordKind | None, columns: Iterable[str], can: Callable[[str], bool]) -> list[Translatable]:
    """Return the titles of the fields behind columns; of those that the reader may not read, nothing."""
    fields = _fields_of(kind) if kind is not None else {}
    return [fields[name].title for name in columns if name in fields and fields[name].is_readable(can)]


def _fields_of(kind: RecordKind) -> dict[str, Field]:
    """Return the tracked fields of a kind by column, and the state that records may have."""
    return {**{field.attribute: field for field in kind.fields if field.tracked}, STATE.attribute: STATE}


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value == ""


def _user_ids(kind: RecordKind, changes: Changes) -> Iterable[int]:
    for field in kind.fields:
        if field.type == FieldType.USER and field.attribute in changes:
            yield from _numbers(changes[field.attribute])


def _led_to(kind: RecordKind, changes: Changes) -> Iterable[tuple[str, int]]:
    """Yield the kinds and ids of the records that fields of the company lead to."""
    for field in kind.fields:
        if isinstance(field, CustomField) and field.type in _LED_TO and field.attribute in changes:
            yield from ((_LED_TO[field.type], number) for number in _numbers(changes[field.attribute]))


def _numbers(value: Any) -> Iterable[int]:
    return (one for one in (value if isinstance(value, tuple | list) else (value,)) if isinstance(one, int))


def _titles(session: Session, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return what these records are called, as far as the actor sees them; one statement for each kind."""
    registry = extension_of(session).registry
    found: dict[tuple[str, int], str] = {}
    for name in {kind for kind, _number in wanted}:
        kind = registry.find_kind(name)
        if kind is not None:
            ids = sorted(number for one, number in wanted if one == name)
            found |= {(name, ref): summary.title for ref, summary in kind.summarise(session, ids).items()}
    return found
