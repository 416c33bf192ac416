"""Table of contents of the room "Work desk"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import MenuItem
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES
from kartoteka_crm_inquiries.work import views

__all__ = ["views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="work",
            title=_("Work"),
            endpoint="crm_inquiries.show_work",
            permission=EDIT_ACTIVITIES,
            icon="player-play",
            weight=20,
            keys="g w",
        )
    ]
