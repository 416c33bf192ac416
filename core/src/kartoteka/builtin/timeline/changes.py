"""The change log as a source of streams: what was changed in a record and in what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import column, select, table

from kartoteka.builtin.users.queries import user_names
from kartoteka.db.journal import ChangeEntry, changes_at
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry, TimelineSource
from kartoteka.extension.dispatch import timeline_sources, visible
from kartoteka.vocabulary.message import text as _
from kartoteka.web.changes import ChangeWriter
from kartoteka.web.links import describe_all

_clients = table("core_client", column("id"), column("merged_into_id"))
_TITLES = {"created": _("Created"), "changed": _("Changed"), "deleted": _("Deleted")}


def read_changes(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return changes of the record; in a client's stream, of everything that is seen by whoever sees the client."""
    kinds = {kind.kind: kind for kind in _kinds(session, part)}
    shown: list[TimelineEntry] = []
    before = part.before
    while True:
        asked = replace(part, before=before)
        found = _found(session, asked, kinds)
        shown += _entries(session, asked, found, kinds)
        if part.ids is not None or len(found) < part.limit or len(shown) >= part.limit:
            return shown if part.ids is not None else shown[: part.limit]
        before = found[-1].at, found[-1].id


def _found(session: Session, part: StreamPart, kinds: dict[str, RecordKind]) -> list[ChangeEntry]:
    if part.client_id is None:
        return changes_at(session, part.newest, ref=part.record) if part.record.kind in kinds else []
    clients = [part.client_id, *_merged_into(session, part.client_id)]
    return changes_at(session, part.newest, client_ids=clients, kinds=kinds)


def _entries(
    session: Session, part: StreamPart, found: Sequence[ChangeEntry], kinds: dict[str, RecordKind]
) -> Iterable[TimelineEntry]:
    changes = ((kinds[one.ref.kind], one.changes or {}) for one in found)
    writer = ChangeWriter(session, changes, user_names=user_names)
    others = {one.ref for one in found} - {part.record}
    known = describe_all(session, others) if others else {}
    for one in found:
        kind = kinds[one.ref.kind]
        lines = writer.lines(kind, one.action, one.changes or {})
        if one.changes and not lines:
            continue  # nothing but fields that the reader may not read
        values: dict[str, Any] = {"lines": lines, "action": one.action, "is_erased": one.changes is None}
        values["kind_title"] = None if one.ref == part.record or one.ref in known else kind.title
        yield TimelineEntry(
            id=one.id,
            at=one.at,
            title=one.title or _TITLES.get(one.action, _TITLES["changed"]),
            who="" if one.user_id is None else one.user_name,
            about=one.ref if one.ref in known else None,
            values=values,
        )


def _kinds(session: Session, part: StreamPart) -> Iterable[RecordKind]:
    """Return the kinds whose changes belong into this stream, without those that a source of their own tells of."""
    told = {kind for source in timeline_sources(session, part.record.kind) for kind in source.tells}
    for kind in visible(session, extension_of(session).registry.record_kinds):
        if not kind.tracked or (kind.kind in told and kind.kind != part.record.kind):
            continue
        is_clients = bool(kind.client_column) and isinstance(kind.scope, OwnedByClient)
        if kind.kind == part.record.kind or (part.client_id is not None and is_clients):
            yield kind


def _merged_into(session: Session, client_id: int) -> list[int]:
    with as_system(session, reason="the stream of a client tells what happened to those merged into it"):
        return list(session.scalars(select(_clients.c.id).where(_clients.c.merged_into_id == client_id)))


CHANGES = TimelineSource(
    name="changes",
    title=_("Changes"),
    icon="history",
    permission=None,
    read=read_changes,
    template="timeline/change.html",
    weight=900,
)
