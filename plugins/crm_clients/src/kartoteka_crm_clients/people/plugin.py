"""Table of contents of the room "People": the list of contact persons."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import MenuItem
from kartoteka.api.lists import RecordList
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.people import views
from kartoteka_crm_clients.people.lists import CONTACT_LIST

__all__ = ["views"]

_ = Texts("crm_clients")


@hookimpl
def register_lists() -> list[RecordList]:
    return [CONTACT_LIST]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="contacts",
            title=_("Contact persons"),
            endpoint="crm_clients.list_contacts",
            permission=VIEW,
            icon="users",
            parent="clients.clients",
            weight=15,
        )
    ]
