"""Table of contents of the room "Projects"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import ClientReference, PersonalData, RecordKind
from kartoteka_crm_inquiries.projects.kinds import KINDS
from kartoteka_crm_inquiries.projects.models import Project


@hookimpl
def register_models() -> list[type[Model]]:
    return [Project]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_project", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_project", client_column="client_id", replacements={"name": "–", "description": ""}
        ),
    ]
