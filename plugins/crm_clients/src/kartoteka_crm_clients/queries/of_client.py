"""Contacts and addresses of one client, for the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, case, func, select

from kartoteka.api.db import Session
from kartoteka.api.declare import ClientPerson
from kartoteka.api.records import RecordRef, RecordState
from kartoteka_crm_clients.fields import CONTACT, ROLE_TITLES
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.readable import readable
from kartoteka_crm_clients.rules import ADDRESS_KINDS, ROLES

KIND_RANK = case({kind: rank for rank, kind in enumerate(ADDRESS_KINDS)}, value=Address.kind, else_=len(ADDRESS_KINDS))
"""The order of addresses: the legal one first."""

ROLE_RANK = case({role: rank for rank, role in enumerate(ROLES)}, value=Contact.role, else_=len(ROLES))
"""The order of contacts: the most telling role first."""
_MOST_OF_A_CLIENT = 500
_MOST_PEOPLE = 100


# The statements of pages are made once: making one costs more than its answer.
_CONTACTS_OF = (
    select(Contact)
    .where(Contact.client_id == bindparam("client_id"), Contact.state == bindparam("state"))
    .order_by(ROLE_RANK, Contact.name_sort, Contact.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_ADDRESSES_OF = (
    select(Address)
    .where(Address.client_id == bindparam("client_id"), Address.state == bindparam("state"))
    .order_by(KIND_RANK, Address.is_main.desc(), Address.id)
    .limit(_MOST_OF_A_CLIENT)
)

_COUNTED_CONTACTS = select(func.count(Contact.id)).where(Contact.state == RecordState.ACTIVE)


def contacts_of(
    session: Session, client_id: int, *, archived: bool = False, most: int = _MOST_OF_A_CLIENT, skipped: int = 0
) -> Sequence[Contact]:
    """Return a client's contacts by role and name, at most 500; ``archived`` ones instead of active ones."""
    asked = {"client_id": client_id, "state": _state(archived=archived), "most": most, "skipped": skipped}
    return readable(session, session.scalars(_CONTACTS_OF, asked))


def people_of(session: Session, client_id: int) -> list[ClientPerson]:
    """Return a client's contacts as the people whom one calls and meets."""
    return [
        ClientPerson(
            ref=RecordRef(CONTACT, one.id),
            name=one.name,
            role=one.job_title or str(ROLE_TITLES.get(one.role, "")),
            phone=one.mobile or one.phone,
            email=one.email,
        )
        for one in contacts_of(session, client_id, most=_MOST_PEOPLE)
    ]


def addresses_of(session: Session, client_id: int, *, archived: bool = False) -> Sequence[Address]:
    """Return a client's addresses by kind, main ones first; ``archived`` ones instead of active ones."""
    asked = {"client_id": client_id, "state": _state(archived=archived)}
    return readable(session, session.scalars(_ADDRESSES_OF, asked))


def count_contacts(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a client's active contacts."""
    return _COUNTED_CONTACTS.where(Contact.client_id == record_id).scalar_subquery()


def _state(*, archived: bool) -> str:
    return RecordState.ARCHIVED if archived else RecordState.ACTIVE
