"""Checks of what belongs to a client: companies without anybody to talk to, and contacts with wrong phones (M-20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import HealthCheck, HealthFinding
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.models import Contact

_ = Texts("crm_clients")
_LONGEST_ID = 10


def clients_without_contact(session: Session, after: int, limit: int) -> Sequence[HealthFinding]:
    """Return active companies that nobody speaks for."""
    return [_finding(row) for row in session.execute(_lonely(Client.id > after).limit(limit))]


def client_without_contact(session: Session, key: str) -> HealthFinding | None:
    """Return one such company, None when it has somebody meanwhile."""
    number = int(key) if key.isdecimal() and len(key) < _LONGEST_ID else 0
    row = session.execute(_lonely(Client.id == number)).first()
    return None if row is None else _finding(row)


def _lonely(condition: ColumnElement[bool]) -> Any:
    speaking = select(Contact.id).where(Contact.client_id == Client.id, Contact.state == RecordState.ACTIVE).exists()
    return (
        select(Client.id, Client.name, Client.phone, Client.email)
        .where(condition, Client.state == RecordState.ACTIVE, Client.kind == "company", ~speaking)
        .order_by(Client.id)
    )


def _finding(row: Any) -> HealthFinding:
    return HealthFinding(
        key=str(row.id),
        place=row.id,
        client_id=row.id,
        title=row.name,
        problem=_("There is no contact to call or write to."),
        page=f"/crm_clients/clients/{row.id}/contacts/new",
    )


HEALTH_CHECKS = [
    HealthCheck(
        name="no_contact",
        title=_("No contact person"),
        permission=EDIT,
        find=clients_without_contact,
        look=client_without_contact,
        fix_title=_("Add a contact"),
        icon="user-plus",
        weight=90,
    )
]
