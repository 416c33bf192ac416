"""While a PDF or a workbook is being made nobody waits to save; contents go only when it is certain that they may."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from kartoteka.builtin.documents import printing, typesetting
from kartoteka.builtin.documents.models import Document, DocumentPrint
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.reports import attaching
from kartoteka.builtin.reports.service import plan_report
from kartoteka.db.blobs import LocalStore
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds

from .conftest import KEPT_FOR, SHEET, Office

pytestmark = pytest.mark.needs_module("crm_clients")

SENT = ("clients.view", "crm_clients.view")
WRITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"


@pytest.fixture(params=chosen_kinds())
def office(request: Any, company_on: Any) -> Office:
    return Office(company_on(request.param, modules=["crm_clients"]))


class Witness:
    """Stands where something slow is made, and saves from a connection of its own before it lets it be made."""

    def __init__(self, office: Office) -> None:
        self.database = office.company.database
        self.seen = 0

    def beside(self, make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*given: Any, **more: Any) -> Any:
            self.save()
            self.seen += 1
            return make(*given, **more)

        return made

    def save(self) -> None:
        if self.database.is_sqlite:
            connection = sqlite3.connect(str(self.database.url.database), timeout=0, isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            connection.close()
            return
        with self.database.glance() as connection:
            assert connection.scalar(text(WRITING)) == 0


@pytest.fixture
def witness(office: Office, monkeypatch: pytest.MonkeyPatch) -> Witness:
    witness = Witness(office)
    monkeypatch.setattr(typesetting, "_run", witness.beside(typesetting._run))
    monkeypatch.setattr(attaching, "xlsx_file", witness.beside(attaching.xlsx_file))
    monkeypatch.setattr(attaching, "csv_file", witness.beside(attaching.csv_file))
    return witness


def test_the_witness_notices_a_transaction_that_writes(office: Office, witness: Witness) -> None:
    with office.company.database.transaction(office.company.system) as session:
        session.execute(text("UPDATE core_user SET login = login"))
        with pytest.raises((sqlite3.OperationalError, AssertionError)):
            witness.save()


@pytest.mark.catalogue("X-34", part="nobody waits while a PDF is made")
def test_others_save_while_the_pdf_of_a_document_is_made(office: Office, witness: Witness) -> None:
    made = office.make()
    run_jobs(office.company)
    assert witness.seen == 1
    with office.company.database.reading(office.company.system) as session:
        assert session.scalar(select(Document.pdf_blob).where(Document.id == made.id)) is not None
    assert office.browser.get(f"/documents/{made.id}/pdf").data.startswith(b"%PDF")


def test_others_save_while_a_document_is_made_for_a_mail(office: Office, witness: Witness, mailbox: Any) -> None:
    mailbox.prepare(office.company.database)
    sender = office.company.add_user("administrator", name="Jonas Jonaitis")
    made = office.make()
    form = {"to": "client@example.lt", "subject": "Sheet", "text": "Hello"}
    answer = office.company.browser(sender).post(f"/documents/{made.id}/send", data=form)
    assert (answer.status_code, witness.seen) == (302, 1)
    run_jobs(office.company)
    (attachment,) = mailbox.messages[0].iter_attachments()
    assert attachment.get_payload(decode=True).startswith(b"%PDF")


@pytest.mark.parametrize("file", ["pdf", "xlsx", "csv"])
def test_others_save_while_a_planned_report_is_made(office: Office, witness: Witness, mailbox: Any, file: str) -> None:
    mailbox.prepare(office.company.database)
    reader = office.company.add_user(permissions=SENT, reach="all", email="r@example.lt")
    when = {"every": "day", "hour": 7, "address": "r@example.lt", "zone": ZoneInfo("Europe/Vilnius")}
    with office.company.database.transaction(office.company.actor(reader)) as session:
        plan_report(session, "crm_clients.new_clients", {"span": ["all"]}, file=file, **when)
    run_jobs(office.company)
    with at_moment(utc_now() + KEPT_FOR):
        run_jobs(office.company)
    assert witness.seen == 1
    (attachment,) = mailbox.messages[0].iter_attachments()
    assert attachment.get_filename().endswith(f".{file}")


class Crash(Exception):
    """The machine went down before the commit."""


def prints_of(office: Office) -> tuple[int, set[str]]:
    """Return how many prints are remembered and which contents are there."""
    with office.company.database.reading(office.company.system) as session:
        number = session.scalar(select(func.count()).select_from(DocumentPrint)) or 0
    store = office.company.database.blobs
    assert isinstance(store, LocalStore)
    return number, {one.digest for one in store.listed()}


def forget(office: Office) -> None:
    with office.company.database.transaction(office.company.system) as session:
        enqueue(session, printing.FORGET, {"all": True}, title="Forget")


@pytest.mark.catalogue("X-34", part="a print goes whole or not at all")
def test_a_print_whose_removal_is_rolled_back_can_still_be_opened(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"kind": "clients.client", "id": [office.client], "confirmed": "1", "type": SHEET}
    office.browser.post("/actions/documents/print", data=data)
    run_jobs(office.company)
    number, contents = prints_of(office)
    assert (number, len(contents)) == (1, 1)  # its parts are gone: the whole is another file

    forget(office)
    with monkeypatch.context() as broken:
        broken.setattr(printing.RunningJob, "again", lambda job: (_ for _ in ()).throw(Crash))
        run_jobs(office.company)
    assert prints_of(office) == (1, contents)
    assert office.browser.get("/documents/prints/1/pdf").status_code == 200

    with at_moment(utc_now() + KEPT_FOR):
        run_jobs(office.company)
    assert prints_of(office) == (0, set())


def test_a_content_that_a_document_has_too_stays(office: Office) -> None:
    made = office.make()
    data = {"kind": "clients.client", "id": [office.client], "confirmed": "1", "type": SHEET}
    office.browser.post("/actions/documents/print", data=data)
    run_jobs(office.company)
    with office.company.database.transaction(office.company.system) as session:
        kept = session.scalar(select(Document.pdf_blob).where(Document.id == made.id))
        session.scalars(select(DocumentPrint)).one().blob = kept
    forget(office)
    run_jobs(office.company)
    number, contents = prints_of(office)
    assert number == 0
    assert kept in contents
