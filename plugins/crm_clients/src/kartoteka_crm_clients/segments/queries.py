"""Reads of segments: which clients they hold, as a select that the reader's row rights apply to, and how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import CLIENT_LIST, Choice, ClientSegment
from kartoteka.api.errors import Problem, Refused
from kartoteka.api.lists import asking_session, select_found
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.segments.fields import SEGMENT
from kartoteka_crm_clients.segments.models import Segment, SegmentClient

_ = Texts("crm_clients")

FILTER = "crm_clients.segment"
MOST_COUNTED = 10_000
MOST_OFFERED = 500
_LIVE, _FIXED = _("Found by what is known of clients"), _("Picked by hand")
_opened: ContextVar[frozenset[int]] = ContextVar("opened_segments", default=frozenset())


def clients_of(session: Session, segment: Segment) -> Select[tuple[int]]:
    """Return a select of the ids of a segment's clients that are in use, in no order.

    The reader's row rights apply when it is executed. Raises Refused when a filter of a live segment can't be read any
    more, and for segments that are made of each other in a circle.
    """
    active = select(Client.id).where(Client.state == RecordState.ACTIVE)
    if segment.is_fixed:
        return active.where(
            Client.id.in_(select(SegmentClient.client_id).where(SegmentClient.segment_id == segment.id))
        )
    with _not_in_a_circle(segment.id):
        found = [Client.id.in_(select_found(session, CLIENT_LIST, query)) for query in segment.groups]
    return active.where(or_(*found) if found else false())


def has_segment(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for the clients of a segment that the reader of a list sees."""
    session, written = asking_session(), str(value)
    if session is None or not (written.isascii() and written.isdigit() and len(written) < 10):
        return false()
    segment = session.scalar(select(Segment).where(Segment.id == int(written)))
    return false() if segment is None else record_id.in_(clients_of(session, segment))


def segment_choices(session: Session) -> Sequence[Choice]:
    """Return the segments that the actor sees, by name."""
    rows = session.execute(select(Segment.id, Segment.name).order_by(Segment.name, Segment.id).limit(MOST_OFFERED))
    return [Choice(str(row.id), row.name) for row in rows]


def fixed_choices(session: Session) -> Sequence[Choice]:
    """Return the fixed segments that the actor sees, by name."""
    wanted = select(Segment.id, Segment.name).where(Segment.is_fixed.is_(True))
    rows = session.execute(wanted.order_by(Segment.name, Segment.id).limit(MOST_OFFERED))
    return [Choice(str(row.id), row.name) for row in rows]


def offered_segments(session: Session) -> list[ClientSegment]:
    """Return the segments that the actor sees, for whoever works with the clients of one."""
    found = session.scalars(select(Segment).order_by(Segment.name, Segment.id).limit(MOST_OFFERED))
    return [ClientSegment(key=f"{SEGMENT}:{one.id}", title=one.name, clients=_asking(one)) for one in found]


def count_clients(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many clients that the actor sees each segment holds, at most 10,001; two statements for all.

    A segment whose filters can't be read any more is left out.
    """
    counting: dict[int, Any] = {}
    for one in session.scalars(select(Segment).where(Segment.id.in_(ids))):
        try:
            some = clients_of(session, one).limit(MOST_COUNTED + 1).subquery()
        except Problem:
            continue
        counting[one.id] = select(func.count()).select_from(some).scalar_subquery()
    if not counting:
        return {}
    numbers = session.execute(select(*counting.values())).one()
    return dict(zip(counting, numbers, strict=True))


def summarise_segments(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the name of each segment that the user sees; one statement."""
    rows = session.execute(select(Segment.id, Segment.name, Segment.is_fixed).where(Segment.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(SEGMENT, row.id),
            title=row.name,
            subtitle=str(_FIXED if row.is_fixed else _LIVE),
            url=segment_url(row.id),
        )
        for row in rows
    }


def segment_url(id: int) -> str:
    """Return the address of a segment's page."""
    return f"/crm_clients/segments/{id}"


def list_url(id: int) -> str:
    """Return the address of the client list with the clients of a segment."""
    return f"/clients/?{FILTER}={id}"


def _asking(segment: Segment) -> Callable[[Session], Select[tuple[int]]]:
    return lambda session: clients_of(session, segment)


@contextmanager
def _not_in_a_circle(id: int) -> Iterator[None]:
    opened = _opened.get()
    if id in opened:
        raise Refused(_("This segment is made of itself."))
    token = _opened.set(opened | {id})
    try:
        yield
    finally:
        _opened.reset(token)
