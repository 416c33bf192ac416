"""Table of contents of the room "Web forms and booking"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import MenuItem, NotificationType, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.intake import public_views, views
from kartoteka_crm_inquiries.intake.demo import add_demo_data
from kartoteka_crm_inquiries.intake.kinds import KINDS
from kartoteka_crm_inquiries.intake.models import BookingLink, Submission, WebForm
from kartoteka_crm_inquiries.intake.telling import NOTIFICATION_TYPES
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, MANAGE_INTAKE

__all__ = ["public_views", "views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_models() -> list[type[Model]]:
    return [WebForm, Submission, BookingLink]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="web_forms",
            title=_("Web forms"),
            endpoint="crm_inquiries.list_web_forms",
            permission=MANAGE_INTAKE,
            icon="world",
            weight=946,
        ),
        MenuItem(
            name="booking",
            title=_("Booking links"),
            endpoint="crm_inquiries.list_booking_links",
            permission=EDIT_ACTIVITIES,
            icon="calendar-event",
            weight=947,
        ),
    ]


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
