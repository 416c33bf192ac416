"""Booking of what activities use: a resource that only one can use at a time is never booked twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from kartoteka.api.db import Session, as_system
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.rules import OPEN, PLANNED

_ = Texts("crm_inquiries")


def demand_free(session: Session, values: Mapping[str, Any]) -> None:
    """Raise Refused, naming the other booking, when the resource of an open activity is booked at its time already.

    ``values`` are all values of the activity by column, ``id`` among them unless it is new. Who asks waits for
    whoever books the same resource at that moment, so that two cannot both find it free.
    """
    resource_id = values.get("resource_id")
    if resource_id is None or (values.get("status") or PLANNED) not in OPEN:
        return
    with as_system(session, reason="booking of a resource"):
        resource = session.execute(
            select(Resource.name, Resource.exclusive).where(Resource.id == resource_id).with_for_update()
        ).first()
        if resource is None or not resource.exclusive:
            return
        other = session.execute(_clash(values)).first()
    if other is not None:
        raise Refused(_message(session, resource.name, other), field="resource_id")


def _clash(values: Mapping[str, Any]) -> Any:
    statement = (
        select(Activity.id, Activity.number, name_of(Activity.performer_id).label("who"))
        .where(
            Activity.resource_id == values["resource_id"],
            Activity.state == RecordState.ACTIVE,
            Activity.status.in_(OPEN),
            Activity.starts_at < values["ends_at"],
            Activity.ends_at > values["starts_at"],
        )
        .order_by(Activity.starts_at)
        .limit(1)
    )
    return statement if values.get("id") is None else statement.where(Activity.id != values["id"])


def _message(session: Session, resource: str, other: Row[Any]) -> Any:
    seen = session.scalar(select(Activity.name).where(Activity.id == other.id))
    facts = {"resource": resource, "number": other.number, "who": other.who or "–"}
    if seen is None:
        return _("“%(resource)s” is booked at this time already: %(number)s of %(who)s.", **facts)
    return _("“%(resource)s” is booked at this time already: %(number)s “%(name)s” of %(who)s.", name=seen, **facts)
