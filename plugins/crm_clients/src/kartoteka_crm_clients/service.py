"""Use cases of the module: add, change and archive contacts and addresses. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import add_record, apply_changes, client_to_write, record_to_write, set_state
from kartoteka.api.db import Session, settle, utc_now
from kartoteka.api.directories import Places
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.values import find_own_links
from kartoteka_crm_clients.checking import Findings, check_address, check_contact
from kartoteka_crm_clients.fields import ADDRESS, ADDRESS_FIELDS, CONTACT, CONTACT_FIELDS, EDIT
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.readable import refuse_unwritable

_ = Texts("crm_clients")

PLACE_PARTS = frozenset({"country", "region", "district", "city"})


def add_contact(session: Session, client_id: int, values: Mapping[str, Any]) -> Contact:
    """Add a contact to a client that the actor sees; phones without "+" are of the client's country unless another is
    given. Raises NotFound, Forbidden, Refused for a client in the bin, and InvalidInput.
    """
    client = client_to_write(session, client_id, EDIT)
    checked = _sound(
        check_contact({"country": client.country, **find_own_links(session, CONTACT, values)}, today=utc_now().date())
    )
    refuse_unwritable(session, Contact, checked, {})
    contact = Contact(client_id=client.id, **checked)
    return add_record(session, contact, CONTACT)


def change_contact(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Contact:
    """Change a contact's fields, typed over ``version``; raises EditConflict and what `add_contact` raises."""
    contact = record_to_write(session, Contact, id, EDIT)
    known = {field.name: getattr(contact, field.name) for field in CONTACT_FIELDS}
    checked = _sound(check_contact(find_own_links(session, CONTACT, values), known, today=utc_now().date()))
    refuse_unwritable(session, Contact, checked, known)
    apply_changes(session, contact, CONTACT, settle(session, contact, CONTACT, checked, version))
    return contact


def archive_contact(session: Session, id: int) -> Contact:
    """Put a contact away: for people who have left."""
    return set_state(session, record_to_write(session, Contact, id, EDIT), CONTACT, RecordState.ARCHIVED)


def restore_contact(session: Session, id: int) -> Contact:
    """Take a contact out of the archive."""
    return set_state(session, record_to_write(session, Contact, id, EDIT), CONTACT, RecordState.ACTIVE)


def add_address(session: Session, client_id: int, values: Mapping[str, Any]) -> Address:
    """Add an address to a client that the actor sees; the first of its kind is the main one."""
    client = client_to_write(session, client_id, EDIT)
    values = {"country": client.country, "kind": "legal", "city": "", **find_own_links(session, ADDRESS, values)}
    checked = _sound(check_address(values))
    refuse_unwritable(session, Address, checked, {})
    checked |= called_as_known(session, checked)
    address = add_record(session, Address(client_id=client.id, **checked, **_placed(session, checked)), ADDRESS)
    _keep_one_main(session, address)
    return address


def change_address(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Address:
    """Change an address, typed over ``version``; raises EditConflict and what `add_address` raises."""
    address = record_to_write(session, Address, id, EDIT)
    known = {field.name: getattr(address, field.name) for field in ADDRESS_FIELDS}
    checked = _sound(check_address(find_own_links(session, ADDRESS, values), known))
    refuse_unwritable(session, Address, checked, known)
    if PLACE_PARTS & checked.keys():
        checked |= called_as_known(session, known | checked)
    before = address.kind
    apply_changes(session, address, ADDRESS, settle(session, address, ADDRESS, checked, version))
    apply_changes(session, address, ADDRESS, _placed(session, {name: getattr(address, name) for name in PLACE_PARTS}))
    _keep_one_main(session, address)
    if address.kind != before:
        _keep_one_main_of(session, address.client_id, before)
    return address


def called_as_known(session: Session, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of an address as the directories call them, and the region of a city that stands alone."""
    place = Places(session, str(values.get("country") or "")).locate(values)
    parts = {part: name for part, name in place.names.items() if values.get(part) and part not in place.strange}
    if not values.get("region") and "region" in place.names:
        parts["region"] = place.names["region"]
    return parts


def archive_address(session: Session, id: int) -> Address:
    """Put an address away; the next one of its kind becomes the main one."""
    address = record_to_write(session, Address, id, EDIT)
    apply_changes(session, address, ADDRESS, {"is_main": False})
    set_state(session, address, ADDRESS, RecordState.ARCHIVED)
    _keep_one_main_of(session, address.client_id, address.kind)
    return address


def restore_address(session: Session, id: int) -> Address:
    """Take an address out of the archive."""
    address = set_state(session, record_to_write(session, Address, id, EDIT), ADDRESS, RecordState.ACTIVE)
    _keep_one_main_of(session, address.client_id, address.kind)
    return address


def keep_one_main_address(session: Session, client_id: int) -> None:
    """Leave one main address of each kind: of merged clients each may have brought its own. The oldest stays."""
    for kind in session.scalars(select(Address.kind).where(Address.client_id == client_id).distinct()).all():
        _keep_one_main_of(session, client_id, kind)


def _sound(found: Findings) -> dict[str, Any]:
    if found.errors:
        raise InvalidInput(found.errors)
    return found.values


def _placed(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"place_id": Places(session, str(values.get("country") or "")).locate(values).id}


def _keep_one_main(session: Session, address: Address) -> None:
    """Let the address be the main one of its kind when it says so, or when there is no other."""
    _keep_one_main_of(session, address.client_id, address.kind, address if address.is_main else None)


def _keep_one_main_of(session: Session, client_id: int, kind: str, chosen: Address | None = None) -> None:
    rows = session.scalars(
        select(Address)
        .where(Address.client_id == client_id, Address.kind == kind, Address.state == RecordState.ACTIVE)
        .order_by(Address.is_main.desc(), Address.id)
    ).all()
    main = chosen if chosen in rows else next(iter(rows), None)
    for address in rows:
        apply_changes(session, address, ADDRESS, {"is_main": address is main})
