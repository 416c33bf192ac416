"""Tells guests when a meeting or a series that they are invited to changes or is called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, as_system, transaction
from kartoteka.api.errors import Refused
from kartoteka.api.signals import listen, record_changed, record_created
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.naming import ACTIVITY, SERIES
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.sync.inviting import tell_guests
from kartoteka_crm_inquiries.sync.models import GUEST, Attendee
from kartoteka_crm_inquiries.sync.series_inviting import tell_series

_ = Texts("crm_inquiries")

_TELLING = frozenset({"sequence", "status", "state", "starts_at", "ends_at", "place", "detached"})
_OF_SERIES = frozenset({"rule", "starts_at", "timezone", "left_out", "extra", "values", "state"})


@listen(record_changed, module="crm_inquiries", sender=ACTIVITY)
def tell_changes(sender: str, ids: Sequence[int], fields: Sequence[str] = (), **facts: Any) -> None:
    """Send changed invitations after the change is in the database."""
    if not _TELLING & set(fields):
        return
    with transaction(_("Guests notified")) as session:
        with as_system(session, reason="who is invited to what has changed"):
            invited = session.scalars(
                select(Attendee.activity_id)
                .where(Attendee.activity_id.in_(list(ids)), Attendee.role == GUEST)
                .distinct()
            ).all()
            activities = session.scalars(select(Activity).where(Activity.id.in_(invited))).all() if invited else ()
            of_series = select(Activity.series_id).where(Activity.id.in_(list(ids)), Activity.series_id.is_not(None))
            series = _invited(session, Attendee.series_id.in_(of_series))
        _tell(session, activities, series)


@listen(record_changed, module="crm_inquiries", sender=SERIES)
def tell_changed_series(sender: str, ids: Sequence[int], fields: Sequence[str] = (), **facts: Any) -> None:
    """Send what changed of a series after the change is in the database."""
    if _OF_SERIES & set(fields):
        _tell_series(ids)


@listen(record_created, module="crm_inquiries", sender=SERIES)
def tell_new_series(sender: str, ids: Sequence[int], **facts: Any) -> None:
    """Invite to the part of a divided series that became one of its own."""
    _tell_series(ids)


def _tell_series(ids: Sequence[int]) -> None:
    with transaction(_("Guests notified")) as session:
        with as_system(session, reason="who is invited to what has changed"):
            series = _invited(session, Attendee.series_id.in_(list(ids)))
        _tell(session, (), series)


def _invited(session: Session, which: Any) -> Sequence[Series]:
    ids = session.scalars(select(Attendee.series_id).where(which, Attendee.role == GUEST).distinct()).all()
    return session.scalars(select(Series).where(Series.id.in_(ids))).all() if ids else ()


def _tell(session: Session, activities: Sequence[Activity], series: Sequence[Series]) -> None:
    try:
        for activity in activities:
            tell_guests(session, activity)
        for one in series:
            tell_series(session, one)
    except Refused:
        return  # the mail account was taken away meanwhile
