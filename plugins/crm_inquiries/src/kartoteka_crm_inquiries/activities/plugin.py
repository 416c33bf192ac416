"""Table of contents of the room "Activities"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import ClientReference, NotificationType, PersonalData, RecordKind
from kartoteka_crm_inquiries.activities.kinds import KINDS
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.telling import NOTIFICATION_TYPES


@hookimpl
def register_models() -> list[type[Model]]:
    return [Activity, ExtraService, Resource]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_activity", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_activity",
            client_column="client_id",
            replacements={"name": "–", "description": "", "outcome": "", "next_step": "", "place": ""},
        ),
    ]
