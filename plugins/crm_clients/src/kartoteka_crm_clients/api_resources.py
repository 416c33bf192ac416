"""Contacts and addresses as other programs read and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import ADDRESS, CONTACT
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.registering import register_person
from kartoteka_crm_clients.service import (
    add_address,
    add_contact,
    archive_address,
    archive_contact,
    change_address,
    change_contact,
)

_ = Texts("crm_clients")


def create_contact(session: Session, values: dict[str, Any]) -> Contact:
    """Add a contact to the client that is named."""
    return add_contact(session, values.pop("client"), values)


def create_address(session: Session, values: dict[str, Any]) -> Address:
    """Add an address to the client that is named."""
    return add_address(session, values.pop("client"), values)


def register(session: Session, values: dict[str, Any]) -> Contact:
    """Enter somebody who registered in an e-shop or on a website, or find who it is."""
    return register_person(session, values)


API_RESOURCES = [
    ApiResource(
        name="registrations",
        title=_("People who register elsewhere"),
        kind=CONTACT,
        create=register,
        change=change_contact,
        finds_client=True,
    ),
    ApiResource(
        name="contacts",
        title=_("Contact persons"),
        kind=CONTACT,
        create=create_contact,
        change=change_contact,
        remove=archive_contact,
    ),
    ApiResource(
        name="addresses",
        title=_("Addresses"),
        kind=ADDRESS,
        create=create_address,
        change=change_address,
        remove=archive_address,
    ),
]
