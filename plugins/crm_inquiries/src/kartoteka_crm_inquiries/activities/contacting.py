"""Contacts that other modules plan with many clients at once: an activity each (CL-57)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import PlannedContact
from kartoteka.api.records import RecordRef
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import change_activity, plan_activity
from kartoteka_crm_inquiries.naming import ACTIVITY, ASSIGN, EDIT_ACTIVITIES

MARK: Final = "contact-"
"""What the calendar ids of such activities begin with: planned again, the open one is moved."""


def plan_each(session: Session, contacts: Sequence[PlannedContact]) -> list[RecordRef] | None:
    """Plan an activity for each contact, or move the open one; None for whoever may not plan it for these people."""
    actor = actor_of(session)
    others = {one.user_id for one in contacts} - {actor.user_id}
    if not actor.can(EDIT_ACTIVITIES) or (others and not actor.can(ASSIGN)):
        return None
    known = _open_ones(session, [one.client_id for one in contacts])
    return [RecordRef(ACTIVITY, _plan(session, one, known.get(one.client_id)).id) for one in contacts]


def _open_ones(session: Session, client_ids: Sequence[int]) -> dict[int, int]:
    """Return the activities that were planned this way and are still to be done, by client; one statement."""
    planned = select(Activity.client_id, Activity.id).where(
        Activity.client_id.in_(client_ids), Activity.uid.startswith(MARK), Activity.status.in_(OPEN)
    )
    return {row.client_id: row.id for row in session.execute(planned.order_by(Activity.id))}


def _plan(session: Session, contact: PlannedContact, known: int | None) -> Activity:
    values = {"name": contact.text, "performer_id": contact.user_id, "starts_at": contact.at}
    if known is not None:
        return change_activity(session, known, {**values, "ends_at": contact.at, "due_at": contact.at})
    return plan_activity(session, {**values, "client_id": contact.client_id, "uid": f"{MARK}{uuid4()}@kartoteka"})
