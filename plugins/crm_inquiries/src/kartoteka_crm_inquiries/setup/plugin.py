"""Table of contents of the room "Setup"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import MenuItem
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import MANAGE_INTAKE, MANAGE_PROCESSES
from kartoteka_crm_inquiries.setup import assignment_views, views

__all__ = ["assignment_views", "views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="processes",
            title=_("Sales processes"),
            endpoint="crm_inquiries.list_processes",
            permission=MANAGE_PROCESSES,
            icon="route",
            weight=940,
        ),
        MenuItem(
            name="assignment",
            title=_("Assignment of inquiries"),
            endpoint="crm_inquiries.list_assignments",
            permission=MANAGE_INTAKE,
            icon="arrows-split",
            weight=945,
        ),
    ]
