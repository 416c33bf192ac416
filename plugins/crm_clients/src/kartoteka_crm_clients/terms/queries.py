"""Reads of sales terms: of one client, of a page of clients, as columns and filters of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, false, inspect, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, actor_of, among, read_once, reading
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.sales import Money, client_balances
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms.fields import FIELDS, TERMS
from kartoteka_crm_clients.terms.models import Terms

_ = Texts("crm_clients")
_CHUNK = 500

_OF_CLIENTS = select(Terms).where(among(Terms.client_id)).order_by(Terms.client_id, Terms.id.desc())
# What pages show needs no records: columns are read in a third of the time.
_LINES_OF_CLIENTS = (
    select(*(getattr(Terms, one.key) for one in inspect(Terms).column_attrs))
    .where(among(Terms.client_id))
    .order_by(Terms.client_id, Terms.id.desc())
)


@dataclass(frozen=True)
class Credit:
    """A client's limit and what is used of it; ``used`` is None when nobody knows.

    Only what is owed in the limit's currency counts: there is no table of rates. ``elsewhere`` is the rest.
    """

    limit: Money
    used: Decimal | None
    elsewhere: tuple[Money, ...] = ()

    @property
    def free(self) -> Decimal | None:
        """What may still be sold on credit, below zero when the client is over its limit."""
        return None if self.used is None else self.limit.amount - self.used

    @property
    def is_over(self) -> bool:
        """Whether the client owes more than its limit."""
        return self.free is not None and self.free < 0


Line: TypeAlias = Terms | Row[Any]
"""The terms of a client: the record, or its columns alone for what only shows them."""


def terms_of(session: Session, client_id: int) -> Line | None:
    """Return the terms of a client that the caller has found by a restricted SELECT."""
    return terms_of_all(session, (client_id,)).get(client_id)


def terms_of_all(session: Session, ids: Sequence[int]) -> Mapping[int, Line]:
    """Return the terms of clients that have some, for pages; one statement a page, however many parts ask."""
    if not session.is_reading:
        return read_terms(session, sorted(ids))
    return read_once(session, "crm_clients_terms", sorted(ids), partial(_read_lines, session))


def _read_lines(session: Session, ids: Sequence[int]) -> Mapping[int, Line]:
    return {one.client_id: one for one in session.execute(_LINES_OF_CLIENTS, {"ids": list(ids)})}


def read_terms(session: Session, ids: Sequence[int]) -> Mapping[int, Terms]:
    """Return the terms of clients that have some."""
    return {one.client_id: one for one in session.scalars(_OF_CLIENTS, {"ids": list(ids)})}


def credits_of(session: Session, terms: Mapping[int, Line]) -> dict[int, Credit]:
    """Return limit and use of those with a limit; the modules that know what clients owe are asked once for all."""
    limits = {
        client_id: Money(one.credit_limit, one.credit_currency)
        for client_id, one in terms.items()
        if one.credit_limit is not None
    }
    owed = client_balances(session, sorted(limits)) if limits else None
    if owed is None:
        return {client_id: Credit(limit, None) for client_id, limit in limits.items()}
    return {client_id: _credit(limit, owed.get(client_id, ())) for client_id, limit in limits.items()}


def _credit(limit: Money, owed: Sequence[Money]) -> Credit:
    used = sum((one.amount for one in owed if one.currency == limit.currency), Decimal(0))
    return Credit(limit, used, tuple(one for one in owed if one.currency != limit.currency and one.amount))


def clients_over_limit(session: Session) -> dict[int, Credit]:
    """Return all clients that the actor sees and that owe more than their limit, 500 at a time."""
    found: dict[int, Credit] = {}
    last = 0
    while True:
        statement = select(Terms).where(Terms.credit_limit.is_not(None), Terms.client_id > last)
        page = session.scalars(statement.order_by(Terms.client_id, Terms.id.desc()).limit(_CHUNK)).all()
        if not page:
            return found
        limits = credits_of(session, {one.client_id: one for one in page})
        found |= {client_id: credit for client_id, credit in limits.items() if credit.is_over}
        last = page[-1].client_id


def entry_titles(session: Session, ids: Sequence[int | None]) -> Mapping[int, str]:
    """Return what directory entries are called, closed ones too; no statement when there are none."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    rows = session.execute(
        select(DirectoryEntry.id, DirectoryEntry.name, DirectoryEntry.titles).where(DirectoryEntry.id.in_(wanted))
    )
    return {row.id: str(EntryTitle(row.name, dict(row.titles))) for row in rows}


# --- The list --------------------------------------------------------------------------------------------------------


Values = Mapping[int, Any]


def value_of(name: str) -> Callable[[Session, Sequence[int]], Values]:
    """Return the function that reads a column of the list from the terms: nothing for who may not read the field."""

    def values(session: Session, ids: Sequence[int]) -> Values:
        if not FIELDS[name].is_readable(actor_of(session).can):
            return {}
        terms = terms_of_all(session, ids)
        found = {client_id: getattr(one, FIELDS[name].attribute) for client_id, one in terms.items()}
        return {client_id: value for client_id, value in found.items() if value not in (None, "")}

    return values


def entry_of(name: str) -> Callable[[Session, Sequence[int]], Values]:
    """Return the function that reads a column of the list that names entries of a directory."""
    ids_of = value_of(name)

    def values(session: Session, ids: Sequence[int]) -> Values:
        entries = ids_of(session, ids)
        titles = entry_titles(session, list(entries.values()))
        return {client_id: titles.get(entry_id, "") for client_id, entry_id in entries.items()}

    return values


def free_credit(session: Session, ids: Sequence[int]) -> Mapping[int, Decimal]:
    """Return how much of its limit each client has left, below zero when it is over; nothing where nobody knows."""
    limits = credits_of(session, terms_of_all(session, ids))
    return {client_id: credit.free for client_id, credit in limits.items() if credit.free is not None}


def is_blocked(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients to whom sales are blocked, or are not."""
    if not _may_read("is_blocked"):
        return false()
    found = record_id.in_(select(Terms.client_id).where(Terms.is_blocked.is_(True)))
    return found if value else ~found


def is_over_limit(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients over their credit limit, or not: modules are asked what is owed."""
    try:
        with reading() as session:
            found = record_id.in_(sorted(clients_over_limit(session)))
    except LookupError:
        return false()  # nobody asks
    return found if value else ~found


def has_entry(name: str) -> Callable[[ColumnElement[int], Any], ColumnElement[bool]]:
    """Return the condition for clients with an entry of a directory among their terms."""

    def condition(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
        written = str(value)
        if not (_may_read(name) and written.isascii() and written.isdigit() and len(written) < 10):
            return false()
        chosen = getattr(Terms, FIELDS[name].attribute) == int(written)
        return record_id.in_(select(Terms.client_id).where(chosen))

    return condition


def _may_read(name: str) -> bool:
    """Tell whether whoever asks may read a field that the company may have marked as confidential."""
    try:
        with reading() as session:
            return FIELDS[name].is_readable(actor_of(session).can)
    except LookupError:
        return False  # nobody asks


# --- Records ---------------------------------------------------------------------------------------------------------


def summarise_terms(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the terms that the actor sees, named by their client; one statement."""
    named = select(Terms.id, Client.name).join(Client, Client.id == Terms.client_id).where(Terms.id.in_(ids))
    return {
        row.id: RecordSummary(RecordRef(TERMS, row.id), str(_("Sales terms")), row.name, terms_url(row.id))
        for row in session.execute(named)
    }


def terms_url(id: int) -> str:
    """Return the address that leads to the terms of a client."""
    return f"/crm_clients/terms/{id}"
