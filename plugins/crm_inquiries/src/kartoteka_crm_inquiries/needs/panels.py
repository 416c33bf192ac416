"""The panels of needs, interests and appeals: on the client card and on the page of an inquiry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import CARD_MAIN, CARD_SIDE, Panel
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import APPEAL, INQUIRY, NEED, VIEW
from kartoteka_crm_inquiries.needs import queries

_ = Texts("crm_inquiries")


def load_needs(session: Session, record: RecordRef) -> Mapping[str, Any]:
    """Return the latest needs and appeals of a client; two statements."""
    return {"needs": queries.needs_of(session, client_id=record.id), "appeals": queries.appeals_of(session, record.id)}


def load_of_inquiry(session: Session, record: RecordRef) -> Mapping[str, Any]:
    """Return the needs that were noted with an inquiry, and its client; two statements."""
    return {
        "needs": queries.needs_of(session, inquiry_id=record.id),
        "client_id": queries.client_of_inquiry(session, record.id),
    }


PANELS = [
    Panel(
        name="needs_of_inquiry",
        slot=CARD_SIDE,
        title=_("Needs and interests"),
        permission=VIEW,
        template="crm_inquiries/needs/of_inquiry.html",
        load=load_of_inquiry,
        kinds=(INQUIRY,),
        lazy=True,
        weight=60,
    ),
    Panel(
        name="needs",
        slot=CARD_MAIN,
        title=_("Needs and appeals"),
        permission=VIEW,
        tells=(NEED, APPEAL),
        template="crm_inquiries/needs/panel.html",
        load=load_needs,
        kinds=(CLIENT_KIND,),
        lazy=True,
        weight=60,
    ),
]
