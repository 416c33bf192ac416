"""Reads of clients for lists and for the quick search on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.builtin.clients.merging.places import Owner, Place, find_places, kind_titles
from kartoteka.builtin.clients.models import Client
from kartoteka.db.search import restrict_to_matches
from kartoteka.db.session import Session, who_works
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.search import parse_query
from kartoteka.vocabulary.text import sort_key

__all__ = [
    "Client",
    "Owner",
    "Place",
    "Suggestion",
    "find_places",
    "kind_titles",
    "reads_field",
    "searched_kinds",
    "suggest_clients",
]

SUGGESTED = 8
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True)
class Suggestion:
    """A client as the quick search names it."""

    id: int
    name: str
    code: str


def searched_kinds(session: Session) -> list[str]:
    """Return the record kinds whose texts find a client: its own, and those of modules that the user may read.

    Kinds with rows that not everybody sees who sees the client are left out: finding would betray them.
    """
    registry = extension_of(session).registry
    found = visible(session, registry.search_texts)
    kinds = [registry.find_kind(search.kind) for search in found]
    return [kind.kind for kind in kinds if kind is not None and (kind.client_column == "id" or _is_seen_with(kind))]


def _is_seen_with(kind: RecordKind) -> bool:
    return kind.client_column is not None and isinstance(kind.scope, (OwnedByClient, Public))


def suggest_clients(session: Session, query: str, limit: int = SUGGESTED) -> list[Suggestion]:
    """Return the clients that a query finds: those whose name begins with it first, then the others by name (CL-39).

    At most two statements; an empty query finds nothing.
    """
    key, terms = sort_key(query), parse_query(query)
    if not terms:
        return []
    beginning = _named(limit).where(Client.name_sort >= key, Client.name_sort < key + _AFTER_ALL)
    found = list(session.execute(beginning)) if key else []
    if len(found) < limit:
        kinds = searched_kinds(session)
        matching = restrict_to_matches(session, _named(limit), Client.id, terms, kinds)
        known = {row.id for row in found}
        found += [row for row in session.execute(matching) if row.id not in known]
    shows_code = reads_field("registration_code", session)
    return [
        Suggestion(row.id, row.name, (row.registration_code if shows_code else "") or row.number)
        for row in found[:limit]
    ]


def reads_field(name: str, session: Session | None = None) -> bool:
    """Tell whether whoever works here, or the session's user, may see this field of the clients that he sees.

    Whoever shows, counts or looks for values of a client outside of its own pages asks first: the company may have
    marked the field as confidential. Raises KeyError for what is no field of a client.
    """
    return FIELDS[name].is_readable(who_works(session).can)


def _named(limit: int) -> Select[Any]:
    named: Select[Any] = select(Client.id, Client.name, Client.number, Client.registration_code)
    return named.where(Client.state == RecordState.ACTIVE).order_by(Client.name_sort, Client.id).limit(limit)
