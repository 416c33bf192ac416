"""Documents of many records as one PDF, made in the background."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from sqlalchemy import func, select

from kartoteka.builtin.documents.models import Document, DocumentPrint
from kartoteka.builtin.documents.printing import FORGET
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds

from .conftest import KEPT_FOR, SHEET, Office

pytestmark = pytest.mark.needs_module("crm_clients")

LETTER = "crm_clients.data_check"


@pytest.fixture(params=chosen_kinds())
def office(request, company_on):
    return Office(company_on(request.param, modules=["crm_clients"]))


def add_clients(office, number):
    return [office.company.add_client(f"Client {one}", manager_id=office.ona).id for one in range(number)]


def ask(office, ids, type):
    data = {"kind": "clients.client", "id": ids, "confirmed": "1", "type": type}
    return office.browser.post("/actions/documents/print", data=data)


def pages_of(office):
    with office.company.database.reading(office.company.system) as session:
        newest = session.scalar(select(func.max(DocumentPrint.id)))
    answer = office.browser.get(f"/documents/prints/{newest}/pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pdf = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    return newest, [page.get_textpage().get_text_range() for page in pdf]


@pytest.mark.catalogue("X-34", part="many in one PDF")
def test_sheets_of_selected_clients_are_one_pdf(office):
    ids = add_clients(office, 4)
    hidden = office.company.add_client("Hidden").id
    assert ask(office, [*ids, hidden], SHEET).status_code == 404
    asked = ask(office, ids, SHEET)
    assert asked.status_code in (302, 303), asked.text
    run_jobs(office.company)
    print_id, pages = pages_of(office)
    assert len(pages) == 4
    assert all(f"Client {one}" in page for one, page in enumerate(pages))
    assert f"/documents/prints/{print_id}" in office.browser.get(asked.headers["Location"]).text
    assert "Download the PDF" in office.browser.get(f"/documents/prints/{print_id}").text
    other = office.company.browser(office.company.add_user("administrator"))
    for path in ("", "/pdf"):
        assert other.get(f"/documents/prints/{print_id}{path}").status_code == 404


@pytest.mark.catalogue("X-34", part="many letters")
def test_letters_get_their_numbers_once_and_go_after_a_week(office):
    ids = add_clients(office, 12)
    ask(office, ids, LETTER)
    run_jobs(office.company)
    print_id, pages = pages_of(office)
    assert len(pages) == 12
    with office.company.database.reading(office.company.system) as session:
        documents = session.scalars(select(Document).where(Document.type == LETTER)).all()
        assert len({one.number for one in documents}) == len(documents) == 12
        assert all(one.number in page for one, page in zip(documents, pages, strict=True))
    run_jobs(office.company)
    assert office.browser.get(f"/documents/{documents[0].id}/pdf").status_code == 200
    with at_moment(utc_now() + KEPT_FOR), office.company.database.transaction(office.company.system) as session:
        enqueue(session, FORGET, title="Forget")
    with at_moment(utc_now() + KEPT_FOR):
        run_jobs(office.company)
    assert office.browser.get(f"/documents/prints/{print_id}/pdf").status_code == 404
