"""Table of contents of the room "vCards"."""

from __future__ import annotations

from urllib.parse import urlencode

from kartoteka.api import hookimpl
from kartoteka.api.clients import CLIENT_KIND, EXPORT
from kartoteka.api.declare import Action
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.vcards import views

__all__ = ["views"]

_ = Texts("crm_clients")


def many_page(records: list[RecordRef]) -> str:
    """Return the address of the page that gives out the contacts of clients."""
    chosen = records[: views.MOST_CLIENTS + 1]
    return f"/crm_clients/vcards?{urlencode([('id', record.id) for record in chosen])}"


@hookimpl
def register_actions() -> list[Action]:
    return [
        Action(
            name="vcards",
            kinds=(CLIENT_KIND,),
            title=_("Contacts as vCards"),
            icon="address-book",
            permission=EXPORT,
            page=many_page,
            bulk=True,
            single=False,
            weight=300,
        )
    ]
