"""What the page of one operation shows: the changes that the reader may see, and what stands in the way of an undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kartoteka.builtin.operations.checking import active_kind, seen_ids
from kartoteka.builtin.operations.queries import read_entries
from kartoteka.builtin.operations.rules import CLIENT
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.journal import ChangeEntry, as_change
from kartoteka.db.journal.undo import UndoConflict
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.web.changes import ChangeLine, ChangeWriter, field_titles
from kartoteka.web.links import describe_all


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """One changed record; ``record`` is None when it cannot be described any more, ``number`` is its id."""

    action: str
    kind_title: Message
    record: RecordSummary | None
    number: int
    client: RecordSummary | None
    lines: Sequence[ChangeLine] = field(default_factory=tuple)
    is_erased: bool = False


@dataclass(frozen=True)
class ShownEntries:
    """A page of entries; ``hidden`` is how many of them the reader may not see, ``more`` the entry to go on after."""

    entries: Sequence[ShownEntry]
    hidden: int
    more: int | None


@dataclass(frozen=True, kw_only=True)
class ShownConflict:
    """A record that is not as the operation left it; without ``kind_title`` it is one that the reader may not see."""

    kind_title: Message | None
    record: RecordSummary | None
    number: int
    reason: Message
    fields: Sequence[Translatable]
    user_name: str
    at: datetime | None
    other: RecordSummary | None


def show_entries(session: Session, operation_id: int, after: int | None) -> ShownEntries:
    """Return the next entries of an operation, without the records and fields that the reader may not see."""
    found, more = read_entries(session, operation_id, after)
    seen = _seen(session, [(one.kind, one.record_id, one.client_id, one.action == "deleted") for one in found])
    visible = [(one, kind) for one in found if (kind := seen.get((one.kind, one.record_id))) is not None]
    changes = [(as_change(one), kind) for one, kind in visible]
    written = ((kind, change.changes or {}) for change, kind in changes)
    writer = ChangeWriter(session, written, user_names=user_names)
    refs = {RecordRef(one.kind, one.record_id) for one, _kind in visible}
    refs |= {RecordRef(CLIENT, one.client_id) for one, _kind in visible if one.client_id is not None}
    summaries = describe_all(session, refs)
    shown = [_entry(change, kind, writer, summaries) for change, kind in changes]
    return ShownEntries(shown, len(found) - len(visible), more)


def _entry(
    change: ChangeEntry, kind: RecordKind, writer: ChangeWriter, summaries: dict[RecordRef, RecordSummary]
) -> ShownEntry:
    of_client = change.client_id is not None and change.ref.kind != CLIENT
    return ShownEntry(
        action=change.action,
        kind_title=kind.title,
        record=summaries.get(change.ref),
        number=change.ref.id,
        client=summaries.get(RecordRef(CLIENT, change.client_id)) if of_client and change.client_id else None,
        lines=writer.lines(kind, change.action, change.changes or {}),
        is_erased=change.changes is None,
    )


def _seen(session: Session, wanted: Sequence[tuple[str, int, int | None, bool]]) -> dict[tuple[str, int], RecordKind]:
    """Return the kinds of those records that the actor may see; a deleted one is seen by whoever sees its client."""
    found: dict[tuple[str, int], RecordKind] = {}
    clients = {client for _kind, _number, client, _gone in wanted if client is not None}
    client_kind = active_kind(session, CLIENT)
    seen_clients = seen_ids(session, client_kind, clients) if client_kind and clients else set()
    for name in {kind for kind, _number, _client, _gone in wanted}:
        kind = active_kind(session, name)
        if kind is None or not actor_of(session).can(kind.permission):
            continue
        rows = [one for one in wanted if one[0] == name]
        seen = seen_ids(session, kind, {number for _kind, number, _client, _gone in rows})
        for _name, number, client, gone in rows:
            if number in seen or (gone and name != CLIENT and client in seen_clients):
                found[name, number] = kind
    return found


def show_conflicts(session: Session, conflicts: Sequence[UndoConflict]) -> list[ShownConflict]:
    """Return the conflicts in the reader's words; of records that he may not see only the reason."""
    seen = _seen(session, [(one.kind, one.record_id, one.client_id, True) for one in conflicts])
    others = {ref for one in conflicts if (ref := _other(one)) is not None}
    summaries = describe_all(session, {RecordRef(name, number) for name, number in seen} | others)
    can = actor_of(session).can
    shown = []
    for one in conflicts:
        kind = seen.get((one.kind, one.record_id))
        other = _other(one)
        shown.append(
            ShownConflict(
                kind_title=kind.title if kind else None,
                record=summaries.get(RecordRef(one.kind, one.record_id)) if kind else None,
                number=one.record_id,
                reason=one.message,
                fields=field_titles(kind, one.columns, can),
                user_name=one.user_name,
                at=one.at,
                other=summaries.get(other) if other else None,
            )
        )
    return shown


def _other(conflict: UndoConflict) -> RecordRef | None:
    if conflict.other_kind is None or conflict.other_id is None:
        return None
    return RecordRef(conflict.other_kind, conflict.other_id)
