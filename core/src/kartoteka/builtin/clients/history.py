"""What the change log of a client shows: who, when, which field, the old and the new value (CL-17, CORE-13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.journal import ChangeEntry, changes_of_client
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.web.changes import ChangeLine, ChangeWriter
from kartoteka.web.links import describe_all

PAGE = 50


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
    lines: Sequence[ChangeLine] = field(default_factory=tuple)
    is_erased: bool = False


def read_history(
    session: Session, client_id: int, before: int | None = None, since: datetime | None = None
) -> tuple[list[LogEntry], int | None]:
    """Return a page of changes, the newest first, and the entry to continue below (None on the last page).

    With ``since`` only what was changed after that moment is returned.

    The caller has found the client by a restricted SELECT. Fields that the user may not read are left out, and so
    are entries with nothing else in them.
    """
    kinds = {kind.kind: kind for kind in kinds_of_client(session)}
    merged = _merged_into(session, client_id)
    found = changes_of_client(session, client_id, kinds, before_id=before, limit=PAGE + 1, merged=list(merged))
    if since is not None:
        found = [entry for entry in found if entry.at > since]
    shown, more = found[:PAGE], len(found) > PAGE
    changes = ((kinds[entry.ref.kind], entry.changes or {}) for entry in shown)
    writer = ChangeWriter(session, changes, user_names=user_names)
    others = [entry.ref for entry in shown if entry.ref.kind != CLIENT_KIND]
    about = {**(describe_all(session, others) if others else {}), **_as_records(merged)}
    own = RecordRef(CLIENT_KIND, client_id)
    entries = [_entry(entry, kinds, writer, about.get(entry.ref), own) for entry in shown]
    return [entry for entry in entries if entry is not None], shown[-1].id if more else None


def kinds_of_client(session: Session) -> Iterable[RecordKind]:
    """Return the kinds whose records are seen by whoever sees their client."""
    for kind in visible(session, extension_of(session).registry.record_kinds):
        if kind.kind == CLIENT_KIND or (kind.client_column and isinstance(kind.scope, OwnedByClient)):
            yield kind


def _entry(
    entry: ChangeEntry, kinds: dict[str, RecordKind], writer: ChangeWriter, about: RecordSummary | None, own: RecordRef
) -> LogEntry | None:
    lines = writer.lines(kinds[entry.ref.kind], entry.action, entry.changes or {})
    if entry.changes and not lines:
        return None
    is_own = entry.ref == own
    return LogEntry(
        id=entry.id,
        at=entry.at,
        user="" if entry.user_id is None else entry.user_name,
        title=entry.title,
        action=entry.action,
        kind_title=None if is_own else kinds[entry.ref.kind].title,
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
