"""The note of a document may be confidential: absent for whoever lacks the right, wherever it would show."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.files.fields import FILE
from kartoteka.builtin.files.service import change_file, store_file
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.company import Company
from kartoteka.testing.jobs import run_jobs
from kartoteka.testing.pages import crawl
from kartoteka.vocabulary.errors import Forbidden

NOTE = "Quincenote"
KEPT_FROM = {"access.manage", "users.manage", "access.see_confidential", "access.edit_confidential"}


class Office:
    """A document with a note, a clerk who may do everything else, and who sees what is confidential."""

    def __init__(self, company: Company) -> None:
        self.company = company
        known = {one.name for one in company.installation.registry.permissions} - KEPT_FROM
        self.clerk_id = company.add_user(permissions=known, reach="all")
        self.reader_id = company.add_user(permissions={*known, "access.see_confidential"}, reach="all")
        self.clerk, self.reader = company.browser(self.clerk_id), company.browser(self.reader_id)
        self.client_id = company.add_client("Orchard").id
        with company.database.transaction(company.system, "Stored") as session:
            about = {"client_id": self.client_id, "title": "Plan", "note": NOTE}
            self.file_id = store_file(session, io.BytesIO(b"plan"), "Plan.txt", **about).id
        with company.database.transaction(company.system, "Changed") as session:
            change_file(session, self.file_id, {"note": f"{NOTE}s"})
        with company.database.transaction(company.system) as session:
            mark_fields(session, FILE, ("note",))
        run_jobs(company)

    def read(self, user_id: int, path: str) -> str:
        with self.company.database.transaction(self.company.system) as session:
            _key, token = make_key(session, title="Website", scopes=("*:read",), user_id=user_id)
        return str(self.company.app.test_client().get(path, headers={"Authorization": f"Bearer {token}"}).text)


@pytest.fixture
def office(company: Callable[..., Company]) -> Office:
    return Office(company())


@pytest.mark.catalogue("CORE-05", part="the note of a document")
def test_the_note_is_kept_to_those_with_the_right(office: Office) -> None:
    page, api = f"/files/{office.file_id}", f"/api/v1/files/files/{office.file_id}"
    assert NOTE in office.reader.get(page).text
    assert NOTE in office.read(office.reader_id, api)
    assert NOTE not in office.read(office.clerk_id, api)
    for place in (page, f"{page}/edit", "/files/", f"/clients/{office.client_id}/files", "/operations/"):
        assert NOTE not in office.clerk.get(place).text, place
    for one in crawl(office.clerk, page, limit=30, alike=2):
        assert NOTE not in one.text, one.url
        assert one.status < 500, one.url
    for place in ("/search/", "/files/"):
        assert page not in office.clerk.get(place, query_string={"q": NOTE}).text, place
        assert page in office.reader.get(place, query_string={"q": NOTE}).text, place
    export = {"format": "csv", "columns": "all"}
    assert NOTE not in office.clerk.post("/files/export", data=export).text


@pytest.mark.catalogue("CORE-05", part="the note of a document is not written without the right")
def test_the_note_is_not_written_without_the_right(office: Office) -> None:
    for user_id in (office.clerk_id, office.reader_id):
        with (
            office.company.database.transaction(office.company.actor(user_id)) as session,
            pytest.raises(Forbidden),
        ):
            change_file(session, office.file_id, {"note": "Damson"})
    said = {"title": "New plan", "kind": "drawing", "registered_on": "2026-03-02", "note": "Damson"}
    assert office.clerk.post(f"/files/{office.file_id}/edit", data={**said, "version": "2"}).status_code in (302, 409)
    shown = office.reader.get(f"/files/{office.file_id}").text
    assert NOTE in shown
    assert "Damson" not in shown
