"""Promises beside the client's timeline and on the front page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session, actor_of
from kartoteka.api.declare import CARD_SIDE, Panel, Widget
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.web import today
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, PROMISE, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.promises import queries

_ = Texts("crm_inquiries")

FIRST = 5
LINES = 10


def load_promises(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the open promises of a client and how ours were kept; None when there is nothing to show or do."""
    found = list(queries.open_promises(session, record.id, FIRST + 1))
    kept = queries.record_of(session, record.id, today())
    may_edit = actor_of(session).can(EDIT_ACTIVITIES)
    if not found and not kept.due and not may_edit:
        return None
    return {
        "promises": found[:FIRST],
        "has_more": len(found) > FIRST,
        "kept": kept,
        "today": today(),
        "may_edit": may_edit,
    }


def load_own_promises(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the open promises that the user answers for."""
    found = queries.promises_of_user(session, user.user_id or 0, LINES + 1)
    return {"promises": found[:LINES], "has_more": len(found) > LINES, "today": today()}


PANELS = [
    Panel(
        name="promises",
        slot=CARD_SIDE,
        title=_("Promises"),
        permission=VIEW_ACTIVITIES,
        tells=(PROMISE,),
        template="crm_inquiries/promises/panel.html",
        load=load_promises,
        kinds=(CLIENT_KIND,),
        lazy=True,
    )
]
WIDGETS = [
    Widget(
        name="promises",
        title=_("My promises"),
        description=_("What you promised to clients and what they promised you, by day."),
        permission=VIEW_ACTIVITIES,
        template="crm_inquiries/promises/widget.html",
        load=load_own_promises,
        icon="heart-handshake",
    )
]
