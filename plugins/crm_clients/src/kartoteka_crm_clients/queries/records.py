"""Contacts and addresses as records: their titles and where their pages are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_clients.fields import ADDRESS, CONTACT, KIND_TITLES, ROLE_TITLES
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.readable import read_names
from kartoteka_crm_clients.rules import address_line, full_name

_LINE = ("street", "district", "postcode", "city", "region")


def summarise_contacts(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return name, role and address of each contact that the user sees; one statement."""
    rows = session.execute(
        select(Contact.id, Contact.first_name, Contact.surname, Contact.job_title, Contact.role, Contact.state).where(
            Contact.id.in_(ids)
        )
    )
    reads_job = "job_title" in read_names(Contact, session)
    return {
        row.id: RecordSummary(
            RecordRef(CONTACT, row.id),
            title=full_name(row.first_name, row.surname),
            subtitle=(row.job_title if reads_job else "") or str(ROLE_TITLES.get(row.role, "")),
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
    read = read_names(Address, session)

    def line(row: Row[Any]) -> str:
        return address_line(*(getattr(row, name) if name in read else "" for name in _LINE))

    return {
        row.id: RecordSummary(
            RecordRef(ADDRESS, row.id),
            title=line(row) or str(KIND_TITLES.get(row.kind, "")),
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
