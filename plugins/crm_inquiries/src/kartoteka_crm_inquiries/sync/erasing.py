"""What calendar programs keep with activities of a client: given out and erased with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from kartoteka.api.db import Session, as_system
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.sync.models import CalendarObject


def erase_kept(session: Session, client_ids: Sequence[int]) -> None:
    """Forget what calendar programs said of activities and series of clients."""
    for one in _kept(session, client_ids):
        one.kept = ""
    session.flush()


def export_kept(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what calendar programs said of activities and series of clients."""
    rows = [{"text": one.kept} for one in _kept(session, client_ids)]
    return {"kept by calendar programs": rows} if rows else {}


def _kept(session: Session, client_ids: Sequence[int]) -> Sequence[CalendarObject]:
    with as_system(session, reason="what calendar programs keep with activities of a client"):
        activities = select(Activity.id).where(Activity.client_id.in_(client_ids))
        series = select(Series.id).where(Series.client_id.in_(client_ids))
        return session.scalars(
            select(CalendarObject).where(
                CalendarObject.kept != "",
                or_(CalendarObject.activity_id.in_(activities), CalendarObject.series_id.in_(series)),
            )
        ).all()
