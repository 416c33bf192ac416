"""Table of contents of the room "Reminders"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import Job, MenuItem, NotificationType, Schedule
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.choices import InquirySetting
from kartoteka_crm_inquiries.naming import VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reminders import jobs, views
from kartoteka_crm_inquiries.reminders.models import Reminded

__all__ = ["views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_models() -> list[type[Model]]:
    return [InquirySetting, Reminded]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return jobs.NOTIFICATION_TYPES


@hookimpl
def register_jobs() -> list[Job]:
    return jobs.JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return jobs.SCHEDULES


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="reminders",
            title=_("Reminders"),
            endpoint="crm_inquiries.choose_reminders",
            permission=VIEW_ACTIVITIES,
            icon="alarm",
            weight=960,
        )
    ]
