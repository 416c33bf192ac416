"""Table of contents of the room "Activities that repeat"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import ClientReference, Job, NotificationType, PersonalData, RecordKind, Schedule
from kartoteka_crm_inquiries.series import demo, views
from kartoteka_crm_inquiries.series.booking import NOTIFICATION_TYPES
from kartoteka_crm_inquiries.series.jobs import JOBS, SCHEDULES
from kartoteka_crm_inquiries.series.kinds import KINDS
from kartoteka_crm_inquiries.series.models import Series

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Series]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


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


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def load_demo(session: Session, size: int) -> None:
    demo.add_demo_data(session)
