"""What an undo leaves of invitations: guests believe only a SEQUENCE above the one they know (RFC 5546, 2.1.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import Session, as_system
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.sync.models import GUEST, Attendee


def renew_sequences(session: Session, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the sequence of activities that an undo changed above that which their guests were told.

    Guests are told as of every change then. ``rows`` are those of the hook ``settle_undo``: before and after.
    """
    if kind != ACTIVITY:
        return
    told = _told(session, {row["id"] for row in rows})
    for row in rows:
        if row["id"] in told:
            told[row["id"]] = max(told[row["id"]], row["sequence"])
    with as_system(session, reason="invitations after an undo"):
        for activity in session.scalars(select(Activity).where(Activity.id.in_(told)).order_by(Activity.id)).all():
            if activity.sequence < told[activity.id]:
                apply_changes(session, activity, ACTIVITY, {"sequence": told[activity.id] + 1})


def _told(session: Session, ids: set[int]) -> dict[int, int]:
    """Return what the guests of activities were told last, by activity; 0 where it was taken back."""
    last = func.coalesce(func.max(Attendee.sequence), 0)
    found = select(Attendee.activity_id, last).where(Attendee.activity_id.in_(ids), Attendee.role == GUEST)
    with as_system(session, reason="invitations after an undo"):
        return {int(one): int(sequence) for one, sequence in session.execute(found.group_by(Attendee.activity_id))}
