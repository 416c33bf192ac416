"""How the values of a client are shown: in the card's header, among its properties and in the change log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kartoteka.builtin.clients.checking import checked_value, hidden_fields
from kartoteka.builtin.clients.fields import CLIENT_KIND, FIELDS, FIXED
from kartoteka.builtin.clients.linking import linked_names
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.own_files import names_of_files
from kartoteka.builtin.clients.queries_card import CardClient
from kartoteka.builtin.files.queries import file_url
from kartoteka.db.members import is_member
from kartoteka.db.session import Session
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.web.in_place import Fact
from kartoteka.web.values import write_value

Can = Callable[[str], bool]

HEADER: tuple[tuple[str, str], ...] = (
    ("registration_code", "id"),
    ("vat_code", "receipt"),
    ("phone", "phone"),
    ("mobile", "device-mobile"),
    ("fax", "printer"),
    ("email", "mail"),
    ("website", "world"),
    ("bank_account", "building-bank"),
    ("registered_on", "calendar"),
)
"""Fields of the card's header with their icons (CL-03); group, kind and name stand above them."""


NOT_AMONG_PROPERTIES = frozenset({"name", "notes", "kind"})
"""Fields that have a place of their own on the card."""


def header_facts(card: CardClient, can: Can) -> list[Fact]:
    """Return the facts of the header that are known and that the user may read, in their order."""
    hidden = hidden_fields(card.client.kind)
    shown = [(FIELDS[name], icon) for name, icon in HEADER if name not in hidden and FIELDS[name].is_readable(can)]
    facts = [_fact(card, field, icon) for field, icon in shown]
    return [fact for fact in facts if not fact.is_empty]


def properties(card: CardClient, can: Can, may_edit: bool) -> list[Fact]:
    """Return everything the user may read of a client, but for the notes, in the order of the fields."""
    hidden = hidden_fields(card.client.kind) | NOT_AMONG_PROPERTIES
    shown = [field for field in FIELDS.values() if field.name not in hidden and field.is_readable(can)]
    return [_fact(card, field, "", may_edit and _is_open(field, can)) for field in shown]


def one_property(card: CardClient, name: str, can: Can, may_edit: bool) -> Fact:
    """Return one value as it stands among the properties."""
    field = FIELDS[name]
    return _fact(card, field, "", may_edit and field.is_writable(can))


def own_facts(session: Session, client: Client, can: Can) -> list[tuple[Message, Translatable]]:
    """Return what a client's fields of the company say, of those that are filled in and that somebody may read."""
    card = CardClient(client, "", "", "", linked_names(session, [client]), names_of_files(session, [client]))
    own = [field for field in fields_here(CLIENT_KIND) if field.is_readable(can)]
    facts = [_fact(card, field, "") for field in own]
    return [(fact.title, fact.value) for fact in facts if not fact.is_empty]


def may_write(name: str, can: Can) -> bool:
    """Say whether the user may edit this field of the clients that he may change."""
    return name in FIELDS and _is_open(FIELDS[name], can)


def _is_open(field: Field, can: Can) -> bool:
    return field.name not in FIXED and field.is_writable(can)


def _fact(card: CardClient, field: Field, icon: str, may_edit: bool = False) -> Fact:
    value = getattr(card.client, field.attribute)
    if field.name == "manager":
        shown: Translatable = card.manager
    elif field.name == "group":
        shown = card.group
    elif is_member(field.name) and field.type is FieldType.RECORD:
        shown = card.linked.get(value, "")
    elif is_member(field.name) and field.type is FieldType.FILE:
        shown = card.files.get(value, "")
    else:
        shown = write_value(field, value)
    return Fact(
        name=field.name,
        title=field.title,
        value=shown,
        icon=icon,
        link=_link(card, field, value),
        unusual=card.reasons.get(field.name),
        may_edit=may_edit,
        is_block=field.type == FieldType.BLOCK,
        is_outside=field.name == "website",
    )


def _link(card: CardClient, field: Field, value: Any) -> str | None:
    """Return what a click on the value does: call, write or open; only for values that were understood."""
    if is_member(field.name):
        return _own_link(card, field, value)
    scheme = {FieldType.PHONE: "tel:", FieldType.EMAIL: "mailto:", FieldType.URL: ""}.get(field.type)
    if scheme is None or not value or field.name == "fax":
        return None
    normal = checked_value(field.name, str(value), card.client.country)
    return f"{scheme}{normal}" if normal else None


def _own_link(card: CardClient, field: Field, value: Any) -> str | None:
    if field.type is FieldType.RECORD:
        return f"/clients/{value}" if value in card.linked else None
    if field.type is FieldType.FILE:
        return file_url(value) if value in card.files else None
    if field.type is FieldType.URL and value:
        return checked_value("website", str(value), "") or None
    return None
