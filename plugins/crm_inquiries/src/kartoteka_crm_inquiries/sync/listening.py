"""Tells guests when a meeting that they are invited to changes or is called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import as_system, transaction
from kartoteka.api.errors import Refused
from kartoteka.api.signals import listen, record_changed
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.sync.inviting import tell_guests
from kartoteka_crm_inquiries.sync.models import GUEST, Attendee

_ = Texts("crm_inquiries")

_TELLING = frozenset({"sequence", "status", "state", "starts_at", "ends_at", "place"})


@listen(record_changed, module="crm_inquiries", sender=ACTIVITY)
def tell_changes(sender: str, ids: Sequence[int], fields: Sequence[str] = (), **facts: Any) -> None:
    """Send changed invitations after the change is in the database."""
    if not _TELLING & set(fields):
        return
    with transaction(_("Guests told")) as session:
        with as_system(session, reason="who is invited to what has changed"):
            invited = session.scalars(
                select(Attendee.activity_id)
                .where(Attendee.activity_id.in_(list(ids)), Attendee.role == GUEST)
                .distinct()
            ).all()
            activities = session.scalars(select(Activity).where(Activity.id.in_(invited))).all() if invited else ()
        for activity in activities:
            try:
                tell_guests(session, activity)
            except Refused:
                return  # the mail account was taken away meanwhile
