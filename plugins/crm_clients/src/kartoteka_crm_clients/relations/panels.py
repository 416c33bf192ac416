"""What the room puts on the client card: who may sign and who belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import CARD_MAIN, Panel, Tab
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.web import today
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.relations import queries
from kartoteka_crm_clients.relations.fields import POSITION, RELATION, TAB

_ = Texts("crm_clients")

SHOWN = 5


def load_people(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the first people at a client and what it is elsewhere, those who may sign first; None without any."""
    held, elsewhere = queries.positions_around(session, record.id, today())
    people = [*held, *elsewhere]
    return {"people": people[:SHOWN], "has_more": len(people) > SHOWN} if people else None


def load_related(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the first organisations related to a client; None when there are none."""
    related = queries.relations_of(session, record.id, most=SHOWN + 1)
    return {"related": related[:SHOWN], "has_more": len(related) > SHOWN} if related else None


TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name=TAB.partition(".")[2],
        title=_("Related"),
        permission=VIEW,
        tells=(POSITION, RELATION),
        endpoint="crm_clients.show_related",
        count=queries.count_related,
        weight=25,
    )
]
PANELS = [
    Panel(
        name="signatories",
        slot=CARD_MAIN,
        kinds=(CLIENT_KIND,),
        title=_("Signatories and positions"),
        permission=VIEW,
        tells=(POSITION,),
        template="crm_clients/relations/people_panel.html",
        load=load_people,
        lazy=True,
        weight=30,
    ),
    Panel(
        name="related",
        slot=CARD_MAIN,
        kinds=(CLIENT_KIND,),
        title=_("Related organisations"),
        permission=VIEW,
        tells=(RELATION,),
        template="crm_clients/relations/related_panel.html",
        load=load_related,
        lazy=True,
        weight=35,
    ),
]
