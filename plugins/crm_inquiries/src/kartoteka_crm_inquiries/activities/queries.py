"""Reads of activities, resources and services bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.naming import ACTIVITY, EXTRA_SERVICE, RESOURCE


def summarise_activities(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(Activity.id, Activity.name, Activity.number, Activity.state).where(Activity.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(ACTIVITY, row.id), title=row.name, subtitle=row.number, url=activity_url(row.id), state=row.state
        )
        for row in rows
    }


def activity_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/activities/{id}"


def summarise_resources(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Resource.id, Resource.name, Resource.state).where(Resource.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(RESOURCE, row.id), title=row.name, subtitle="", url=resource_url(row.id), state=row.state
        )
        for row in rows
    }


def resource_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/resources/{id}"


def summarise_extra_services(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(ExtraService.id, ExtraService.name, ExtraService.state).where(ExtraService.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(EXTRA_SERVICE, row.id),
            title=row.name,
            subtitle="",
            url=extra_service_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def extra_service_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/services/{id}"
