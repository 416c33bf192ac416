"""Links to clients, in fields that the company has added: what is typed, and what is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.db.session import Session
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.text import clean_line, sort_key

_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


def link_fields(kind: str = CLIENT_KIND) -> list[str]:
    """Return the names of the company's own fields of a record kind that link to a client."""
    return [field.name for field in fields_here(kind) if field.type is FieldType.RECORD]


def find_linked(session: Session, typed: Collection[str]) -> dict[str, int]:
    """Return the clients that are meant by a number, a code or a whole name, among those that the actor sees.

    A text that two clients answer to finds none, but for a number, which belongs to one. One statement.
    """
    texts = {text: clean_line(text) for text in typed if clean_line(text)}
    if not texts:
        return {}
    numbers, names = {text.upper() for text in texts.values()}, {sort_key(text) for text in texts.values()}
    meant = (
        Client.number.in_(numbers),
        Client.registration_code.in_(set(texts.values())),
        Client.name_sort.in_(names),
    )
    columns = (Client.id, Client.number, Client.registration_code, Client.name_sort)
    rows = session.execute(select(*columns).where(or_(*meant), Client.state.in_(_LIVING))).all()
    found: dict[str, int] = {}
    for given, text in texts.items():
        exact = [row.id for row in rows if row.number == text.upper()]
        others = [row.id for row in rows if text == row.registration_code or sort_key(text) == row.name_sort]
        hits = exact or others
        if len(hits) == 1:
            found[given] = hits[0]
    return found


def resolve_links(session: Session, values: dict[str, Any], kind: str = CLIENT_KIND) -> dict[str, Message]:
    """Put the ids of clients in the place of what was typed for them; returns a problem for each that is not found."""
    return resolve_many(session, [values], kind)[0]


def resolve_many(session: Session, rows: Sequence[dict[str, Any]], kind: str = CLIENT_KIND) -> list[dict[str, Message]]:
    """Do what `resolve_links` does for the values of many records, in one statement."""
    names = link_fields(kind)
    typed = {str(row[name]) for row in rows for name in names if isinstance(row.get(name), str)}
    found = find_linked(session, typed) if typed else {}
    return [_resolved(row, names, found) for row in rows]


def _resolved(row: dict[str, Any], names: Iterable[str], found: Mapping[str, int]) -> dict[str, Message]:
    problems: dict[str, Message] = {}
    for name in names:
        typed = row.get(name)
        if not isinstance(typed, str):
            continue
        if not clean_line(typed):
            row[name] = None
        elif typed in found:
            row[name] = found[typed]
        else:
            problems[name] = _("There is no client with this number, code or name.")
    return problems


def linked_names(session: Session, records: Sequence[Any], kind: str = CLIENT_KIND) -> dict[int, str]:
    """Return the names of the clients that records' own fields link to, of those that the actor sees."""
    ids = {getattr(record, name) for record in records for name in link_fields(kind)} - {None}
    if not ids:
        return {}
    rows = session.execute(select(Client.id, Client.name).where(Client.id.in_(ids)))
    return {row.id: row.name for row in rows}


def linked_numbers(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of clients, as forms show a link."""
    rows = session.execute(select(Client.id, Client.number).where(Client.id.in_(set(ids)))) if ids else ()
    return {row.id: row.number for row in rows}
