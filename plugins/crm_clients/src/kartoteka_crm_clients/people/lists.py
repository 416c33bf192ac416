"""The list of contact persons of all clients (CL-12, X-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, func, select

from kartoteka.api.clients import EXPORT, Client
from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType
from kartoteka.api.forms import country_choices
from kartoteka.api.lists import (
    ListColumn,
    ListFilter,
    ListOrder,
    RecordList,
    columns_of,
    contains_words,
    filters_of,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import CONTACT, CONTACT_FIELDS, EDIT
from kartoteka_crm_clients.models import Contact

_ = Texts("crm_clients")

_NAMES = frozenset({"first_name", "surname"})
_FIELDS = tuple(
    replace(field, choices=lambda session: country_choices()) if field.name == "country" else field
    for field in CONTACT_FIELDS.declared
    if field.name not in _NAMES
)


def clients_of(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the name of each contact's client; one statement."""
    named = select(Contact.id, Client.name).join(Client, Client.id == Contact.client_id)
    return {row.id: row.name for row in session.execute(named.where(Contact.id.in_(ids)))}


def is_of_client(typed: str) -> ColumnElement[bool]:
    """Return the condition that the client's name has these words."""
    return Contact.client_id.in_(select(Client.id).where(contains_words(Client.name_sort, typed)))


CONTACT_LIST = RecordList(
    name="crm_clients.contacts",
    kind=CONTACT,
    model=Contact,
    title=_("Contact persons"),
    icon="users",
    path="/crm_clients/contacts/",
    columns=(
        ListColumn(
            name="name",
            title=_("Full name"),
            type=FieldType.LINE,
            expression=func.trim(Contact.first_name + " " + Contact.surname),
            sort="name",
        ),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, value=clients_of),
        *columns_of(_FIELDS, Contact),
    ),
    filters=(
        ListFilter(
            name="name",
            title=_("Full name"),
            type=FieldType.LINE,
            condition=lambda typed: contains_words(Contact.name_sort, typed),
        ),
        ListFilter(name="client", title=_("Client"), type=FieldType.LINE, condition=is_of_client),
        *filters_of(_FIELDS, Contact),
    ),
    orders=(ListOrder(name="name", column=Contact.name_sort, type=FieldType.CODE),),
    order="name",
    shown=("client", "role", "mobile", "phone", "email"),
    facts=("client", "mobile", "phone"),
    quick=("role",),
    searched=lambda session: (CONTACT,),
    search_hint=_("Name, job title, phone or e-mail"),
    edit_path="/edit",
    edit_permission=EDIT,
    export_permission=EXPORT,
    nothing_yet=_("People are added on the cards of their clients, or imported from a file."),
)
