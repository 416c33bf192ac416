"""What the change log of a client shows: who, when, which field, the old and the new value (CL-17, CORE-13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client, ClientGroup
from kartoteka.builtin.clients.shown import write_value
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.journal import ChangeEntry, changes_of_client
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary
from kartoteka.web.links import describe_all

PAGE = 50

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


@dataclass(frozen=True)
class LogLine:
    """One field of a change: its title, and the values before and after in the reader's words."""

    title: Message
    old: Translatable
    new: Translatable


@dataclass(frozen=True)
class LogEntry:
    """One change of the client or of something that belongs to it.

    ``user`` is empty for what the program did by itself; ``about`` is None for the client itself.
    ``is_erased`` says that the values were erased, while the fact stays.
    """

    id: int
    at: datetime
    user: str
    title: Translatable
    action: str
    kind_title: Message | None
    about: RecordSummary | None
    lines: Sequence[LogLine] = field(default_factory=tuple)
    is_erased: bool = False


def read_history(session: Session, client_id: int, before: int | None = None) -> tuple[list[LogEntry], int | None]:
    """Return a page of changes, the newest first, and the entry to continue below (None on the last page).

    The caller has found the client by a restricted SELECT. Fields that the user may not read are left out, and so
    are entries with nothing else in them.
    """
    kinds = {kind.kind: kind for kind in _kinds_of_client(session)}
    merged = _merged_into(session, client_id)
    found = changes_of_client(session, client_id, kinds, before_id=before, limit=PAGE + 1, merged=list(merged))
    shown, more = found[:PAGE], len(found) > PAGE
    writer = _Writer(session, kinds, shown)
    others = [entry.ref for entry in shown if entry.ref.kind != CLIENT_KIND]
    about = {**(describe_all(session, others) if others else {}), **_as_records(merged)}
    own = RecordRef(CLIENT_KIND, client_id)
    entries = [_entry(entry, kinds, writer, about.get(entry.ref), own) for entry in shown]
    return [entry for entry in entries if entry is not None], shown[-1].id if more else None


def _kinds_of_client(session: Session) -> Iterable[RecordKind]:
    """Return the kinds whose records are seen by whoever sees their client."""
    for kind in visible(session, extension_of(session).registry.record_kinds):
        if kind.kind == CLIENT_KIND or (kind.client_column and isinstance(kind.scope, OwnedByClient)):
            yield kind


def _entry(
    entry: ChangeEntry, kinds: dict[str, RecordKind], writer: _Writer, about: RecordSummary | None, client: RecordRef
) -> LogEntry | None:
    lines = writer.lines(entry)
    if entry.changes and not lines:
        return None
    own = entry.ref == client
    return LogEntry(
        id=entry.id,
        at=entry.at,
        user="" if entry.user_id is None else entry.user_name,
        title=entry.title,
        action=entry.action,
        kind_title=None if own else kinds[entry.ref.kind].title,
        about=about,
        lines=lines,
        is_erased=entry.changes is None,
    )


def _merged_into(session: Session, client_id: int) -> dict[int, str]:
    """Return the numbers of the clients that were merged into this one, by id."""
    merged = select(Client.id, Client.number).where(Client.merged_into_id == client_id)
    with as_system(session, reason="the log of a client tells what happened to those merged into it"):
        return {row.id: row.number for row in session.execute(merged)}


def _as_records(merged: dict[int, str]) -> dict[RecordRef, RecordSummary]:
    refs = {number: RecordRef(CLIENT_KIND, client_id) for client_id, number in merged.items()}
    return {ref: RecordSummary(ref, title=number) for number, ref in refs.items()}


class _Writer:
    """Writes the values of one page in words; names of users and groups are read once for all of them."""

    def __init__(self, session: Session, kinds: dict[str, RecordKind], entries: Sequence[ChangeEntry]) -> None:
        self.session = session
        self.can = actor_of(session).can
        self.fields = {name: _fields_by_attribute(kind) for name, kind in kinds.items()}
        self._choices: dict[str, Sequence[Choice]] = {}
        ids = self._ids(entries, FieldType.USER)
        self._users = user_names(session, sorted(ids)) if ids else {}

    def lines(self, entry: ChangeEntry) -> list[LogLine]:
        """Return the fields of an entry that the user may read, in the order of the fields."""
        changes = entry.changes or {}
        lines = []
        for attribute, one in self.fields[entry.ref.kind].items():
            if attribute not in changes or (one.read_permission and not self.can(one.read_permission)):
                continue
            old, new = changes[attribute] if entry.action == "changed" else (changes[attribute], None)
            if old or new:
                lines.append(LogLine(one.title, self._written(one, old), self._written(one, new)))
        return lines

    def _written(self, one: Field, value: Any) -> Translatable:
        if value is None or value == "":
            return ""
        if one.type == FieldType.USER:
            return self._users.get(value, str(value))
        return write_value(one, value, self._choices_of(one))

    def _choices_of(self, one: Field) -> Sequence[Choice]:
        if isinstance(one.choices, tuple):
            return one.choices
        if one.key not in self._choices:
            self._choices[one.key] = _all_groups(self.session) if one.name == "group" else one.choices(self.session)
        return self._choices[one.key]

    def _ids(self, entries: Sequence[ChangeEntry], wanted: FieldType) -> set[int]:
        found: set[Any] = set()
        for entry in entries:
            for attribute, value in (entry.changes or {}).items():
                one = self.fields[entry.ref.kind].get(attribute)
                if one is not None and one.type == wanted:
                    found.update(value if isinstance(value, tuple) else (value,))
        return {one for one in found if isinstance(one, int)}


def _fields_by_attribute(kind: RecordKind) -> dict[str, Field]:
    return {**{one.attribute: one for one in kind.fields if one.tracked}, "state": STATE}


def _all_groups(session: Session) -> list[Choice]:
    """Return all groups, closed ones too: the log speaks of the past."""
    return [Choice(str(row.id), row.name) for row in session.execute(select(ClientGroup.id, ClientGroup.name))]
