"""A client as it was, in the reader's words: its header, its properties, and what belonged to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.as_of.rebuilding import Former, FormerClient, unjournalled_kinds
from kartoteka.builtin.clients.fields import CLIENT_KIND, FIELDS, all_groups
from kartoteka.builtin.clients.linking import linked_names
from kartoteka.builtin.clients.models import Client, ClientKind
from kartoteka.builtin.clients.own_files import names_of_files
from kartoteka.builtin.clients.queries_card import CardClient
from kartoteka.builtin.clients.shown import header_facts, properties
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.ui import SLOTS
from kartoteka.extension.dispatch import tabs, visible
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.changes import STATE, ChangeLine, ChangeWriter
from kartoteka.web.in_place import Fact
from kartoteka.web.values import write_value

SHOWN = 20
"""Records of a kind that the card shows; a page of one kind shows as many at a time."""

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
    """The records of one kind; ``number`` is how many there were, ``more`` says that even that is not all."""

    kind: str
    title: Message
    icon: str
    records: Sequence[FormerRecord]
    number: int
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
    is_person: bool
    state: str
    """What became of a client that was not in use any more, "" of one that was."""
    unknown: Sequence[str]
    """The titles of records that no journal is kept of, and of parts of the card that are worked out anew each time."""


def show_former(session: Session, former: FormerClient, kind: str | None = None, skipped: int = 0) -> FormerCard | None:
    """Return a rebuilt client in words; None when it was not there yet. Fields obey today's rights.

    Of each kind the first records are shown; with a ``kind``, only records of that one, behind those to be skipped.
    """
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
        sections=_sections(session, former, {one.kind: one for one in registry.record_kinds}, kind, skipped),
        is_erased=former.client.is_erased,
        is_person=known.client.kind == ClientKind.PERSON,
        state=str(write_value(STATE, known.client.state)) if known.client.state != RecordState.ACTIVE else "",
        unknown=_not_shown(session),
    )


def _not_shown(session: Session) -> list[str]:
    """Return the titles of what the card has and the past of which nobody knows, each once."""
    panels = [one for slot in SLOTS for one in extension_of(session).registry.panels(slot)]
    of_card = [one for one in visible(session, panels) if not one.kinds or CLIENT_KIND in one.kinds]
    parts = [*tabs(session, CLIENT_KIND), *of_card]
    titles = [kind.plural_title for kind in unjournalled_kinds(session)]
    titles += [one.title for one in parts if not one.tells]
    return list(dict.fromkeys(map(str, titles)))


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


def _sections(
    session: Session, former: FormerClient, kinds: Mapping[str, RecordKind], only: str | None, skipped: int
) -> list[FormerSection]:
    everything = [one for records in former.records.values() for one in records]
    known = [*everything, former.client] if former.client else everything
    titles = {(one.kind.kind, one.id): title for one in known if (title := _title(one))}
    changes = ((one.kind, one.values) for one in everything)
    writer = ChangeWriter(session, changes, user_names=user_names, titles=titles)
    owners = _others(session, former)
    shown = [name for name in former.records if only in (None, name)]
    return [
        FormerSection(
            name,
            kinds[name].plural_title,
            kinds[name].icon,
            [_record(writer, one, owners.get(_owner(one), "")) for one in former.records[name][skipped:][:SHOWN]],
            len(former.records[name]),
            name in former.more,
        )
        for name in sorted(shown, key=lambda name: (kinds[name].weight, name))
    ]


def _others(session: Session, former: FormerClient) -> dict[int | None, str]:
    """Return the names of other clients with records that lead to this one; one statement where there are some."""
    own = former.client.id if former.client else None
    ids = {_owner(one) for records in former.records.values() for one in records} - {own, None}
    rows = session.execute(select(Client.id, Client.name).where(Client.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def _owner(one: Former) -> int | None:
    owner: int | None = one.values.get(str(one.kind.client_column))
    return owner


def _record(writer: ChangeWriter, one: Former, title: str) -> FormerRecord:
    """Return a record in words; ``title`` is the client that it belongs to, where that is another one."""
    # That a record was in use goes without saying.
    told = {name: value for name, value in one.values.items() if (name, value) != ("state", RecordState.ACTIVE)}
    return FormerRecord(title or _title(one), writer.lines(one.kind, _ONLY, told), one.is_erased)


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
