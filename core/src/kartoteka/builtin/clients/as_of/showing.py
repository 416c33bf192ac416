"""A client as it was, in the reader's words: its header, its properties, and what belonged to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.clients.as_of.rebuilding import Former, FormerClient, unjournalled_kinds
from kartoteka.builtin.clients.fields import FIELDS, all_groups
from kartoteka.builtin.clients.linking import linked_names
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.own_files import names_of_files
from kartoteka.builtin.clients.queries_card import CardClient
from kartoteka.builtin.clients.shown import header_facts, properties
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.changes import ChangeLine, ChangeWriter
from kartoteka.web.in_place import Fact

_ONLY = "deleted"
"""How the writer of changes is told that each value is the only one."""


@dataclass(frozen=True)
class FormerRecord:
    """A record that belonged to the client: what it was called, and its fields with their values."""

    title: str
    lines: Sequence[ChangeLine]
    is_erased: bool


@dataclass(frozen=True)
class FormerSection:
    """The records of one kind; ``more`` says that there were others."""

    title: Message
    icon: str
    records: Sequence[FormerRecord]
    more: bool


@dataclass(frozen=True)
class FormerCard:
    """Everything that the page shows."""

    name: str
    number: str
    manager: str
    group: str
    facts: Sequence[Fact]
    properties: Sequence[Fact]
    notes: str
    sections: Sequence[FormerSection]
    is_erased: bool
    unknown: Sequence[Translatable]
    """The titles of what no journal is kept of."""


def show_former(session: Session, former: FormerClient) -> FormerCard | None:
    """Return a rebuilt client in words; None when it was not there yet. Fields obey today's rights."""
    if former.client is None:
        return None
    can = actor_of(session).can
    known = _as_card(session, former.client)
    facts = [fact for fact in properties(known, can, may_edit=False) if not fact.is_empty]
    registry = extension_of(session).registry
    return FormerCard(
        name=known.client.name,
        number=known.client.number,
        manager=known.manager,
        group=known.group if FIELDS["group"].is_readable(can) else "",
        facts=header_facts(known, can),
        properties=facts,
        notes=known.client.notes if FIELDS["notes"].is_readable(can) else "",
        sections=_sections(session, former, {kind.kind: kind for kind in registry.record_kinds}),
        is_erased=former.client.is_erased,
        unknown=[kind.plural_title for kind in unjournalled_kinds(session)],
    )


def _as_card(session: Session, former: Former) -> CardClient:
    client = _as_record(former)
    manager = user_names(session, [client.manager_id]).get(client.manager_id, "") if client.manager_id else ""
    groups = {choice.value: str(choice.title) for choice in all_groups(session)} if client.group_id else {}
    linked, files = linked_names(session, [client]), names_of_files(session, [client])
    return CardClient(client, manager, groups.get(str(client.group_id), ""), "", linked, files)


def _as_record(former: Former) -> Any:
    """Return a record that no session knows, with the values of then; what is not known is empty."""
    blank = {column.name: "" if column.type.python_type is str else None for column in Client.__table__.c}
    return Client(**{**blank, **{name: value for name, value in former.values.items() if name in blank}})


def _sections(session: Session, former: FormerClient, kinds: Mapping[str, RecordKind]) -> list[FormerSection]:
    changes = ((one.kind, one.values) for records in former.records.values() for one in records)
    writer = ChangeWriter(session, changes, user_names=user_names)
    ordered = sorted(former.records, key=lambda name: (kinds[name].weight, name))
    return [
        FormerSection(
            kinds[name].plural_title,
            kinds[name].icon,
            [_record(writer, one) for one in former.records[name]],
            name in former.more,
        )
        for name in ordered
    ]


def _record(writer: ChangeWriter, one: Former) -> FormerRecord:
    # That a record was in use goes without saying.
    told = {name: value for name, value in one.values.items() if (name, value) != ("state", RecordState.ACTIVE)}
    return FormerRecord(_title(one), writer.lines(one.kind, _ONLY, told), one.is_erased)


def _title(one: Former) -> str:
    """Return what a record calls itself, "" when it does not: its lines say what it is."""
    model = one.kind.model
    names = {column.name for column in model.__table__.c}
    try:
        record = model(**{name: value for name, value in one.values.items() if name in names})
        title = getattr(record, "name", "") or getattr(record, "line", "") or getattr(record, "title", "")
    except Exception:  # noqa: BLE001 - the property of a module's class, given the values of another day
        return ""
    return title if isinstance(title, str) else ""
