"""Table of contents of the room "Inquiries"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import ClientReference, PersonalData, RecordKind
from kartoteka_crm_inquiries.inquiries.kinds import KINDS
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.steps import STEP_KIND, StageStep


@hookimpl
def register_models() -> list[type[Model]]:
    return [Inquiry, InquiryLine, StageStep]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [*KINDS, STEP_KIND]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_inquiry", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_inquiries_line", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_inquiries_stage_step", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_inquiry",
            client_column="client_id",
            replacements={"subject": "–", "description": "", "client_number": "", "link": "", "reason_text": ""},
        ),
        PersonalData(table="crm_inquiries_line", client_column="client_id", replacements={"text": "–"}),
    ]
