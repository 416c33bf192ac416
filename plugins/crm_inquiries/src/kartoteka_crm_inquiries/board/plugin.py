"""Table of contents of the room "Board"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import Badge, MenuItem, Panel
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.board import inquiry_views, views
from kartoteka_crm_inquiries.board.panels import BADGES, PANELS
from kartoteka_crm_inquiries.naming import VIEW

__all__ = ["inquiry_views", "views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="board",
            title=_("Sales board"),
            endpoint="crm_inquiries.show_board",
            permission=VIEW,
            icon="layout-kanban",
            weight=22,
        )
    ]


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_badges() -> list[Badge]:
    return BADGES
