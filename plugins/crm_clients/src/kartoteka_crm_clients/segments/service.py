"""Use cases of segments: make, change, delete them, and pick clients for fixed ones. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Reach, Session, actor_of, delete_rows, demand, find, insert_rows, settle
from kartoteka.api.errors import Forbidden, InvalidInput, Refused
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts, clean_line
from kartoteka.api.work import announce
from kartoteka_crm_clients.segments.fields import SEGMENT, SEGMENTS
from kartoteka_crm_clients.segments.models import Segment, SegmentClient
from kartoteka_crm_clients.segments.queries import FILTER, clients_of

_ = Texts("crm_clients")

LENGTHS = {"name": 200, "notes": 1000}
MOST_GROUPS = 20


def add_segment(session: Session, values: Mapping[str, Any]) -> Segment:
    """Make a segment of the actor's; ``is_fixed`` says for good of which sort it is. Raises Forbidden, InvalidInput."""
    actor = demand(session, SEGMENTS)
    made = Segment(
        owner_id=actor.user_id, is_fixed=bool(values.get("is_fixed")), groups=[], **_checked({"name": "", **values})
    )
    session.add(made)
    session.flush()
    announce(session, record_created, SEGMENT, ids=[made.id])
    return made


def change_segment(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Segment:
    """Change name, notes and for whom it is; raises EditConflict and what `add_segment` raises."""
    segment = segment_to_write(session, id)
    _apply(session, segment, settle(session, segment, SEGMENT, _checked(values), version))
    return segment


def set_group(session: Session, id: int, number: int, query: str) -> Segment:
    """Let the group ``number`` (from 1; one more than there are for a new one) be the filters of a list's address.

    Raises InvalidInput for filters that find everything, and Refused for a segment that would be made of itself.
    """
    segment = segment_to_write(session, id)
    groups = list(segment.groups)
    if segment.is_fixed or not 1 <= number <= min(len(groups) + 1, MOST_GROUPS):
        raise Refused(_("This segment has no such group."))
    if not query:
        raise InvalidInput({"": _("Choose at least one filter: without any, everybody would be in the segment.")})
    _apply(session, segment, {"groups": [*groups[: number - 1], query, *groups[number:]]})
    clients_of(session, segment)  # says whether it is made of itself
    return segment


def remove_group(session: Session, id: int, number: int) -> Segment:
    """Take a group away."""
    segment = segment_to_write(session, id)
    if not 1 <= number <= len(segment.groups):
        raise Refused(_("This segment has no such group."))
    _apply(session, segment, {"groups": [one for place, one in enumerate(segment.groups, 1) if place != number]})
    return segment


def delete_segment(session: Session, id: int) -> str:
    """Delete a segment, not its clients; return its name. One that another segment is made of stays."""
    segment = segment_to_write(session, id)
    users = [one.name for one in session.scalars(select(Segment)) if _uses(one, id)]
    if users:
        raise Refused(_("“%(name)s” is made of this segment. Change it first.", name=users[0]))
    name = segment.name
    picked = session.scalars(select(SegmentClient.id).where(SegmentClient.segment_id == id)).all()
    delete_rows(session, SegmentClient, picked, always=True)
    session.delete(segment)
    session.flush()
    announce(session, record_changed, SEGMENT, ids=[id], fields=[])
    return name


def add_clients(session: Session, id: int, client_ids: Sequence[int]) -> int:
    """Put clients that the actor sees into a fixed segment; return how many were not there yet."""
    segment = _fixed(session, id)
    seen = set(session.scalars(select(Client.id).where(Client.id.in_(client_ids))))
    there = set(
        session.scalars(
            select(SegmentClient.client_id).where(
                SegmentClient.segment_id == segment.id, SegmentClient.client_id.in_(seen)
            )
        )
    )
    # Members are no records of their own; in the change log they are all the same, so that this can be undone.
    new = [{"segment_id": segment.id, "client_id": one} for one in sorted(seen - there)]
    insert_rows(session, SegmentClient, new, always=True)
    return len(seen - there)


def remove_clients(session: Session, id: int, client_ids: Sequence[int]) -> int:
    """Take clients out of a fixed segment; return how many were there."""
    segment = _fixed(session, id)
    there = session.scalars(
        select(SegmentClient.id).where(
            SegmentClient.segment_id == segment.id, SegmentClient.client_id.in_(list(client_ids))
        )
    ).all()
    return len(delete_rows(session, SegmentClient, there, always=True))


def may_change(session: Session, segment: Segment) -> bool:
    """Tell whether the actor may change a segment: the owner, and who sees everything."""
    actor = actor_of(session)
    return actor.can(SEGMENTS) and (
        actor.is_system or actor.reach is Reach.ALL or segment.owner_id in (None, actor.user_id)
    )


def segment_to_write(session: Session, id: int) -> Segment:
    """Return a segment that the actor may change; raises NotFound and Forbidden."""
    segment = find(session, Segment, id)
    if not may_change(session, segment):
        raise Forbidden(permission=SEGMENTS)
    return segment


def _fixed(session: Session, id: int) -> Segment:
    segment = segment_to_write(session, id)
    if not segment.is_fixed:
        raise Refused(_("This segment finds its clients itself. Choose a fixed list."))
    return segment


def _uses(segment: Segment, id: int) -> bool:
    return any(f"{FILTER}={id}" in query.split("&") for query in segment.groups)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for name, longest in LENGTHS.items():
        if name in values:
            found[name] = clean_line(str(values[name] or ""))
            if len(found[name]) > longest:
                errors[name] = _("This is too long: at most %(longest)s characters fit here.", longest=longest)
    if "name" in values and not found["name"]:
        errors["name"] = _("Enter a name for the segment.")
    if "is_shared" in values:
        found["is_shared"] = bool(values["is_shared"])
    if errors:
        raise InvalidInput(errors)
    return found


def _apply(session: Session, segment: Segment, changes: Mapping[str, Any]) -> None:
    touched = {name: value for name, value in changes.items() if getattr(segment, name) != value}
    for name, value in touched.items():
        setattr(segment, name, value)
    if touched:
        session.flush()
        announce(session, record_changed, SEGMENT, ids=[segment.id], fields=sorted(touched))
