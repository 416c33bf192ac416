"""What becomes of documents when their client is merged, put into the bin, and deleted for good."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.clients.bin.service import delete_clients, purge_clients
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.documents.models import Document
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.record import RecordRef

from .conftest import Office

pytestmark = pytest.mark.needs_module("crm_clients")


@pytest.fixture(params=chosen_kinds())
def office(request, company_on):
    return Office(company_on(request.param, modules=["crm_clients"]))


def test_documents_move_to_the_kept_client(office):
    kept = office.company.add_client("Beta", manager_id=office.ona).id
    document = office.make()
    with office.company.database.transaction(office.company.system) as session:
        merge_clients(session, kept, [office.client], {})
    with office.company.database.reading(office.company.system) as session:
        found = session.scalars(select(Document).where(Document.id == document.id)).one()
        assert (found.client_id, found.source) == (kept, RecordRef("clients.client", kept))


def test_documents_go_with_their_client_and_come_back(office):
    document = office.make()
    run_jobs(office.company)
    with office.company.database.transaction(office.company.system) as session:
        delete_clients(session, [office.client])
    assert office.browser.get(f"/documents/{document.id}").status_code == 404
    with office.company.database.transaction(office.company.system) as session:
        purge_clients(session, [office.client])
    with office.company.database.reading(office.company.system) as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_a_document_that_the_law_wants_kept_keeps_its_client(office):
    document = office.make()
    with office.company.database.transaction(office.company.system) as session:
        kept = session.scalars(select(Document).where(Document.id == document.id)).one()
        kept.keep_until = date(2036, 1, 1)
    with (
        pytest.raises(Problem) as caught,
        office.company.database.transaction(office.company.system) as session,
    ):
        delete_clients(session, [office.client])
    assert "the law wants kept" in str(caught.value)
