"""Reads of contacts and addresses of many clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Address


def streets_of(session: Session, client_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the addresses of clients that name anything."""
    columns = (Address.street, Address.postcode, Address.city, Address.district, Address.region)
    return session.execute(
        select(Address.client_id, *columns)
        .where(Address.client_id.in_(client_ids), Address.state == RecordState.ACTIVE)
        .where(or_(*(column != "" for column in columns)))
    ).all()
