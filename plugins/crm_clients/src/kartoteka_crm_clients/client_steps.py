"""What the module asks about a new client: the first contact, and where the client is (CL-43)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ClientStep
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.forms import AddressForm, ContactForm
from kartoteka_crm_clients.rules import ADDRESS_KINDS
from kartoteka_crm_clients.service import add_address, add_contact

_ = Texts("crm_clients")


def begin_contact(known: Mapping[str, str]) -> dict[str, Any]:
    """Return what a contact begins with: the client's phones and addresses are not those of a person."""
    return {"role": "other", "country": known.get("country", "")}


def begin_address(known: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known of the client's address."""
    told = {name: known.get(name, "") for name in ("country", "region", "city", "street", "postcode")}
    return {"kind": ADDRESS_KINDS[0], **told}


def save_contact(session: Session, client_id: int, values: dict[str, Any]) -> None:
    """Add the contact to the new client."""
    add_contact(session, client_id, values)


def save_address(session: Session, client_id: int, values: dict[str, Any]) -> None:
    """Add the address to the new client."""
    add_address(session, client_id, values)


CLIENT_STEPS = [
    ClientStep(
        name="contact",
        title=_("Contact person"),
        permission=EDIT,
        form=ContactForm,
        begin=begin_contact,
        save=save_contact,
        shown=("surname", "first_name", "role", "job_title", "mobile", "phone", "email", "birthday"),
        weight=10,
    ),
    ClientStep(
        name="address",
        title=_("Address"),
        permission=EDIT,
        form=AddressForm,
        begin=begin_address,
        save=save_address,
        shown=("kind", "street", "city", "postcode", "region", "country"),
        weight=20,
    ),
]
