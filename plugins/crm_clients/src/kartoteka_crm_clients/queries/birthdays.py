"""Birthdays of contacts and of clients who are natural persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    bindparam,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from kartoteka.api.clients import Client, ClientKind, reads_field
from kartoteka.api.db import Session, among
from kartoteka.api.records import Period, RecordState, anniversary_in
from kartoteka.api.texts import sort_key
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.readable import read_names
from kartoteka_crm_clients.rules import birthday_ranges, full_name


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
    asked = dict(zip(("first", "last", "next_first", "next_last"), _bounds(period), strict=True))
    if client_ids is None:
        rows = session.execute(_BIRTHDAYS, asked)
    else:
        rows = session.execute(_BIRTHDAYS_OF, {**asked, "ids": client_ids})
    of_contacts = read_names(Contact, session)
    told = {True: "birthday" in of_contacts, False: reads_field("birth_date", session)}
    found = filter(None, (_birthday(row, period) for row in rows if told[bool(row.contact_id)]))
    found = _each_once(list(found))
    read = (_readable_contact(one, of_contacts) if one.contact_id else _readable(one, session) for one in found)
    return sorted(read, key=lambda one: (one.day, one.name, one.client_id))


def _each_once(found: list[Birthday]) -> list[Birthday]:
    """Leave out contacts who are the client themselves: a natural person entered among its own contacts."""
    persons = {(one.client_id, one.birthday, sort_key(one.name)) for one in found if one.contact_id is None}
    same = [(one.client_id, one.birthday, sort_key(one.name)) in persons for one in found]
    return [one for one, is_same in zip(found, same, strict=True) if one.contact_id is None or not is_same]


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


def _readable(one: Birthday, session: Session) -> Birthday:
    """Return a client's own birthday without what the company keeps confidential from the session's user."""
    phone = one.phone if reads_field("phone", session) and reads_field("mobile", session) else ""
    return replace(one, phone=phone, email=one.email if reads_field("email", session) else "")


def _readable_contact(one: Birthday, read: frozenset[str]) -> Birthday:
    phone = one.phone if {"phone", "mobile"} <= read else ""
    return replace(one, phone=phone, email=one.email if "email" in read else "")


def count_birthdays(client_id: ColumnElement[int], period: Callable[[], Period]) -> ScalarSelect[int]:
    """Return the select that counts those of a client who may have a birthday in a period.

    The period is asked for whenever the select is executed. A client who is a person counts on every day of birth.
    """

    def bound(place: int) -> Any:
        return bindparam(f"birthday_{place}", callable_=lambda: _bounds(period())[place], type_=Integer())

    key, persons = Contact.birthday_key, select(func.count(Client.id)).where(Client.id == client_id, *_LIVING_PERSON)
    contacts = select(func.count(Contact.id)).where(
        Contact.client_id == client_id,
        Contact.state == RecordState.ACTIVE,
        or_(key.between(bound(0), bound(1)), key.between(bound(2), bound(3))),
    )
    return select(contacts.scalar_subquery() + persons.scalar_subquery()).scalar_subquery()


def _bounds(period: Period) -> tuple[int, int, int, int]:
    first, second = (*birthday_ranges(period), _NO_DAYS)[:2]
    return *first, *second


def has_birthday(record_id: ColumnElement[int], period: Period) -> ColumnElement[bool]:
    """Return the condition for clients who have a birthday in a period themselves or through a contact."""
    contacts = select(Contact.client_id).where(
        _is_birthday(Contact.birthday_key, period), Contact.state == RecordState.ACTIVE
    )
    persons = select(Client.id).where(_is_birthday(_month_and_day(), period), *_LIVING_PERSON)
    of_contacts = record_id.in_(contacts) if "birthday" in read_names(Contact) else false()
    return or_(of_contacts, record_id.in_(persons)) if reads_field("birth_date") else of_contacts


def _is_birthday(key: Any, period: Period) -> ColumnElement[bool]:
    return or_(*(key.between(low, high) for low, high in birthday_ranges(period)))
