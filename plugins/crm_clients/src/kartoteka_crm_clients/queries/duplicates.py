"""Contacts through which another client is reached, for the search for duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, select, union_all

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Contact


def reached_by(
    session: Session, phones: Iterable[str], emails: Iterable[str], exclude_id: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Return (client_id, field) of contacts with one of these phones or addresses, ``limit`` for each column asked."""
    asked = (
        (Contact.phone_e164, "phones", set(phones)),
        (Contact.mobile_e164, "phones", set(phones)),
        (Contact.email_norm, "emails", set(emails)),
    )
    parts = [
        _reached_through(column.in_(values), field, exclude_id, limit) for column, field, values in asked if values
    ]
    return session.execute(union_all(*parts)).all() if parts else []


def _reached_through(found: ColumnElement[bool], field: str, exclude_id: int | None, limit: int) -> Select[Any]:
    """Return the clients of one column: asked together with OR, the databases would read all contacts."""
    some = (
        select(Contact.client_id)
        .join(Client, Client.id == Contact.client_id)
        .where(
            found,
            Contact.state == RecordState.ACTIVE,
            Client.state.in_((RecordState.ACTIVE, RecordState.ARCHIVED)),
            Contact.client_id != (exclude_id or 0),
        )
        .order_by(Contact.client_id)
        .limit(limit)
        .subquery()
    )
    return select(some.c.client_id, literal(field).label("field"))
