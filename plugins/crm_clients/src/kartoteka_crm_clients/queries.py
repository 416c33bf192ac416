"""Reads of contacts, addresses and birthdays: for the card, the list, the search for duplicates and the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    case,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, among
from kartoteka.api.records import Period, RecordRef, RecordState, RecordSummary, anniversary_in
from kartoteka_crm_clients.fields import ADDRESS, CONTACT, KIND_TITLES, ROLE_TITLES
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.rules import (
    ADDRESS_KINDS,
    ROLES,
    address_line,
    birthday_ranges,
    city_key,
    full_name,
)

_ROLE_RANK = case({role: rank for rank, role in enumerate(ROLES)}, value=Contact.role, else_=len(ROLES))
_KIND_RANK = case({kind: rank for rank, kind in enumerate(ADDRESS_KINDS)}, value=Address.kind, else_=len(ADDRESS_KINDS))
_MOST_OF_A_CLIENT = 500
_AFTER_ALL_TEXTS = "\U0010ffff"


# The statements of pages are made once: making one costs more than its answer.
_CONTACTS_OF = (
    select(Contact)
    .where(Contact.client_id == bindparam("client_id"), Contact.state == bindparam("state"))
    .order_by(_ROLE_RANK, Contact.name_sort, Contact.id)
    .limit(bindparam("most"))
)
_ADDRESSES_OF = (
    select(Address)
    .where(Address.client_id == bindparam("client_id"), Address.state == bindparam("state"))
    .order_by(_KIND_RANK, Address.is_main.desc(), Address.id)
    .limit(_MOST_OF_A_CLIENT)
)

_COUNTED_CONTACTS = select(func.count(Contact.id)).where(Contact.state == RecordState.ACTIVE)


def contacts_of(session: Session, client_id: int, *, archived: bool = False) -> Sequence[Contact]:
    """Return a client's contacts by role and name, at most 500; ``archived`` ones instead of active ones."""
    asked = {"client_id": client_id, "state": _state(archived=archived), "most": _MOST_OF_A_CLIENT}
    return session.scalars(_CONTACTS_OF, asked).all()


def first_contacts(session: Session, client_id: int, number: int) -> Sequence[Contact]:
    """Return the contacts of a client to show where there is little room."""
    asked = {"client_id": client_id, "state": _state(archived=False), "most": number}
    return session.scalars(_CONTACTS_OF, asked).all()


def addresses_of(session: Session, client_id: int, *, archived: bool = False) -> Sequence[Address]:
    """Return a client's addresses by kind, main ones first; ``archived`` ones instead of active ones."""
    return session.scalars(_ADDRESSES_OF, {"client_id": client_id, "state": _state(archived=archived)}).all()


def count_contacts(record_id: int) -> ScalarSelect[Any]:
    """Return the counter of a client's active contacts."""
    return _COUNTED_CONTACTS.where(Contact.client_id == record_id).scalar_subquery()


def _state(*, archived: bool) -> str:
    return RecordState.ARCHIVED if archived else RecordState.ACTIVE


# --- In lists of clients ---------------------------------------------------------------------------------------------

_ADDRESSES_IN_LIST = (
    select(Address.client_id, Address.street, Address.district, Address.postcode, Address.city, Address.region)
    .where(among(Address.client_id), Address.state == RecordState.ACTIVE)
    .order_by(Address.client_id, _KIND_RANK, Address.is_main.desc(), Address.id)
)


