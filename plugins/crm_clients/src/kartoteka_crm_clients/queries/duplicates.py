"""Contacts through which another client is reached, for the search for duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, bindparam, literal, select, union_all

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Contact

_COLUMNS = {"phones": (Contact.phone_e164, Contact.mobile_e164), "emails": (Contact.email_norm,)}


def reached_by(
    session: Session, phones: Iterable[str], emails: Iterable[str], exclude_id: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Return (client_id, field) of contacts with one of these phones or addresses, ``limit`` for each column asked."""
    known = {"phones": sorted(set(phones)), "emails": sorted(set(emails))}
    asked = {field: values for field, values in known.items() if values}
    if not asked:
        return []
    return session.execute(_statement(tuple(asked)), {**asked, "exclude_id": exclude_id or 0, "most": limit}).all()


@lru_cache(maxsize=4)
def _statement(fields: tuple[str, ...]) -> CompoundSelect[Any]:
    """Return the one statement for these fields; made once, because making it costs more than running it."""
    return union_all(*(_reached_through(column, field) for field in fields for column in _COLUMNS[field]))


def _reached_through(column: ColumnElement[str], field: str) -> Select[Any]:
    """Return the clients of one column: asked together with OR, the databases would read all contacts."""
    some = (
        select(Contact.client_id)
        .join(Client, Client.id == Contact.client_id)
        .where(
            column.in_(bindparam(field, expanding=True)),
            Contact.state == RecordState.ACTIVE,
            Client.state.in_((RecordState.ACTIVE, RecordState.ARCHIVED)),
            Contact.client_id != bindparam("exclude_id"),
        )
        .order_by(Contact.client_id)
        .limit(bindparam("most"))
        .subquery()
    )
    return select(some.c.client_id, literal(field).label("field"))
