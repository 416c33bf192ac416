"""Table of contents of the room "Completeness"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import Column, Filter, MenuItem, Panel, Permission, Report
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.completeness import panels, views
from kartoteka_crm_clients.completeness.fields import WEIGHTS_RIGHT
from kartoteka_crm_clients.fields import CONTACT, VIEW

__all__ = ["views"]
_ = Texts("crm_clients")


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=WEIGHTS_RIGHT,
            title=_("Choose what a complete card says"),
            description=_("Choose how much each field counts for the completeness of cards."),
            record_kind=CONTACT,
            also_requires=(VIEW,),
            weight=70,
        )
    ]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="completeness",
            title=_("Completeness"),
            endpoint="crm_clients.show_completeness",
            permission=VIEW,
            icon="checklist",
            parent="clients.clients",
            weight=60,
        )
    ]


@hookimpl
def register_panels() -> list[Panel]:
    return panels.PANELS


@hookimpl
def register_columns() -> list[Column]:
    return panels.COLUMNS


@hookimpl
def register_filters() -> list[Filter]:
    return panels.FILTERS


@hookimpl
def register_reports() -> list[Report]:
    return panels.REPORTS
