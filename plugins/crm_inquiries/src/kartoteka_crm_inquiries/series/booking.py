"""Booking of what the occurrences of a series use: never twice, and the job of the night is not held up by it."""

from __future__ import annotations

from collections.abc import Collection

from kartoteka.api.db import Session, as_system
from kartoteka.api.declare import NotificationType
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.booking import clashes_of, demand_all_free
from kartoteka_crm_inquiries.naming import SERIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.series.copying import change_occurrences
from kartoteka_crm_inquiries.series.models import Series

_ = Texts("crm_inquiries")

NOT_FREE = "crm_inquiries.not_free"
NOTIFICATION_TYPES = [
    NotificationType(
        name="not_free",
        title=_("Resource not free"),
        description=_("When an activity that repeats comes at a time at which its resource is booked already."),
        icon="alert-triangle",
        permission=VIEW_ACTIVITIES,
    ),
]


def book_occurrences(session: Session, series: Series, ids: Collection[int], *, can_refuse: bool = True) -> None:
    """Let occurrences that were made or moved have the resource of their series.

    Raises Refused, naming the first clash. When nobody is there to be refused, what clashes stays without the resource,
    and whoever does the series is told.
    """
    if series.values.get("resource_id") is None or not ids:
        return
    if can_refuse:
        demand_all_free(session, ids)
        return
    with as_system(session, reason="booking of a resource"):
        clashes = [one for one in clashes_of(session, ids) if one.other_id not in ids or one.other_id < one.id]
    if not clashes:
        return
    change_occurrences(session, {one.id: {"resource_id": None, "detached": True} for one in clashes})
    if series.owner_id is not None:
        name, resource = series.values.get("name", ""), clashes[0].resource
        said = _("“%(resource)s” is not free each time “%(name)s” comes", resource=resource, name=name)
        notify(session, [series.owner_id], NOT_FREE, said, RecordRef(SERIES, series.id))
