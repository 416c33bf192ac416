"""Lists of needs and of appeals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.api.clients import Client
from kartoteka.api.declare import FieldType
from kartoteka.api.lists import ListColumn, RecordList, columns_of, filters_of, orders_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_inquiries.naming import APPEAL, EDIT, NEED
from kartoteka_crm_inquiries.needs.fields import APPEAL_FIELDS, NEED_FIELDS
from kartoteka_crm_inquiries.needs.models import Appeal, Need

_ = Texts("crm_inquiries")


def _client_of(model: Any) -> ColumnElement[Any]:
    return select(Client.name).where(Client.id == model.client_id).scalar_subquery()


def _shown(fields: Any) -> Any:
    return tuple(field for field in fields if field.name != "inquiry_id")


# In addresses "sort" is the order of a list.
_FILTERED = tuple(
    replace(field, name="kind", column="sort") if field.name == "sort" else field for field in NEED_FIELDS
)
NEED_LIST = RecordList(
    name="crm_inquiries.needs",
    kind=NEED,
    model=Need,
    title=_("Needs and interests"),
    icon="heart-handshake",
    path="/crm_inquiries/needs/",
    columns=(
        *columns_of(_shown(NEED_FIELDS), Need, user_name=name_of),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, expression=_client_of(Need)),
    ),
    filters=filters_of(_FILTERED, Need),
    orders=orders_of(NEED_FIELDS, Need),
    order="-noted_on",
    shown=("client", "group_id", "sort", "noted_on", "manager_id"),
    facts=("client", "group_id", "noted_on"),
    name_column="text",
    tabs="kind",
    quick=("group_id",),
    users=known_users,
    searched=lambda session: (NEED,),
    search_hint=_("Words of what is wanted"),
    edit_path="/edit",
    edit_permission=EDIT,
    nothing_yet=_("What clients need or are interested in is noted on their card."),
)
APPEAL_LIST = RecordList(
    name="crm_inquiries.appeals",
    kind=APPEAL,
    model=Appeal,
    title=_("Appeals"),
    icon="message-circle",
    path="/crm_inquiries/appeals/",
    columns=(
        *columns_of(_shown(APPEAL_FIELDS), Appeal, user_name=name_of),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, expression=_client_of(Appeal)),
    ),
    filters=filters_of(APPEAL_FIELDS, Appeal),
    orders=orders_of(APPEAL_FIELDS, Appeal),
    order="-received_at",
    shown=("client", "subject_id", "status", "received_at", "manager_id"),
    facts=("client", "subject_id", "status"),
    name_column="number",
    tabs="status",
    quick=("subject_id", "channel_id"),
    users=known_users,
    searched=lambda session: (APPEAL,),
    search_hint=_("Number or words of what was said"),
    edit_path="/edit",
    edit_permission=EDIT,
    nothing_yet=_("Each time a client turns to the company, it is registered on the card: channel, subject, result."),
)
