"""Booking of what activities use: a resource that only one can use at a time is never booked twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from kartoteka.api.db import Session, actor_of, as_system
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import name_of, user_zones
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.rules import OPEN, PLANNED

_ = Texts("crm_inquiries")


def demand_free(session: Session, values: Mapping[str, Any], *, without_series: bool = False) -> None:
    """Raise Refused, naming the other booking, when the resource of an open activity is booked at its time already.

    ``values`` are all values of the activity by column, ``id`` among them unless it is new. Who asks waits for
    whoever books the same resource at that moment, so that two cannot both find it free. Other occurrences of its
    series are left out of account ``without_series``.
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
        found = _clash(values)
        if without_series and values.get("series_id") is not None:
            found = found.where(Activity.series_id.is_distinct_from(values["series_id"]))
        other = session.execute(found).first()
    if other is not None:
        raise Refused(_message(session, resource.name, other), field="resource_id")


def demand_all_free(session: Session, ids: Iterable[int]) -> None:
    """Raise Refused, naming the first clash and when it is, when an activity of these books what is booked already.

    They are looked at as the database has them by now; who asks waits as in `demand_free`.
    """
    with as_system(session, reason="booking of a resource"):
        found = clashes_of(session, ids)
    if found:
        raise Refused(_message_of_many(session, found[0]), field="resource_id")


def clashes_of(session: Session, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Return where activities clash with others, the first clash first.

    Each says ``id``, ``starts_at`` and ``resource``, and of the other one ``other_id``, ``number`` and ``who``. It is
    for sessions that see everything.
    """
    ids = list(ids)
    booked = select(Activity.resource_id).where(Activity.id.in_(ids), Activity.resource_id.is_not(None))
    exclusive = select(Resource.id).where(Resource.id.in_(booked), Resource.exclusive).order_by(Resource.id)
    resources = session.scalars(exclusive.with_for_update()).all()
    return session.execute(_clashes(ids, resources)).all() if resources else []


def _clashes(ids: Sequence[int], resources: Sequence[int]) -> Any:
    other = aliased(Activity)
    is_taken = [
        each
        for one in (Activity, other)
        for each in (one.state == RecordState.ACTIVE, one.status.in_(OPEN), one.resource_id.in_(resources))
    ]
    return (
        select(
            Activity.id,
            Activity.client_id,
            Activity.starts_at,
            Resource.name.label("resource"),
            other.id.label("other_id"),
            other.number,
            name_of(other.performer_id).label("who"),
        )
        .join(other, (other.resource_id == Activity.resource_id) & (other.id != Activity.id))
        .join(Resource, Resource.id == Activity.resource_id)
        .where(Activity.id.in_(ids), *is_taken)
        .where(other.starts_at < Activity.ends_at, other.ends_at > Activity.starts_at)
        .order_by(Activity.starts_at, Activity.id, other.id)
    )


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


def _message_of_many(session: Session, clash: Row[Any]) -> Any:
    me = actor_of(session).user_id or 0
    zone = user_zones(session, [me]).get(me)
    seen = session.scalar(select(Activity.name).where(Activity.id == clash.other_id))
    facts = {"resource": clash.resource, "number": clash.number, "who": clash.who or "–"}
    facts["when"] = f"{clash.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"
    if seen is None:
        return _("“%(resource)s” is booked at %(when)s already: %(number)s of %(who)s.", **facts)
    return _("“%(resource)s” is booked at %(when)s already: %(number)s “%(name)s” of %(who)s.", name=seen, **facts)
