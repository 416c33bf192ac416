"""Reads of promises: of a client, of a user, and how many were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, case, func, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import Period, RecordRef, RecordState, RecordSummary
from kartoteka_crm_inquiries.naming import PROMISE
from kartoteka_crm_inquiries.promises import rules
from kartoteka_crm_inquiries.promises.models import Promise

MOST = 200
_ACTIVE = Promise.state == RecordState.ACTIVE


def promises_of(session: Session, client_id: int, *, archived: bool = False, limit: int = MOST) -> list[Promise]:
    """Return the promises to and of a client: open ones by day, then those that have ended, the newest first."""
    state = RecordState.ARCHIVED if archived else RecordState.ACTIVE
    rows = session.scalars(
        select(Promise)
        .where(Promise.client_id == client_id, Promise.state == state)
        .order_by(Promise.status != rules.OPEN, Promise.due_on.desc(), Promise.id.desc())
        .limit(limit)
    ).all()
    still_open = sorted((one for one in rows if one.status == rules.OPEN), key=lambda one: (one.due_on, one.id))
    return [*still_open, *(one for one in rows if one.status != rules.OPEN)]


def open_promises(session: Session, client_id: int, limit: int) -> Sequence[Promise]:
    """Return the open promises of a client, the most urgent first."""
    return session.scalars(
        select(Promise)
        .where(Promise.client_id == client_id, Promise.status == rules.OPEN, _ACTIVE)
        .order_by(Promise.due_on, Promise.id)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class OfUser:
    """An open promise as the front page shows it."""

    id: int
    text: str
    side: str
    due_on: date
    client_id: int
    client_name: str


def promises_of_user(session: Session, user_id: int, limit: int) -> list[OfUser]:
    """Return the open promises that a user answers for, the most urgent first."""
    rows = session.execute(
        select(Promise.id, Promise.text, Promise.side, Promise.due_on, Promise.client_id, Client.name)
        .join(Client, Client.id == Promise.client_id)
        .where(Promise.user_id == user_id, Promise.status == rules.OPEN, _ACTIVE)
        .order_by(Promise.due_on, Promise.id)
        .limit(limit)
    )
    return [OfUser(*row) for row in rows]


def came_due(today: date) -> ColumnElement[bool]:
    """Return the condition for promises that have ended, or should have been kept by now."""
    return and_(_ACTIVE, or_(Promise.status != rules.OPEN, Promise.due_on < today))


def was_kept() -> ColumnElement[bool]:
    """Return the condition for promises that were kept in full and in time."""
    return and_(Promise.status == rules.FULL, Promise.fulfilled_on <= Promise.due_on)


def record_of(session: Session, client_id: int, today: date) -> rules.Record:
    """Return how our promises to a client were kept; one statement."""
    row = session.execute(
        select(func.count(Promise.id), _number_of(was_kept())).where(
            Promise.client_id == client_id, Promise.side == rules.OURS, came_due(today)
        )
    ).one()
    return rules.Record(row[0], row[1] or 0)


def kept_by_user(session: Session, period: Period | None, today: date) -> Sequence[Row[Any]]:
    """Return promises that came due in a period by user and side: all, kept, kept in part, broken; one statement."""
    counted = select(
        Promise.user_id,
        Promise.side,
        func.count(Promise.id).label("due"),
        _number_of(was_kept()).label("kept"),
        _number_of(Promise.status == rules.PART).label("part"),
        _number_of(Promise.status == rules.BROKEN).label("broken"),
    ).where(came_due(today))
    if period is not None:
        counted = counted.where(Promise.due_on >= period.first, Promise.due_on <= period.last)
    return session.execute(counted.group_by(Promise.user_id, Promise.side)).all()


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def count_open_promises(record_id: int) -> ScalarSelect[Any]:
    """Return the counter of a client's open promises."""
    counted = select(func.count(Promise.id)).where(_ACTIVE, Promise.status == rules.OPEN)
    return counted.where(Promise.client_id == record_id).scalar_subquery()


def summarise_promises(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each promise that the user sees says; one statement."""
    rows = session.execute(select(Promise.id, Promise.text, Promise.state).where(Promise.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(PROMISE, row.id), title=row.text, subtitle="", url=promise_url(row.id), state=row.state
        )
        for row in rows
    }


def promise_url(id: int) -> str:
    """Return the address of a promise's page."""
    return f"/crm_inquiries/promises/{id}"
