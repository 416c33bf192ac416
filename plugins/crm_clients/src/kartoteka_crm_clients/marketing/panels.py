"""What marketing data put onto the card and into the client list: a tab, columns and filters."""

from __future__ import annotations

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import CLIENT_LIST, Choice, Column, FieldType, Filter, Tab, keep_choices
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.marketing.fields import MARKETING, MARKETING_FIELDS
from kartoteka_crm_clients.marketing.queries import NOT_SET, has_entry, values_of

_ = Texts("crm_clients")

_UNSET = Choice(NOT_SET, _("Not set"))


def _offered(ask: object) -> object:
    @keep_choices
    def choices(session: Session) -> list[Choice]:
        return [*ask(session), _UNSET]  # type: ignore[operator]

    return choices


TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name="marketing",
        title=_("Marketing"),
        permission=VIEW,
        tells=(MARKETING,),
        endpoint="crm_clients.show_client_marketing",
        weight=60,
    )
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name=f"marketing_{one.name}",
        title=one.title,
        type=FieldType.CHOICE,
        choices=one.known_choices,
        permission=VIEW,
        value=values_of(one.name),
        fields=(f"{MARKETING}.{one.name}",),
        weight=60 + place,
    )
    for place, one in enumerate(MARKETING_FIELDS)
]
FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name=f"marketing_{one.name}",
        title=one.title,
        type=FieldType.CHOICE,
        choices=_offered(one.choices),
        permission=VIEW,
        condition=has_entry(one.name),
        fields=(f"{MARKETING}.{one.name}",),
        weight=60 + place,
    )
    for place, one in enumerate(MARKETING_FIELDS)
]
