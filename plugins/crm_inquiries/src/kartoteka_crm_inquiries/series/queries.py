"""Reads of series and their occurrences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from kartoteka.api.db import Session, as_system, find_or_none
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.naming import SERIES
from kartoteka_crm_inquiries.series.models import Series

PAGE = 50


def summarise_series(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each series that the user sees is called; one statement."""
    rows = session.execute(select(Series.id, Series.values, Series.rule, Series.state).where(Series.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(SERIES, row.id),
            title=str(row.values.get("name", "")),
            subtitle=row.rule,
            url=series_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def series_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/series/{id}"


def series_of(session: Session, activity: Activity) -> Series | None:
    """Return the series that an activity belongs to, None when it has none or the user does not see it."""
    return None if activity.series_id is None else find_or_none(session, Series, activity.series_id)


def series_of_inquiry(session: Session, inquiry_id: int) -> Sequence[Series]:
    """Return the series that go on about an inquiry, of those that the user sees."""
    about = select(Activity.series_id).where(Activity.inquiry_id == inquiry_id, Activity.series_id.is_not(None))
    found = session.scalars(select(Series).where(Series.id.in_(about), Series.state == RecordState.ACTIVE))
    return [one for one in found if one.values.get("inquiry_id") == inquiry_id]


def occurrences_of(session: Session, series_id: int, since: datetime, limit: int = PAGE) -> Sequence[Activity]:
    """Return the occurrences of a series from a moment on that the user sees, in their order."""
    return session.scalars(
        select(Activity)
        .where(
            Activity.series_id == series_id,
            Activity.starts_at >= since,
            Activity.state == RecordState.ACTIVE,
        )
        .order_by(Activity.starts_at, Activity.id)
        .limit(limit)
    ).all()


def rows_of(session: Session, series_id: int) -> Sequence[Activity]:
    """Return all occurrences of a series, whoever does them: for the work on a series that the user may change."""
    with as_system(session, reason="occurrences of a series"):
        return session.scalars(
            select(Activity).where(Activity.series_id == series_id).order_by(Activity.occurrence_at, Activity.id)
        ).all()


def is_free(row: Activity) -> bool:
    """Tell whether an occurrence follows its series: nobody changed it on its own, and it is still to be done."""
    return row.state == RecordState.ACTIVE and row.status in OPEN and not row.detached


def ending_series(session: Session, until: datetime, limit: int) -> Sequence[int]:
    """Return series whose occurrences are made for less than until a moment."""
    return session.scalars(
        select(Series.id)
        .where(Series.state == RecordState.ACTIVE, Series.made_until < until)
        .order_by(Series.id)
        .limit(limit)
    ).all()
