"""Writes what changed in words: titles of fields, old and new values as the reader says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.db.members import MEMBERS, spread
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.seeing import summaries_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
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
"""The record kinds that fields of the company lead to; a declared field leads where its column's foreign key does."""

Titles = Mapping[tuple[str, int], str]
"""What records are called, by kind and id."""

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
        self,
        session: Session,
        changes: Iterable[tuple[RecordKind, Changes]],
        *,
        user_names: UserNames,
        titles: Titles | None = None,
    ) -> None:
        """``titles`` are those of records that are not called what they are called today."""
        self.session = session
        self.can = actor_of(session).can
        self._choices: dict[tuple[str, str], Sequence[Choice]] = {}
        listed = [(kind, _spread(values)) for kind, values in changes]
        ids = {one for kind, values in listed for one in _user_ids(kind, values)}
        self._users = user_names(session, sorted(ids)) if ids else {}
        kinds = extension_of(session).registry.record_kinds
        self._kind_of_table = {kind.model.__tablename__: kind.kind for kind in kinds}
        told = titles or {}
        wanted = {one for kind, values in listed for one in self._led_to(kind, values)}
        self._titles = {**_titles(session, wanted - told.keys()), **told}

    def lines(self, kind: RecordKind, action: str, changes: Changes) -> list[ChangeLine]:
        """Return the fields that the actor may read, in the order of the kind's fields."""
        lines, changes = [], _spread(changes)
        for attribute, field in _fields_of(kind).items():
            if attribute not in changes or not field.is_readable(self.can):
                continue
            old, new = changes[attribute] if action == "changed" else (changes[attribute], None)
            if not (_says_nothing(old) and _says_nothing(new)):
                target = self._target(kind, field, changes)
                written = (self._written(kind, field, value, target) for value in (old, new))
                lines.append(ChangeLine(field.title, *written))
        return lines

    def _written(self, kind: RecordKind, field: Field, value: Any, target: str | None) -> Translatable:
        if field.type == FieldType.USER and value is not None:
            return self._users.get(value, str(value))
        if target is not None and value is not None:
            return self._titles.get((target, value), str(value))
        return write_value(field, value, self._choices_of(kind, field))

    def _target(self, kind: RecordKind, field: Field, changes: Changes) -> str | None:
        """Return the kind of the records that a field leads to, None when it leads to none that is known.

        The id of a record of any kind is told with its kind in the row of one that was created or deleted.
        """
        if isinstance(field, CustomField):
            return _LED_TO.get(field.type)
        column = kind.model.__table__.c.get(field.attribute)
        if column is None or field.type not in _LED_TO:
            return None
        if reference := column.info.get("record_ref"):
            named = changes.get(f"{reference}_kind")
            return named if isinstance(named, str) else None
        targets = (self._kind_of_table.get(key.column.table.name) for key in column.foreign_keys)
        return next((name for name in targets if name), None)

    def _led_to(self, kind: RecordKind, changes: Changes) -> Iterable[tuple[str, int]]:
        """Yield the kinds and ids of the records that values lead to."""
        for field in kind.fields:
            if field.attribute in changes and (target := self._target(kind, field, changes)):
                yield from ((target, number) for number in _numbers(changes[field.attribute]))

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


def _spread(changes: Changes) -> Changes:
    """Return the values of a whole row with those of the company's fields beside the others; of a change, itself."""
    return spread(changes) if isinstance(changes.get(MEMBERS), Mapping) else changes


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value == ""


def _user_ids(kind: RecordKind, changes: Changes) -> Iterable[int]:
    for field in kind.fields:
        if field.type == FieldType.USER and field.attribute in changes:
            yield from _numbers(changes[field.attribute])


def _numbers(value: Any) -> Iterable[int]:
    return (one for one in (value if isinstance(value, tuple | list) else (value,)) if isinstance(one, int))


def _titles(session: Session, wanted: set[tuple[str, int]]) -> Titles:
    """Return what these records are called, as far as the actor sees them; one statement for each kind."""
    summaries = summaries_of(session, [RecordRef(kind, number) for kind, number in wanted])
    return {(ref.kind, ref.id): summary.title for ref, summary in summaries.items()}
