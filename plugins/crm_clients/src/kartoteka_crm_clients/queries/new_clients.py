"""Clients by the day they were registered, for the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import Period, RecordState

_AT_ONCE = 1_000


def new_clients(session: Session, period: Period | None) -> Iterator[Any]:
    """Yield id, name, country, manager_id, relationship and registered_on of clients, the newest first."""
    columns = (
        Client.id,
        Client.name,
        Client.country,
        Client.manager_id,
        Client.relationship,
        Client.registered_on,
    )
    statement = (
        select(*columns)
        .where(Client.state == RecordState.ACTIVE)
        .order_by(Client.registered_on.desc(), Client.name_sort, Client.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    if period is not None:
        statement = statement.where(Client.registered_on.between(period.first, period.last))
    yield from session.execute(statement)


def limits(found: date | Period | None, asked: Period | None) -> tuple[date, date] | None:
    """Return the days between which registrations lie: those of a figure, within the period that was asked for."""
    if found is None:
        return None if asked is None else (asked.first, asked.last)
    span = found if isinstance(found, Period) else Period.day(found)
    return (span.first, span.last) if asked is None else (max(span.first, asked.first), min(span.last, asked.last))
