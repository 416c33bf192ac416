"""The client list: its columns, filters and orders (CL-32 to CL-37, CORE-21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kartoteka.builtin.clients.countries import country_choices
from kartoteka.builtin.clients.fields import CLIENT_FIELDS, CLIENT_KIND, CREATE, EDIT, EXPORT, FIXED, IMPORTANCES
from kartoteka.builtin.clients.models import Client, ClientGroup
from kartoteka.builtin.clients.queries import searched_kinds
from kartoteka.builtin.clients.tags.queries import has_tags, tag_choices, tag_names
from kartoteka.builtin.users.queries import known_users, name_of
from kartoteka.extension.declarations.data import Choice, Field, FieldType
from kartoteka.extension.declarations.ui import CLIENT_LIST
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.search import parse_query
from kartoteka.web.lists import (
    ListColumn,
    ListFilter,
    RecordList,
    columns_of,
    contains_text,
    contains_words,
    filters_of,
    orders_of,
)

_ASKED_FIRST = ("relationship", "importance", "client_kind", "group", "manager", "registered_on", "activity")
_PARTS_OF_NAME = frozenset({"company_name", "first_name", "surname"})
_FIELDS = tuple(
    replace(field, choices=lambda session: country_choices()) if field.name == "country" else field
    for field in CLIENT_FIELDS
    if field.name not in _PARTS_OF_NAME
)


def _phone_condition(field: str) -> Any:
    typed_column, e164 = getattr(Client, field), getattr(Client, f"{field}_e164", None)

    def condition(typed: str) -> ColumnElement[bool]:
        terms = parse_query(typed)
        digits = terms[0].digits if len(terms) == 1 else None
        as_typed = contains_text(typed_column, typed)
        return or_(as_typed, e164.contains(digits, autoescape=True)) if digits and e164 is not None else as_typed

    return condition


def _columns() -> tuple[ListColumn, ...]:
    group_name = select(ClientGroup.name).where(ClientGroup.id == Client.group_id).correlate(Client).scalar_subquery()
    columns = columns_of(_FIELDS, Client, user_name=name_of, group=group_name)
    changes: dict[str, dict[str, Any]] = {
        # The group's name comes along with the row, also that of a group that cannot be chosen any more.
        "group": {"type": FieldType.LINE, "choices": ()},
        # Rows are dense: the letter is enough where the head says what it is about.
        "importance": {"choices": tuple(Choice(one.value, one.value.upper()) for one in IMPORTANCES)},
    }
    own = tuple(replace(column, **changes.get(column.name, {})) for column in columns)
    return (*own, ListColumn(name="tags", title=_("Tags"), type=FieldType.LINE, value=tag_names))


def _filtered_fields() -> list[Field]:
    """Return the fields in the order in which the form of filters asks for them."""
    return sorted(_FIELDS, key=lambda field: (field.name not in _ASKED_FIRST, field.name not in FIXED))


_TAGS = ListFilter(
    name="tags", title=_("Tags"), type=FieldType.CHOICE, condition=has_tags, choices=tag_choices, optional=True
)

CLIENTS = RecordList(
    name=CLIENT_LIST,
    kind=CLIENT_KIND,
    model=Client,
    title=_("Clients"),
    icon="address-book",
    path="/clients/",
    columns=_columns(),
    filters=(
        *filters_of(
            _filtered_fields(),
            Client,
            name=lambda typed: contains_words(Client.name_sort, typed),
            phone=_phone_condition("phone"),
            mobile=_phone_condition("mobile"),
        ),
        _TAGS,
    ),
    orders=orders_of(_FIELDS, Client),
    order="name",
    shown=(
        "crm_clients.address|registration_code",
        "crm_clients.director|phone",
        "manager",
        "activity",
        "importance",
    ),
    facts=("phone", "crm_clients.director", "manager", "importance"),
    tabs="relationship",
    quick=("manager", "importance", "client_kind"),
    users=known_users,
    searched=searched_kinds,
    search_column="client_id",
    search_hint=_("Name, code, address, phone or e-mail"),
    edit_path="/edit",
    edit_permission=EDIT,
    new_path="/clients/new",
    new_permission=CREATE,
    new_title=_("New client"),
    export_permission=EXPORT,
    nothing_yet=_("Enter the first client, or load clients from a file."),
)
