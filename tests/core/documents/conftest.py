"""A company with contacts and addresses, a client, somebody who makes documents and an administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kartoteka.builtin.documents.service import issue_document
from kartoteka.vocabulary.record import RecordRef

RIGHTS = ("clients.view", "clients.edit", "crm_clients.view", "documents.view", "documents.void")
KEPT_FOR = timedelta(days=8)
SHEET = "crm_clients.client_sheet"


class Office:
    """A company and quick ways to make documents in it."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.ona = company.add_user(permissions=RIGHTS, login="ona", name="Ona Onaitė")
        self.browser = company.browser(self.ona)
        self.client = company.add_client(
            "UAB „Ąžuolo šaknis“", country="LT", phone="+370 612 34567", manager_id=self.ona
        ).id

    @property
    def ref(self) -> RecordRef:
        return RecordRef("clients.client", self.client)

    def make(self, type: str = SHEET, language: str = "", ref: RecordRef | None = None) -> Any:
        with self.company.database.transaction(self.company.actor(self.ona)) as session:
            return issue_document(session, type, ref or self.ref, language=language)


@pytest.fixture
def office(company_on: Any) -> Office:
    return Office(company_on(modules=["crm_clients"]))