def main_addresses(session: Session, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Return the address to show of each client: the legal one, or the next kind there is; one statement per page."""
    kept: dict[Any, dict[int, Row[Any]]] = session.info.setdefault("crm_clients_addresses", {})
    key = tuple(ids)
    if key not in kept:
        rows = session.execute(_ADDRESSES_IN_LIST, {"ids": key}).all()
        kept[key] = {row[0]: row for row in reversed(rows)}  # of each client the first one counts
    return kept[key]


def cities(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the city of each client."""
    return {client: row.city for client, row in main_addresses(session, ids).items() if row.city}


def address_lines(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the address of each client on one line."""
    return {client: address_line(*row[1:]) for client, row in main_addresses(session, ids).items()}


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


def has_birthday(record_id: ColumnElement[int], period: Period) -> ColumnElement[bool]:
    """Return the condition for clients who have a birthday in a period themselves or through a contact."""
    contacts = select(Contact.client_id).where(
        _is_birthday(Contact.birthday_key, period), Contact.state == RecordState.ACTIVE
    )
    persons = select(Client.id).where(_is_birthday(_month_and_day(), period), *_LIVING_PERSON)
    return or_(record_id.in_(contacts), record_id.in_(persons))


# --- Duplicates ------------------------------------------------------------------------------------------------------


def reached_by(
    session: Session, phones: Iterable[str], emails: Iterable[str], exclude_id: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Return (client_id, field) of contacts with one of these phones or addresses, ``limit`` for each column asked."""
    asked = (
        (Contact.phone_e164, "phones", set(phones)),
        (Contact.mobile_e164, "phones", set(phones)),
        (Contact.email_norm, "emails", set(emails)),
    )
    parts = [
        _reached_through(column.in_(values), field, exclude_id, limit) for column, field, values in asked if values
    ]
    return session.execute(union_all(*parts)).all() if parts else []


def _reached_through(found: ColumnElement[bool], field: str, exclude_id: int | None, limit: int) -> Select[Any]:
    """Return the clients of one column: asked together with OR, the databases would read all contacts."""
    some = (
        select(Contact.client_id)
        .join(Client, Client.id == Contact.client_id)
        .where(
            found,
            Contact.state == RecordState.ACTIVE,
            Client.state.in_((RecordState.ACTIVE, RecordState.ARCHIVED)),
            Contact.client_id != (exclude_id or 0),
        )
        .order_by(Contact.client_id)
        .limit(limit)
        .subquery()
    )
    return select(some.c.client_id, literal(field).label("field"))


# --- Birthdays -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Birthday:
    """A birthday to come: of a contact, or of a client who is a natural person (then ``contact_id`` is None)."""

    day: date
    birthday: date
    name: str
    client_id: int
    client_name: str
    contact_id: int | None = None
    role: str = ""
    phone: str = ""
    email: str = ""
    manager_id: int | None = None

    @property
    def turns(self) -> int:
        """How old the person becomes."""
        return self.day.year - self.birthday.year


def _month_and_day() -> ColumnElement[int]:
    return extract("month", Client.birth_date) * 100 + extract("day", Client.birth_date)


def _in_two_ranges(key: Any) -> ColumnElement[bool]:
    """Return the condition that a birthday lies in one of the ranges that the statement is executed with."""
    return or_(
        key.between(bindparam("first"), bindparam("last")), key.between(bindparam("next_first"), bindparam("next_last"))
    )


_LIVING_PERSON = (Client.kind == ClientKind.PERSON, Client.birth_date.is_not(None), Client.state == RecordState.ACTIVE)
_CONTACT_BIRTHDAYS = (
    select(
        Contact.id.label("contact_id"),
        Contact.client_id,
        Contact.first_name,
        Contact.surname,
        Contact.role,
        Contact.birthday,
        Contact.phone,
        Contact.mobile,
        Contact.email,
        Client.name.label("client_name"),
        Client.manager_id,
    )
    .select_from(Contact)
    .join(Client, Client.id == Contact.client_id)
    .where(
        _in_two_ranges(Contact.birthday_key),
        Contact.state == RecordState.ACTIVE,
        Client.state == RecordState.ACTIVE,
    )
)
_PERSON_BIRTHDAYS = select(
    literal(0).label("contact_id"),
    Client.id,
    Client.first_name,
    Client.surname,
    literal("").label("role"),
    Client.birth_date,
    Client.phone,
    Client.mobile,
    Client.email,
    Client.name,
    Client.manager_id,
).where(_in_two_ranges(_month_and_day()), *_LIVING_PERSON)
_BIRTHDAYS = union_all(_CONTACT_BIRTHDAYS, _PERSON_BIRTHDAYS)
_BIRTHDAYS_OF = union_all(_CONTACT_BIRTHDAYS.where(among(Contact.client_id)), _PERSON_BIRTHDAYS.where(among(Client.id)))
_NO_DAYS = (1, 0)


def birthdays_in(session: Session, period: Period, client_ids: Sequence[int] | None = None) -> list[Birthday]:
    """Return the birthdays in a period by day and name: contacts and natural persons (CL-48); one statement.

    ``client_ids`` limits them to these clients and their contacts.
    """
    (first, last), (next_first, next_last) = (*birthday_ranges(period), _NO_DAYS)[:2]
    asked = {"first": first, "last": last, "next_first": next_first, "next_last": next_last}
    if client_ids is None:
        rows = session.execute(_BIRTHDAYS, asked)
    else:
        rows = session.execute(_BIRTHDAYS_OF, {**asked, "ids": client_ids})
    found = (_birthday(row, period) for row in rows)
    return sorted(filter(None, found), key=lambda one: (one.day, one.name, one.client_id))


def _birthday(row: Row[Any], period: Period) -> Birthday | None:
    day = anniversary_in(row.birthday, period)
    if day is None:
        return None
    return Birthday(
        day=day,
        birthday=row.birthday,
        name=full_name(row.first_name, row.surname) or row.client_name,
        client_id=row.client_id,
        client_name=row.client_name,
        contact_id=row.contact_id or None,
        role=row.role,
        phone=row.mobile or row.phone,
        email=row.email,
        manager_id=row.manager_id,
    )


def _is_birthday(key: Any, period: Period) -> ColumnElement[bool]:
    return or_(*(key.between(low, high) for low, high in birthday_ranges(period)))


# --- As records ------------------------------------------------------------------------------------------------------


def summarise_contacts(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return name, role and address of each contact that the user sees; one statement."""
    rows = session.execute(
        select(Contact.id, Contact.first_name, Contact.surname, Contact.job_title, Contact.role, Contact.state).where(
            Contact.id.in_(ids)
        )
    )
    return {
        row.id: RecordSummary(
            RecordRef(CONTACT, row.id),
            title=full_name(row.first_name, row.surname),
            subtitle=row.job_title or str(ROLE_TITLES.get(row.role, "")),
            url=contact_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def summarise_addresses(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return each address on one line, as far as the user sees it; one statement."""
    rows = session.execute(
        select(
            Address.id,
            Address.kind,
            Address.street,
            Address.district,
            Address.city,
            Address.postcode,
            Address.region,
            Address.state,
        ).where(Address.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(ADDRESS, row.id),
            title=address_line(row.street, row.district, row.postcode, row.city, row.region),
            subtitle=str(KIND_TITLES.get(row.kind, "")),
            url=address_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def contact_url(id: int) -> str:
    """Return the address of a contact's page."""
    return f"/crm_clients/contacts/{id}"


def address_url(id: int) -> str:
    """Return the address of an address's page."""
    return f"/crm_clients/addresses/{id}"


def client_url(id: int) -> str:
    """Return the address of a client's card."""
    return f"/clients/{id}"
