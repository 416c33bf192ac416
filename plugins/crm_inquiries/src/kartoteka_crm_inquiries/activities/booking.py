"""Booking of what activities use: a resource that only one can use at a time is never booked twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from kartoteka.api.db import Session, as_system
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import name_of
from kartoteka.api.web import current_formats
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
        exclusive = _exclusive(session, [resource_id])
        clash = session.execute(_clash(values, without_series)).first() if exclusive else None
    if clash is not None:
        raise Refused(_message(session, clash, values["starts_at"]), field="resource_id")


def demand_all_free(session: Session, ids: Iterable[int]) -> None:
    """Raise Refused, naming the first clash, when an activity of these books what is booked already.

    They are looked at as the database has them by now; who asks waits as in `demand_free`.
    """
    with as_system(session, reason="booking of a resource"):
        found = clashes_of(session, ids)
    if found:
        raise Refused(_message(session, found[0], found[0].starts_at), field="resource_id")


def clashes_of(session: Session, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Return where activities clash with others, the first clash first.

    Each says ``id``, ``starts_at`` and ``resource``, and of the other one ``other_id``, ``number`` and ``who``. It is
    for sessions that see everything.
    """
    ids = list(ids)
    booked = select(Activity.resource_id).where(Activity.id.in_(ids), Activity.resource_id.is_not(None))
    resources = _exclusive(session, booked)
    if not resources:
        return []
    own = aliased(Activity)
    found = _overlapping(own.resource_id, own.starts_at, own.ends_at).add_columns(own.id, own.client_id, own.starts_at)
    mine = (own.id.in_(ids), own.id != Activity.id, own.resource_id.in_(resources), *_takes(own))
    return session.execute(found.where(*mine).order_by(own.starts_at, own.id, Activity.id)).all()


def _exclusive(session: Session, ids: Any) -> Sequence[int]:
    """Return those resources that only one can use at a time, and wait for whoever books them at this moment."""
    found = select(Resource.id).where(Resource.id.in_(ids), Resource.exclusive).order_by(Resource.id)
    return session.scalars(found.with_for_update()).all()


def _clash(values: Mapping[str, Any], without_series: bool) -> Any:
    """Return the statement of the first booking in the way of an activity that is not in the database yet."""
    found = _overlapping(values["resource_id"], values["starts_at"], values["ends_at"])
    if values.get("id") is not None:
        found = found.where(Activity.id != values["id"])
    if without_series and values.get("series_id") is not None:
        found = found.where(Activity.series_id.is_distinct_from(values["series_id"]))
    return found.order_by(Activity.starts_at, Activity.id).limit(1)


def _overlapping(resource_id: Any, starts_at: Any, ends_at: Any) -> Any:
    """Return the statement of what books a resource between two moments, which may be columns of another activity."""
    return (
        select(
            Activity.id.label("other_id"),
            Activity.number,
            name_of(Activity.performer_id).label("who"),
            Resource.name.label("resource"),
        )
        .join(Resource, Resource.id == Activity.resource_id)
        .where(Activity.resource_id == resource_id, *_takes(Activity))
        .where(Activity.starts_at < ends_at, Activity.ends_at > starts_at)
    )


def _takes(activity: Any) -> tuple[Any, ...]:
    return (activity.state == RecordState.ACTIVE, activity.status.in_(OPEN))


def _message(session: Session, clash: Row[Any], starts_at: datetime) -> Any:
    """Say what books the resource at this moment, as the reader writes it; by name only what the actor may see."""
    seen = session.scalar(select(Activity.name).where(Activity.id == clash.other_id))
    facts = {"resource": clash.resource, "number": clash.number, "who": clash.who or "–"}
    facts["when"] = current_formats().moment(starts_at)
    if seen is None:
        return _("“%(resource)s” is booked at %(when)s already: %(number)s of %(who)s.", **facts)
    return _("“%(resource)s” is booked at %(when)s already: %(number)s “%(name)s” of %(who)s.", name=seen, **facts)
