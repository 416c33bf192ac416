"""The list of segments."""

from __future__ import annotations

from kartoteka.api.declare import FieldType
from kartoteka.api.lists import ListColumn, ListOrder, RecordList, columns_of, filters_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_clients.segments.fields import SEGMENT, SEGMENT_FIELDS, SEGMENTS
from kartoteka_crm_clients.segments.models import Segment
from kartoteka_crm_clients.segments.queries import count_clients

_ = Texts("crm_clients")

SEGMENT_LIST = RecordList(
    name="crm_clients.segments",
    kind=SEGMENT,
    model=Segment,
    title=_("Segments"),
    icon="users-group",
    path="/crm_clients/segments/",
    columns=(
        *columns_of(SEGMENT_FIELDS, Segment, user_name=name_of),
        ListColumn(name="size", title=_("Clients"), type=FieldType.INTEGER, value=count_clients),
    ),
    filters=filters_of(SEGMENT_FIELDS, Segment),
    orders=(ListOrder(name="name", column=Segment.name, type=FieldType.CODE),),
    order="name",
    shown=("size", "notes", "is_fixed", "is_shared", "owner"),
    facts=("size", "notes"),
    users=known_users,
    new_path="/crm_clients/segments/new",
    new_permission=SEGMENTS,
    new_title=_("New segment"),
    nothing_yet=_("A segment is a named group of clients: by size, district, purchases or whatever else is known."),
    size=20,
)
