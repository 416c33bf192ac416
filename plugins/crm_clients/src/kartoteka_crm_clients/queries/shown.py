"""Contacts and addresses as the client card shows them: columns, no records, so that a card costs little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.queries.of_client import KIND_RANK, ROLE_RANK
from kartoteka_crm_clients.readable import blank, read_names
from kartoteka_crm_clients.rules import address_line, full_name

_CONTACT_FIELDS = ("first_name", "surname", "job_title", "role", "mobile", "phone", "email")
_ADDRESS_FIELDS = ("kind", "street", "district", "postcode", "city", "region", "notes")
_DERIVED = {"mobile": "mobile_e164", "phone": "phone_e164", "email": "email_norm"}

_CONTACTS = (
    select(Contact.id, *(getattr(Contact, name) for name in (*_CONTACT_FIELDS, *_DERIVED.values())))
    .where(Contact.client_id == bindparam("client_id"), Contact.state == RecordState.ACTIVE)
    .order_by(ROLE_RANK, Contact.name_sort, Contact.id)
    .limit(bindparam("most"))
)
_ADDRESSES = (
    select(*(getattr(Address, name) for name in _ADDRESS_FIELDS))
    .where(Address.client_id == bindparam("client_id"), Address.state == RecordState.ACTIVE)
    .order_by(Address.is_main.desc(), KIND_RANK, Address.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class ShownContact:
    """A contact on the card, without what the company keeps from the reader; ``numbers`` are typed and in E.164."""

    id: int
    name: str
    job_title: str
    role: str
    numbers: tuple[tuple[str, str], ...]
    email: str
    email_norm: str


@dataclass(frozen=True)
class ShownAddress:
    """An address on the card, without what the company keeps from the reader."""

    kind: str
    line: str
    notes: str


def shown_contacts(session: Session, client_id: int, most: int) -> list[ShownContact]:
    """Return the first contacts of a client by role and name; one statement."""
    rows = session.execute(_CONTACTS, {"client_id": client_id, "most": most}).all()
    return [_contact_line(one) for one in _readable(session, Contact, rows, _CONTACT_FIELDS)]


def shown_addresses(session: Session, client_id: int, most: int) -> list[ShownAddress]:
    """Return the first addresses of a client, main ones first; one statement."""
    rows = session.execute(_ADDRESSES, {"client_id": client_id, "most": most}).all()
    return [
        ShownAddress(
            one["kind"],
            address_line(one["street"], one["district"], one["postcode"], one["city"], one["region"]),
            one["notes"],
        )
        for one in _readable(session, Address, rows, _ADDRESS_FIELDS)
    ]


def _readable(
    session: Session, model: type[Any], rows: Iterable[Row[Any]], fields: Iterable[str]
) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = [one._asdict() for one in rows]
    hidden = set(fields) - read_names(model, session) if found else set()
    if not hidden:
        return found
    hidden |= {_DERIVED[name] for name in hidden & _DERIVED.keys()}
    return [blank(one, hidden) for one in found]


def _contact_line(one: Mapping[str, Any]) -> ShownContact:
    numbers = ((one["mobile"], one["mobile_e164"]), (one["phone"], one["phone_e164"]))
    return ShownContact(
        id=one["id"],
        name=full_name(one["first_name"], one["surname"]),
        job_title=one["job_title"],
        role=one["role"],
        numbers=tuple((typed, number) for typed, number in numbers if number),
        email=one["email"],
        email_norm=one["email_norm"],
    )
