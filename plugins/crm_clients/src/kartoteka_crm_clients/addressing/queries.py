"""Reads: what was chosen for which document, the contacts and the address that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka_crm_clients.addressing.fields import ADDRESSING
from kartoteka_crm_clients.addressing.models import Addressing
from kartoteka_crm_clients.addressing.rules import Choice, choice_for
from kartoteka_crm_clients.fields import CONTACT
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.queries import addresses_of

MOST = 20
_LETTERS = ("postal", "legal", "invoice")


def chosen(session: Session) -> dict[str, Choice]:
    """Return what the company has chosen, by topic; one statement."""
    rows = session.execute(select(Addressing.topic, Addressing.role, Addressing.address_kind))
    return {row.topic: Choice(row.role, row.address_kind) for row in rows}


def recipients(session: Session, client_id: int, topics: Sequence[str]) -> list[RecordRef]:
    """Return the contacts of a client whose role is right for a mail about these topics; two statements (CL-54)."""
    role = choice_for(topics, chosen(session)).role
    if not role:
        return []
    return [RecordRef(CONTACT, one.id) for one in contacts_for(session, client_id, role)]


def contacts_for(session: Session, client_id: int, role: str) -> Sequence[Contact]:
    """Return the contacts of a client with a role and an e-mail address, by name."""
    found = select(Contact).where(
        Contact.client_id == client_id,
        Contact.state == RecordState.ACTIVE,
        Contact.role == role,
        Contact.email_norm != "",
    )
    return session.scalars(found.order_by(Contact.name_sort, Contact.id).limit(MOST)).all()


def address_for(session: Session, client_id: int, topic: str) -> Address | None:
    """Return the address of a client that is right for a document (CL-13): of the kind chosen, else one for letters.

    None for a client without addresses. Two statements.
    """
    wanted = choice_for([topic], chosen(session)).address_kind
    known = {one.kind: one for one in reversed(addresses_of(session, client_id))}
    kinds = [one for one in (wanted, *_LETTERS, *known) if one in known]
    return known[kinds[0]] if kinds else None


def summarise(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the topic of each choice; one statement."""
    rows = session.execute(select(Addressing.id, Addressing.topic).where(Addressing.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(ADDRESSING, row.id), title=row.topic, url=page_url(row.id)) for row in rows}


def page_url(id: int) -> str:
    """Return the address of the page with all choices."""
    return f"/crm_clients/addressing?chosen={id}"
