"""The report of clients over their credit limit (CL-56)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import CLIENT_KIND, Client
from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportColumn
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_clients.terms.fields import SEE_CREDIT, TERMS
from kartoteka_crm_clients.terms.queries import clients_over_limit

_ = Texts("crm_clients")
_CHUNK = 500


def list_over_limit(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each client that owes more than its limit, the furthest over it first."""
    over = sorted(clients_over_limit(session).items(), key=lambda one: (one[1].limit.currency, one[1].free))
    managers = dict(active_users(session))
    for start in range(0, len(over), _CHUNK):
        part = dict(over[start : start + _CHUNK])
        named = select(Client.id, Client.name, Client.manager_id).where(Client.id.in_(part))
        clients = {row.id: row for row in session.execute(named)}
        for client_id, credit in part.items():
            client = clients[client_id]
            yield {
                "name": client.name,
                "limit": credit.limit.amount,
                "used": credit.used,
                "over": -(credit.free or 0),
                "currency": credit.limit.currency,
                "manager": managers.get(client.manager_id, ""),
                "client_id": client_id,
            }


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


REPORTS = [
    Report(
        name="over_limit",
        title=_("Clients over their credit limit"),
        description=_("What is owed comes from the modules that know it; without one the report is empty."),
        permission=SEE_CREDIT,
        columns=(
            ReportColumn("name", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("limit", _("Credit limit"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("used", _("Used of the limit"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("over", _("Over the limit by"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.USER),
        ),
        rows=list_over_limit,
        kinds=(CLIENT_KIND, TERMS),
    )
]
