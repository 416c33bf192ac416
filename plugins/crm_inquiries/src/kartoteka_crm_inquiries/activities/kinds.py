"""What activities, resources and services bought are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, OwnedBy, OwnedByClientOr, Public, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities import queries
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    EDIT_ACTIVITIES,
    EXTRA_SERVICE,
    MANAGE_PROCESSES,
    RESOURCE,
    VIEW_ACTIVITIES,
)

_ = Texts("crm_inquiries")

ACTIVITY_FIELDS = (
    Field(name="number", title=_("Number"), type=FieldType.CODE, searchable=True),
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True, searchable=True, personal=True),
)
RESOURCE_FIELDS = (Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),)
EXTRA_SERVICE_FIELDS = (Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),)

KINDS = [
    RecordKind(
        kind=ACTIVITY,
        title=_("Activity"),
        plural_title=_("Activities"),
        icon="checkbox",
        model=Activity,
        permission=VIEW_ACTIVITIES,
        scope=OwnedByClientOr(others=OwnedBy("performer_id", "creator_id")),
        client_column="client_id",
        owner_columns=("performer_id",),
        change_permission=EDIT_ACTIVITIES,
        fields=ACTIVITY_FIELDS,
        summarise=queries.summarise_activities,
        url=queries.activity_url,
    ),
    RecordKind(
        kind=RESOURCE,
        title=_("Resource"),
        plural_title=_("Resources"),
        icon="car",
        model=Resource,
        permission=VIEW_ACTIVITIES,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=RESOURCE_FIELDS,
        summarise=queries.summarise_resources,
        url=queries.resource_url,
    ),
    RecordKind(
        kind=EXTRA_SERVICE,
        title=_("Service bought"),
        plural_title=_("Services bought"),
        icon="receipt",
        model=ExtraService,
        permission=VIEW_ACTIVITIES,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=EXTRA_SERVICE_FIELDS,
        summarise=queries.summarise_extra_services,
        url=queries.extra_service_url,
    ),
]
