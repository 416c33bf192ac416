"""Table of contents of the room "Activities that repeat"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import ClientReference, PersonalData
from kartoteka_crm_inquiries.series.models import Series


@hookimpl
def register_models() -> list[type[Model]]:
    return [Series]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_series", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(table="crm_inquiries_series", client_column="client_id", replacements={"values": {}}),
    ]
