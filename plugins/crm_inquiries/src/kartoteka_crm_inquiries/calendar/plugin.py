"""Table of contents of the room "Calendar"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import MenuItem
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.calendar import changing, hours_views, views
from kartoteka_crm_inquiries.calendar.models import WorkingHours
from kartoteka_crm_inquiries.naming import VIEW_ACTIVITIES

__all__ = ["changing", "hours_views", "views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_models() -> list[type[Model]]:
    return [WorkingHours]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="calendar",
            title=_("Calendar"),
            endpoint="crm_inquiries.show_calendar",
            permission=VIEW_ACTIVITIES,
            icon="calendar",
            weight=24,
        )
    ]
