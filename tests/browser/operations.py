"""Operations for their pages to be looked at: one that can be undone, and one whose records were changed afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka.testing.company import Company
from kartoteka.vocabulary.message import text as _


def add_operations(company: Company) -> dict[str, Any]:
    """Change some clients, one of them again and another one for a while only; return the numbers of the operations."""
    with company.database.transaction(company.system, _("Client changed")) as session:
        ids = session.scalars(select(Client.id).order_by(Client.id.desc()).limit(3)).all()
        for client_id in ids:
            change_client(session, client_id, {"activity": "Windows, doors and whatever else a house needs"})
        operation = operation_of(session)
    with company.database.transaction(company.system, _("Client changed")) as session:
        change_client(session, ids[0], {"activity": "Roofs", "importance": "a"})
        newer = operation_of(session)
    with company.database.transaction(company.system, _("Client changed")) as session:
        change_client(session, ids[1], {"importance": "b"})
        undone = operation_of(session)
    with company.database.transaction(company.system) as session:
        undo_operation(session, undone)
    return {"operation": newer, "operation_disputed": operation, "operation_undone": undone}
