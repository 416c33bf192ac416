"""What lists of clients show and filter by: cities, addresses and directors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, false, func, select

from kartoteka.api.db import Session, among, read_once
from kartoteka.api.directories import within
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.queries.of_client import KIND_RANK
from kartoteka_crm_clients.readable import read_names
from kartoteka_crm_clients.rules import address_line, city_key

_AFTER_ALL_TEXTS = "\U0010ffff"
_ADDRESSES_IN_LIST = (
    select(Address.client_id, Address.street, Address.district, Address.postcode, Address.city, Address.region)
    .where(among(Address.client_id), Address.state == RecordState.ACTIVE)
    .order_by(Address.client_id, KIND_RANK, Address.is_main.desc(), Address.id)
)


class _Place(NamedTuple):
    """What a list shows of an address; what the user may not read is empty."""

    street: str
    district: str
    postcode: str
    city: str
    region: str


_PARTS = _Place._fields


def main_addresses(session: Session, ids: Sequence[int]) -> Mapping[int, _Place]:
    """Return the address to show of each client: the legal one, or the next kind there is; one statement per page."""
    return read_once(session, "crm_clients_addresses", ids, partial(_read_addresses, session))


def _read_addresses(session: Session, ids: Sequence[int]) -> dict[int, _Place]:
    rows = session.execute(_ADDRESSES_IN_LIST, {"ids": ids}).all()
    read = read_names(Address, session)
    parts = [_PARTS.index(name) for name in _PARTS if name not in read]
    # Of each client the first one counts.
    return {row[0]: _Place(*_emptied(row[1:], parts)) for row in reversed(rows)}


def _emptied(values: Iterable[str], hidden: Sequence[int]) -> list[str]:
    found = list(values)
    for at in hidden:
        found[at] = ""
    return found


def cities(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the city of each client."""
    return {client: row.city for client, row in main_addresses(session, ids).items() if row.city}


def address_lines(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the address of each client on one line."""
    return {client: address_line(*row) for client, row in main_addresses(session, ids).items()}


def director_of(record_id: ColumnElement[int]) -> ColumnElement[str]:
    """Return the name of a client's director as a column (CL-32)."""
    # Part of the list's own statement: asking for fifty directors by themselves takes longer than finding them.
    return (
        select(func.trim(Contact.first_name + " " + Contact.surname))
        .where(Contact.client_id == record_id, Contact.role == "director", Contact.state == RecordState.ACTIVE)
        .order_by(Contact.name_sort, Contact.id)
        .limit(1)
        .scalar_subquery()
    )


def has_place(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients with an address in places of the directories, or in what lies within them."""
    ids = [int(one) for one in _each(value) if str(one).isascii() and str(one).isdigit() and len(str(one)) < 10]
    found = select(Address.client_id).where(Address.place_id.in_(within(ids)), Address.state == RecordState.ACTIVE)
    return record_id.in_(found)


def _each(value: Any) -> Sequence[Any]:
    return [value] if isinstance(value, str | int) else list(value or ())


def has_city(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients with an address in a city; the beginning of its name is enough."""
    key = city_key(str(value or ""))
    if not key:
        return false()
    # A range and no LIKE: it uses the index on both databases.
    found = select(Address.client_id).where(
        Address.city_key >= key, Address.city_key < key + _AFTER_ALL_TEXTS, Address.state == RecordState.ACTIVE
    )
    return record_id.in_(found)
