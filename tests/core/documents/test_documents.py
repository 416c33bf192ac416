"""Documents of records: looked at, made, downloaded as PDF with all our letters, voided, seen by the right people."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from kartoteka.builtin.documents.models import Document
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordRef

from .conftest import RIGHTS, SHEET

pytestmark = pytest.mark.needs_module("crm_clients")

LETTERS = "ąčęėįšųūž õäöü āčēģīķļņŗšūž їєґі ыэъё №„“€"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.catalogue("X-34")
def test_a_document_is_looked_at_made_and_downloaded(office):
    page = office.browser.get(f"/documents/new/crm_clients/client_sheet?record={office.ref}")
    assert "data:image/png;base64," in page.text
    assert "Create the document" in page.text
    made = office.browser.post("/documents/new/crm_clients/client_sheet", data={"record": str(office.ref)})
    assert made.status_code == 302
    shown = office.browser.get(made.location)
    assert "Ąžuolo šaknis" in shown.text
    file = office.browser.get(f"{made.location}/pdf")
    assert file.mimetype == "application/pdf"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "UAB „Ąžuolo šaknis“" in text_of(file.data)


@pytest.mark.catalogue("X-34")
def test_the_pdf_is_a4_and_holds_all_our_letters_as_text(office):
    client = office.company.add_client(f"UAB {LETTERS}", manager_id=office.ona).id
    pdf = office.browser.get(f"/documents/{office.make(ref=RecordRef('clients.client', client)).id}/pdf").data
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    assert LETTERS in text_of(pdf)
    assert [round(float(one)) for one in page.mediabox[2:]] == [595, 842]
    fonts = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    assert all("OpenSans" in font for font in fonts), fonts


def test_the_document_is_in_the_language_of_the_clients_country(office):
    for country, language, word in (("LT", "lt", "Telefonas"), ("EE", "et", "Telefon"), ("UA", "uk", "Телефон")):
        client = office.company.add_client("Alfa", country=country, phone="+370 612 34567", manager_id=office.ona).id
        document = office.make(ref=RecordRef("clients.client", client))
        assert (document.language, document.content["words"]["phone"]) == (language, word)
    assert office.make(language="ru").content["words"]["phone"] == "Телефон"


def test_the_job_keeps_the_pdf_and_later_changes_do_not_touch_it(office):
    document = office.make()
    before = office.browser.get(f"/documents/{document.id}/pdf").data
    run_jobs(office.company)
    with office.company.database.transaction(office.company.system) as session:
        kept = session.scalars(select(Document).where(Document.id == document.id)).one()
        assert kept.pdf_blob
    assert office.browser.get(f"/documents/{document.id}/pdf").data == before


def test_a_document_is_seen_with_its_client_only(office):
    document = office.make()
    stranger = office.company.add_user(permissions=RIGHTS, login="petras")
    browser = office.company.browser(stranger)
    for path in ("", "/pdf"):
        assert browser.get(f"/documents/{document.id}{path}").status_code == 404
    assert browser.get(f"/documents/new/crm_clients/client_sheet?record={office.ref}").status_code == 404
    assert "Ąžuolo" not in browser.get("/documents/").text
    assert "Ąžuolo" in office.browser.get("/documents/").text
    without = office.company.browser(office.company.add_user(permissions=RIGHTS[:2], reach="all"))
    assert without.get(f"/documents/{document.id}").status_code == 403


def test_documents_of_a_module_that_is_off_are_gone(office):
    document = office.make()
    office.company.switch("crm_clients", on=False)
    assert office.browser.get(f"/documents/{document.id}").status_code == 404
    assert "Ąžuolo" not in office.browser.get("/documents/").text
    with pytest.raises(NotFound):
        office.make()


def test_a_void_document_keeps_its_place_and_says_why(office):
    document = office.make()
    assert office.browser.post(f"/documents/{document.id}/void", data={"reason": " "}).status_code == 422
    assert office.browser.post(f"/documents/{document.id}/void", data={"reason": "Wrong client"}).status_code == 302
    assert "Wrong client" in office.browser.get(f"/documents/{document.id}").text
    again = office.browser.post(f"/documents/{document.id}/void", data={"reason": "Twice"})
    assert again.status_code == 302
    assert "void already" in office.browser.get(again.location).text
    may_not = office.company.add_user(permissions=RIGHTS[:4], reach="all")
    assert office.company.browser(may_not).post(f"/documents/{document.id}/void").status_code == 403


@pytest.mark.parametrize("record", ["", "clients.client", "clients.client:0", "clients.client:99999999999", "x:1", "'"])
def test_nonsense_for_a_record_leads_nowhere(office, record):
    page = office.browser.get("/documents/new/crm_clients/client_sheet", query_string={"record": record})
    assert page.status_code == 404


def test_a_client_without_address_gets_no_envelope_and_reads_why(office):
    page = office.browser.get(f"/documents/new/crm_clients/envelope?record={office.ref}")
    assert page.status_code in (409, 422)
    assert "has no address yet" in page.text


def test_the_list_is_paged_and_filtered(office, monkeypatch):
    monkeypatch.setattr("kartoteka.builtin.documents.queries.PAGE", 2)
    made = [office.make() for _each in range(3)]
    page = office.browser.get("/documents/").text
    assert f"/documents/{made[2].id}" in page
    assert f'href="/documents/{made[0].id}"' not in page
    older = office.browser.get(f"/documents/?before={made[1].id}").text
    assert f'href="/documents/{made[0].id}"' in older
    assert "No such documents" in office.browser.get("/documents/?type=crm_clients.envelope").text


def test_the_card_offers_the_documents(office):
    card: Any = office.browser.get(f"/clients/{office.client}").text
    assert "/actions/crm_clients/make_client_sheet" in card
    assert SHEET in office.company.installation.registry.find_document_type(SHEET).key


def test_the_pdf_is_in_the_register_and_in_the_timeline(office):
    office.company.switch("crm_clients")
    document = office.make()
    run_jobs(office.company)
    chief = office.company.browser(office.company.add_user("administrator"))
    assert "Ąžuolo šaknis“" in chief.get("/files/").text
    assert "Client sheet created" in chief.get(f"/clients/{office.client}/timeline").text
    with office.company.database.reading(office.company.system) as session:
        assert session.scalar(select(func.count()).select_from(Document).where(Document.id == document.id)) == 1


@pytest.mark.catalogue("CORE-23")
def test_a_document_is_sent_to_its_client(office, mailbox):
    mailbox.prepare(office.company.database)
    client = office.company.add_client("Alfa", email="info@alfa.example.com", manager_id=office.ona).id
    document = office.make(ref=RecordRef("clients.client", client))
    sender = office.company.browser(
        office.company.add_user(permissions=(*RIGHTS, "mail.view", "mail.send"), reach="all")
    )
    page = sender.get(f"/documents/{document.id}/send").text
    assert "info@alfa.example.com" in page
    form = {"to": "info@alfa.example.com", "subject": "Sheet", "text": "Here it is."}
    assert sender.post(f"/documents/{document.id}/send", data={**form, "to": "x"}).status_code == 422
    assert sender.post(f"/documents/{document.id}/send", data=form).status_code == 302
    run_jobs(office.company)
    (attachment,) = mailbox.messages[0].iter_attachments()
    assert "Alfa" in text_of(attachment.get_payload(decode=True))
    assert office.browser.post(f"/documents/{document.id}/send", data=form).status_code == 403
