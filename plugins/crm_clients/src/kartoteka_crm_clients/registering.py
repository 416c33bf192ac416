"""People who register elsewhere, such as in an e-shop: each is entered once, and is the same person here (CORE-28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind, Relationship, create_client
from kartoteka.api.db import Session, demand
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import CONTACT_FIELDS, EDIT
from kartoteka_crm_clients.models import Contact, normal_email
from kartoteka_crm_clients.service import add_contact, change_contact

_ = Texts("crm_clients")

_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_TAKEN_OVER = ("first_name", "surname", "phone", "mobile", "country")


def register_person(session: Session, values: Mapping[str, Any]) -> Contact:
    """Return the contact person whose e-mail address this is, or add one.

    A known address joins the client that it belongs to, and what was empty is filled in; what is there already stays.
    An unknown one makes a potential client. ``client`` names the client when it is known. Raises Forbidden, NotFound
    and InvalidInput.
    """
    demand(session, EDIT)
    given = dict(values)
    client_id, email = given.pop("client", None), normal_email(given.get("email"))
    if not email:
        raise InvalidInput({"email": _("Give the e-mail address: people are recognised by it.")})
    known = _known(session, email, client_id)
    if known is not None:
        return _fill_in(session, known, given)
    found = client_id or _client_with(session, email) or _new_client(session, given)
    return add_contact(session, found, {"role": "other", **given})


def _known(session: Session, email: str, client_id: int | None) -> Contact | None:
    """Return the oldest contact with the address, those in use before those put away."""
    wanted = select(Contact).where(Contact.email_norm == email, Contact.state.in_(_LIVING))
    if client_id is not None:
        wanted = wanted.where(Contact.client_id == client_id)
    return session.scalars(wanted.order_by(Contact.state != RecordState.ACTIVE, Contact.id).limit(1)).first()


def _fill_in(session: Session, contact: Contact, given: Mapping[str, Any]) -> Contact:
    known = {field.name: getattr(contact, field.attribute) for field in CONTACT_FIELDS}
    missing = {name: value for name, value in given.items() if value and not known.get(name)}
    return change_contact(session, contact.id, missing) if missing else contact


def _client_with(session: Session, email: str) -> int | None:
    wanted = select(Client.id).where(Client.email_norm == email, Client.state.in_(_LIVING))
    return session.scalar(wanted.order_by(Client.state != RecordState.ACTIVE, Client.id).limit(1))


def _new_client(session: Session, given: Mapping[str, Any]) -> int:
    person = {name: given[name] for name in _TAKEN_OVER if given.get(name)}
    if not {"first_name", "surname"} & person.keys():
        person["surname"] = str(given["email"]).partition("@")[0][:100]
    values = {"kind": ClientKind.PERSON, "relationship": Relationship.POTENTIAL, "email": given["email"], **person}
    return create_client(session, values).id
