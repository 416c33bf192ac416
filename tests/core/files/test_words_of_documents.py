"""Kinds and statuses of documents are words of the company; how large files may be, and which are not taken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.service import add_entry, change_entry, delete_entry, merge_entries
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.service import change_file, store_file
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import InvalidInput, Refused
from tests.core.files.registering import register, upload


def add_word(office: Company, directory: str, name: str, **values: Any) -> int:
    with office.database.transaction(office.system) as session:
        return add_entry(session, directory, {"name": name, **values}).id


def entry_of(office: Company, directory: str, name: str) -> int:
    with office.database.reading(office.system) as session:
        found = select(DirectoryEntry.id).where(DirectoryEntry.directory == directory, DirectoryEntry.name == name)
        return session.scalars(found).one()


@pytest.mark.catalogue("CORE-16", part="the company extends kinds and statuses itself")
def test_kinds_and_statuses_are_words_that_the_company_extends(office: Company, clerk: Any) -> None:
    page = clerk.get("/directories/files.kinds").text
    for name in ("Agreement", "Offer", "Project specification", "Drawing", "Act", "Contract"):
        assert name in page
    kind = add_word(office, "files.kinds", "Warranty letter")
    status = add_word(office, "files.statuses", "At the notary", colour="today")
    file = register(clerk, title="Warranty of the door", kind=str(kind), status=str(status))
    shown = clerk.get(f"/files/{file}").text
    assert "Warranty letter" in shown
    assert "At the notary" in shown
    register(clerk, title="Offer of the door", kind="offer")
    assert "Warranty of the door" in (page := clerk.get(f"/files/?kind={kind}").text)
    assert "Offer of the door" not in page.split("<table")[-1]


@pytest.mark.catalogue("CORE-20", part="words of documents are closed instead of deleted when used")
def test_a_kind_in_use_is_closed_and_not_deleted(office: Company, clerk: Any) -> None:
    file = register(clerk, kind="drawing")
    drawing = entry_of(office, "files.kinds", "Drawing")
    with office.database.transaction(office.system) as session, pytest.raises(Refused):
        delete_entry(session, drawing)
    with office.database.transaction(office.system) as session:
        change_entry(session, drawing, {"closed": True})
    assert upload(clerk, "/files/new", (b"x", "a.txt"), kind="drawing").status_code == 422
    assert "Drawing" in clerk.get(f"/files/{file}").text
    with office.database.transaction(office.system) as session:
        assert change_file(session, file, {"kind": "drawing", "note": "Still one"}).note == "Still one"


def test_kinds_are_renamed_and_merged_and_documents_follow(office: Company, clerk: Any) -> None:
    file = register(clerk, kind="act")
    plans = add_word(office, "files.kinds", "Plan")
    with office.database.transaction(office.system) as session:
        change_entry(session, plans, {"name": "Plan of the house"})
        assert merge_entries(session, plans, entry_of(office, "files.kinds", "Act")) == 1
    assert "Plan of the house" in clerk.get(f"/files/{file}").text
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.kind).where(File.id == file)).one() == str(plans)


def test_modules_may_always_use_what_the_program_brings_along(office: Company, clerk: Any) -> None:
    with office.database.transaction(office.system) as session:
        delete_entry(session, entry_of(office, "files.kinds", "Invoice"))
    with office.database.transaction(office.system) as session:
        file = store_file(session, io.BytesIO(b"x"), "invoice.txt", kind="invoice").id
    assert "Invoice" in clerk.get(f"/files/{file}").text


@pytest.mark.catalogue("CORE-14", part="size limit and sorts of files are settings")
def test_the_company_says_how_large_files_may_be_and_which_are_not_taken(office: Company, clerk: Any) -> None:
    assert clerk.post("/files/settings", data={"largest": "1", "refused": ".ZIP, mp4"}).status_code == 302
    assert 'value="zip mp4"' in clerk.get("/files/settings").text
    refused = upload(clerk, "/files/new", (b"x", "films.MP4"))
    assert refused.status_code == 422
    assert "not allowed here" in refused.text
    large = upload(clerk, "/files/new", (b"x" * (1024 * 1024 + 1), "large.txt"))
    assert large.status_code == 422
    assert upload(clerk, "/files/new", (b"x" * 1024 * 1024, "just.txt")).status_code == 302
    with office.database.transaction(office.system) as session, pytest.raises(InvalidInput):
        store_file(session, io.BytesIO(b"x"), "a.zip")
    for values in ({"largest": "0"}, {"largest": "9999"}, {"largest": "5", "refused": "../../etc"}, {"largest": ""}):
        assert clerk.post("/files/settings", data={"refused": "", **values}).status_code == 422
    onlooker = office.browser(office.add_user(permissions=["files.view", "files.edit", "files.add"]))
    assert onlooker.get("/files/settings").status_code == 403
    assert onlooker.post("/files/settings", data={"largest": "5"}).status_code == 403
