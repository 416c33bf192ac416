"""Who is invited to activities and to whole series, and who invited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from kartoteka.api.db import Session, as_system
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED
from kartoteka_crm_inquiries.sync.components import Guest
from kartoteka_crm_inquiries.sync.models import NEEDS_ACTION, ORGANIZER, Attendee


def attendees_of(session: Session, activity_id: int) -> Sequence[Attendee]:
    """Return who is invited to an activity, and who invited."""
    return session.scalars(select(Attendee).where(Attendee.activity_id == activity_id).order_by(Attendee.id)).all()


def attendees_of_series(session: Session, series_id: int | None) -> Sequence[Attendee]:
    """Return who is invited to a whole series, and who invited."""
    if series_id is None:
        return ()
    return session.scalars(select(Attendee).where(Attendee.series_id == series_id).order_by(Attendee.id)).all()


def answer_for(row: Attendee, occurrence_at: datetime | None) -> str:
    """Return what somebody answered for an occurrence: for it alone, or later for its whole series."""
    key = "" if occurrence_at is None else occurrence_at.isoformat()
    answer, stamp = row.told.get("answers", {}).get(key, (None, ""))
    if answer is None or (row.stamp is not None and datetime.fromisoformat(stamp) < row.stamp):
        return row.answer
    return str(answer)


def guest_of(row: Attendee, occurrence_at: datetime | None = None) -> Guest:
    """Return somebody who is invited, or who invites, as components show him."""
    answer = answer_for(row, occurrence_at)
    return Guest(address=row.address, name=row.name, answer=answer, is_organizer=row.role == ORGANIZER)


def guests_of(session: Session, activity_ids: Sequence[int]) -> dict[int, list[Guest]]:
    """Return who is invited to activities, and who invited."""
    found: dict[int, list[Guest]] = {}
    rows = session.scalars(select(Attendee).where(Attendee.activity_id.in_(activity_ids)).order_by(Attendee.id))
    for row in rows:
        found.setdefault(row.activity_id or 0, []).append(guest_of(row))
    return found


def guests_of_series(session: Session, series_ids: Sequence[int]) -> dict[int, list[Attendee]]:
    """Return who is invited to series, and who invited."""
    found: dict[int, list[Attendee]] = {}
    for row in session.scalars(select(Attendee).where(Attendee.series_id.in_(series_ids)).order_by(Attendee.id)):
        found.setdefault(row.series_id or 0, []).append(row)
    return found


def differing_rows(session: Session, series_id: int) -> Sequence[Activity]:
    """Return the occurrences that differ from their series, those called off and deleted too."""
    differs = or_(Activity.detached, Activity.status == CANCELLED, Activity.state != RecordState.ACTIVE)
    with as_system(session, reason="what guests of a series are told"):
        return session.scalars(
            select(Activity)
            .where(Activity.series_id == series_id, differs, Activity.occurrence_at.is_not(None))
            .order_by(Activity.occurrence_at, Activity.id)
        ).all()


def copy_guests(session: Session, from_id: int, to_id: int) -> None:
    """Invite who is invited to one series to another as well: to the part of it that became a series of its own."""
    with as_system(session, reason="guests of a series that was divided"):
        rows = attendees_of_series(session, from_id)
    names = ("client_id", "role", "address", "name", "user_id")
    session.add_all(
        Attendee(series_id=to_id, answer=NEEDS_ACTION, **{name: getattr(row, name) for name in names}) for row in rows
    )
    session.flush()


def move_guests(session: Session, activity_id: int, series_id: int) -> None:
    """Let whoever is invited to an activity that begins to repeat be invited to all of the series.

    Somebody else's meeting stays what it is. Guests are told the whole of it next, under the UID that they know.
    """
    with as_system(session, reason="guests of an activity that begins to repeat"):
        rows = attendees_of(session, activity_id)
    if any(row.role == ORGANIZER for row in rows):
        return
    for row in rows:
        row.activity_id, row.series_id, row.told = None, series_id, {}
    session.flush()
