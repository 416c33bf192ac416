"""Reads of contacts and addresses of many clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_clients.models import Address


def streets_of(session: Session, client_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the addresses of clients that name a street or a postcode."""
    columns = (Address.client_id, Address.street, Address.postcode, Address.city)
    return session.execute(
        select(*columns)
        .where(Address.client_id.in_(client_ids), Address.state == RecordState.ACTIVE)
        .where((Address.street != "") | (Address.postcode != ""))
    ).all()
