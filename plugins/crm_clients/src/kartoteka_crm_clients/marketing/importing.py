"""Marketing data from files: whose they are, and which entries of the directories the words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, insert_rows, update_rows
from kartoteka.api.declare import Fate, ImportKey, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts, clean_line, fold
from kartoteka.api.work import announce
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.importing import CLIENT_COLUMNS, CLIENT_NAMES, client_column, clients_of
from kartoteka_crm_clients.marketing.fields import COLUMN_OF, DIRECTORY_OF, MARKETING, MARKETING_FIELDS
from kartoteka_crm_clients.marketing.models import Marketing

_ = Texts("crm_clients")


@dataclass
class _Read:
    """A line with its client and the entries that its words mean, by column."""

    row: ImportRow
    client_id: int | None
    values: dict[str, int | None] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)


def match_marketing(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the marketing data that the clients of the lines have already, by line."""
    clients = {line: client.id for line, client in clients_of(session, rows).items() if client is not None}
    statement = select(Marketing.client_id, Marketing.id).where(Marketing.client_id.in_(set(clients.values())))
    known = {row.client_id: row.id for row in session.execute(statement.order_by(Marketing.id.desc()))}
    return {line: known[client] for line, client in clients.items() if client in known}


def write_marketing(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Add and change marketing data of clients that the user sees, and return what became of each line."""
    clients, words = clients_of(session, rows), _entries(session)
    read = [_read(row, clients[row.line], words) for row in rows]
    stored = _stored(session, [row.record_id for row in rows if row.record_id is not None])
    for one in read:
        known = stored.get(one.row.record_id or 0, {})
        one.values = {name: value for name, value in one.values.items() if known.get(name) != value}
    new = [one for one in read if one.row.record_id is None and one.values and not one.errors]
    changes = {one.row.record_id: one.values for one in read if one.row.record_id and one.values and not one.errors}
    ids: dict[int, int] = {}
    if not run.dry:
        made = insert_rows(session, Marketing, [{**one.values, "client_id": one.client_id} for one in new])
        ids = {one.row.line: record_id for one, record_id in zip(new, made, strict=True)}
        update_rows(session, Marketing, changes)
        _announce(session, list(ids.values()), changes)
    return [_outcome(one, ids) for one in read]


def _read(row: ImportRow, client: Any, words: Mapping[tuple[str, str], int]) -> _Read:
    read = _Read(row, None if client is None else client.id)
    if client is None:
        read.errors[client_column(row)] = _("There is no such client, several have this name, or you may not see it.")
        return read
    for name, column in COLUMN_OF.items():
        typed = clean_line(row.cells.get(name))
        if not typed:
            continue
        entry = words.get((DIRECTORY_OF[name], fold(typed)))
        if entry is None:
            read.warnings[name] = _("The reference list has no entry %(name)s; it was skipped.", name=typed[:100])
        else:
            read.values[column] = entry
    return read


def _entries(session: Session) -> dict[tuple[str, str], int]:
    """Return the entries by directory and by what they are called in any language."""
    found: dict[tuple[str, str], int] = {}
    statement = select(DirectoryEntry).where(DirectoryEntry.directory.in_(DIRECTORY_OF.values()))
    for one in session.scalars(statement.where(DirectoryEntry.closed.is_(False)).order_by(DirectoryEntry.id)):
        for word in (one.name, *dict(one.titles).values()):
            found.setdefault((one.directory, fold(str(word))), one.id)
    return found


def _stored(session: Session, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    columns = [getattr(Marketing, column) for column in COLUMN_OF.values()]
    rows = session.execute(select(Marketing.id, *columns).where(Marketing.id.in_(ids))) if ids else ()
    return {row.id: row._mapping for row in rows}


def _outcome(one: _Read, ids: Mapping[int, int]) -> ImportOutcome:
    line, record_id = one.row.line, one.row.record_id
    if one.errors:
        return ImportOutcome(line, Fate.REFUSED, one.errors)
    if not one.values:
        return ImportOutcome(line, Fate.UNCHANGED, {}, one.warnings, bool(one.warnings), record_id)
    fate = Fate.CREATED if record_id is None else Fate.CHANGED
    return ImportOutcome(line, fate, {}, one.warnings, bool(one.warnings), record_id or ids.get(line))


def _announce(session: Session, created: Sequence[int], changes: Mapping[int, Mapping[str, Any]]) -> None:
    if created:
        announce(session, record_created, MARKETING, ids=list(created))
    if changes:
        fields = sorted({name for name, column in COLUMN_OF.items() for one in changes.values() if column in one})
        announce(session, record_changed, MARKETING, ids=list(changes), fields=fields)


TARGET = ImportTarget(
    name="marketing",
    title=_("Marketing data"),
    permission=EDIT,
    kind=MARKETING,
    columns=(*CLIENT_COLUMNS, *MARKETING_FIELDS),
    keys=(ImportKey("client", _("Client"), CLIENT_NAMES),),
    match=match_marketing,
    write=write_marketing,
)
