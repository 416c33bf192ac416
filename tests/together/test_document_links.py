"""What documents may belong to beside their client: offered by a module that is on, gone when it is off or absent."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef
from kartoteka.api.work import files_of_record, link_file, store_file
from kartoteka.builtin.files.linking import choose_links
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.queries import client_names, links_of, see_file
from kartoteka.builtin.inbox import service as inbox
from kartoteka.builtin.inbox.saving import save_as_document
from kartoteka.builtin.inbox.service import Arrival, keep_bytes, set_about
from kartoteka.builtin.office.service import make_own_key
from kartoteka.db.blobs import put_bytes
from kartoteka.db.journal import Operation
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.projects.service import start_project
from tests.together.trading import CLIENTS, INQUIRIES

MAIL = b"From: a@b.lt\nTo: us@firm.lt\nSubject: Plan of the hall\n\nSee the plan\n"
PROJECT, ACTIVITY = f"{INQUIRIES}.project", f"{INQUIRIES}.activity"


class Work:
    """A client with two projects, an activity in each, and an activity in none; and another client with a project."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.user = company.add_user(ADMINISTRATOR, login="ona")
        self.browser = company.browser(self.user)
        self.client = company.add_client("UAB Langai").id
        other = company.add_client("UAB Kita").id
        with self.writing() as session:
            self.hall, self.roof, self.foreign = (
                RecordRef(PROJECT, start_project(session, client, {"name": name}).id)
                for client, name in ((self.client, "Hall"), (self.client, "Roof"), (other, "Foreign"))
            )
            self.measure, self.call = self.plan(session, "Measure", self.hall), self.plan(session, "Call", None)
            self.climb = self.plan(session, "Climb", self.roof)

    def plan(self, session: Session, name: str, project: RecordRef | None) -> RecordRef:
        about = {"client_id": self.client, "project_id": project.id if project else None}
        return RecordRef(ACTIVITY, plan_activity(session, {"name": name, **about}).id)

    def writing(self) -> Any:
        return self.company.database.transaction(self.company.actor(self.user), "Work")

    def reading(self) -> Any:
        return self.company.database.reading(self.company.actor(self.user))

    def upload(self, *records: RecordRef) -> Any:
        data = {"registered_on": "2026-03-02", "kind": "drawing", "client_number": "UAB Langai"}
        file = {"file": (io.BytesIO(b"plan"), "Plan.txt"), "records": [str(one) for one in records]}
        return self.browser.post("/files/new", data={**data, **file}, content_type="multipart/form-data")

    def newest_operation(self) -> int:
        with self.company.database.reading(self.company.system) as session:
            return session.scalars(select(Operation.id).order_by(Operation.id.desc()).limit(1)).one()

    def links(self, file_id: int) -> set[RecordRef]:
        with self.reading() as session:
            return set(links_of(session, see_file(session, file_id)))


@pytest.fixture(params=chosen_kinds())
def work(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Work:
    return Work(company_on(request.param, modules=[CLIENTS, INQUIRIES]))


def id_of(answer: Any) -> int:
    assert answer.status_code == 302, answer.text
    return int(answer.location.rpartition("/")[2])


@pytest.mark.catalogue("CORE-15", part="registered with a project and chosen activities of it")
def test_a_document_is_registered_with_a_project_and_activities_of_it(work: Work) -> None:
    page = work.browser.get(f"/files/new?client={work.client}").text
    assert all(str(one) in page for one in (work.hall, work.roof, work.measure, work.climb, work.call))
    assert str(work.foreign) not in page
    typed = work.browser.get("/files/links?client_number=UAB Langai", headers={"HX-Request": "true"}).text
    assert str(work.hall) in typed
    file_id = id_of(work.upload(work.hall, work.measure))
    assert work.links(file_id) == {work.hall, work.measure}
    shown = work.browser.get(f"/files/{file_id}").text
    assert "Measure" in shown
    assert "Climb" not in shown
    with work.reading() as session:
        assert [one.id for one in files_of_record(session, work.measure)] == [file_id]
        assert files_of_record(session, work.climb) == []


@pytest.mark.catalogue("CORE-15", part="activities of a project that is not chosen are refused")
def test_only_what_is_offered_may_be_chosen(work: Work) -> None:
    for wrong in ((work.foreign,), (work.measure,), (work.hall, work.climb), (RecordRef(CLIENTS + ".nothing", 1),)):
        refused = work.upload(*wrong)
        assert (refused.status_code, "Choose one of the values offered" in refused.text) == (422, True), wrong
    data = {"registered_on": "2026-03-02", "kind": "drawing", "client_number": "UAB Langai", "records": ["'; --"]}
    data["file"] = (io.BytesIO(b"plan"), "Plan.txt")
    assert work.browser.post("/files/new", data=data, content_type="multipart/form-data").status_code == 422


@pytest.mark.catalogue("CORE-15", part="chosen anew on a page that needs no script")
def test_links_are_chosen_anew_and_what_is_not_offered_stays(work: Work) -> None:
    file_id = id_of(work.upload(work.hall, work.measure))
    with work.writing() as session:
        link_file(session, file_id, [work.hall, work.foreign])
    page = f"/files/{file_id}/links"
    assert f'value="{work.hall}" checked' in work.browser.get(page).text
    assert work.browser.post(page, data={"records": [str(work.climb)]}).status_code == 422
    id_of(work.browser.post(page, data={"records": [str(work.roof), str(work.climb)]}))
    assert work.links(file_id) == {work.roof, work.climb, work.foreign}
    assert work.browser.get("/files/999999/links").status_code == 404


@pytest.mark.catalogue("CORE-15", part="the change log tells who linked what, and an undo takes it back")
def test_links_are_in_the_change_log_and_undone(work: Work) -> None:
    file_id = id_of(work.upload(work.hall, work.measure))
    page = f"/files/{file_id}/links"
    id_of(work.browser.post(page, data={"records": [str(work.roof)]}))
    newest = work.newest_operation()
    told = work.browser.get(f"/operations/{newest}").text
    assert "Plan → Roof" in told, "what was linked"
    assert all(one in told for one in ("Belongs to", "Hall", "Measure")), "what was unlinked"
    work.browser.post(f"/operations/{newest}/undo")
    assert work.links(file_id) == {work.hall, work.measure}
    work.browser.post(f"/operations/{work.newest_operation()}/undo")
    assert work.links(file_id) == {work.roof}, "an undo can be undone"


@pytest.mark.catalogue("CORE-15", part="links are undone by those who see them only")
def test_nobody_undoes_links_of_documents_that_he_does_not_see(work: Work) -> None:
    file_id = id_of(work.upload(work.hall))
    rights = ("clients.view", "files.view", "files.edit", "operations.undo_any")
    stranger = work.company.browser(work.company.add_user(permissions=rights))
    id_of(work.browser.post(f"/files/{file_id}/links", data={"records": [str(work.roof)]}))
    told = stranger.get(f"/operations/{work.newest_operation()}").text
    assert "Roof" not in told
    assert "Plan" not in told
    stranger.post(f"/operations/{work.newest_operation()}/undo")
    assert work.links(file_id) == {work.roof}


@pytest.mark.catalogue("CORE-15", part="where nothing is offered the page says what to do")
def test_a_page_without_anything_to_choose_says_what_to_do(work: Work) -> None:
    lonely = work.company.add_client("UAB Tuščia").id
    for client, told in ((lonely, "Open the client"), (None, "Choose a client")):
        with work.writing() as session:
            file_id = store_file(session, io.BytesIO(b"plan"), "Plan.txt", client_id=client).id
        page = work.browser.get(f"/files/{file_id}/links").text
        assert told in page
        assert "Save</button>" not in page


@pytest.mark.catalogue("CORE-18", part="with project and activities")
@pytest.mark.catalogue("CORE-19", part="with project and activities")
def test_the_add_in_registers_with_a_project_by_the_api(work: Work) -> None:
    with work.writing() as session:
        headers = {"Authorization": f"Bearer {make_own_key(session)}"}
    program = work.company.app.test_client()
    offered = program.get(f"/api/v1/office/links?client={work.client}", headers=headers).json["links"]
    assert {one["value"]: one["under"] for one in offered}[str(work.measure)] == str(work.hall)
    assert program.get(f"/api/v1/office/links?client={work.client}").status_code == 401

    def send(*records: Any) -> Any:
        values = {"title": "Plan", "client": work.client, "records": list(records)}
        body = {"file": (io.BytesIO(b"plan"), "Plan.txt"), "values": json.dumps(values)}
        return program.post("/api/v1/files/files/content", data=body, headers=headers)

    made = send(str(work.hall), str(work.measure))
    assert made.status_code == 201, made.text
    assert work.links(made.json["id"]) == {work.hall, work.measure}
    for wrong in (str(work.measure), str(work.foreign), "nonsense", 7, None):
        refused = send(wrong)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "records"), wrong


@pytest.mark.catalogue("CORE-19", part="a mail is saved with the project that it belongs to")
def test_a_mail_is_saved_among_the_documents_of_a_project(work: Work) -> None:
    with work.writing() as session:
        mail_id = keep_bytes(session, MAIL, Arrival(blob=put_bytes(session.database.blobs, MAIL)))
        number = client_names(session, [work.client])[work.client][0]
        set_about(session, mail_id, work.hall)
    page, form = f"/inbox/{mail_id}/save", {"client_number": number, "kind": "letter", "title": "Plan"}
    assert f'value="{work.hall}" checked' in work.browser.get(page).text
    assert work.browser.post(page, data={**form, "records": [str(work.foreign)]}).status_code == 422
    saved = work.browser.post(page, data={**form, "records": [str(work.hall), str(work.measure)]})
    assert work.links(id_of(saved)) == {work.hall, work.measure}


@pytest.mark.catalogue("CORE-19", part="a mail to the client's own address belongs to the work that it is about")
def test_a_mail_that_files_itself_belongs_to_what_a_module_made_of_it(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "file_addressed", lambda session, mail, stored: filed(session, stored, work.client))
    known = ((work.hall, {work.hall}), (work.climb, {work.roof, work.climb}), (work.foreign, set()))
    for about, expected in known:
        monkeypatch.setattr(inbox, "receive_mail", lambda session, mail, about=about: about)
        raw = MAIL.replace(b"Plan", about.kind.encode() + str(about.id).encode())
        with work.writing() as session:
            keep_bytes(session, raw, Arrival(blob=put_bytes(session.database.blobs, raw)))
            newest = session.scalars(select(File.id).order_by(File.id.desc()).limit(1)).one()
        assert work.links(newest) == expected


def filed(session: Session, stored: Any, client_id: int) -> int:
    return save_as_document(session, stored.id, client_id)


@pytest.mark.catalogue("CORE-15", part="nothing is offered while the module is off or absent")
@pytest.mark.parametrize("state", ["on", "off", "absent"])
def test_what_is_offered_follows_the_module(company_on: Callable[..., Company], state: str) -> None:
    points = [one for one in entry_points(group="kartoteka.modules") if one.name == CLIENTS or state != "absent"]
    modules = [CLIENTS] if state == "absent" else [CLIENTS, INQUIRIES]
    company = company_on(modules=modules, entry_points=points)
    if state == "absent":
        user, client = company.add_user(ADMINISTRATOR, login="ona"), company.add_client("UAB Langai").id
        project = RecordRef(PROJECT, 1)
    else:
        work = Work(company)
        user, client, project = work.user, work.client, work.hall
        company.switch(INQUIRIES, on=state == "on")
    browser = company.browser(user)
    page = browser.get(f"/files/new?client={client}")
    assert (page.status_code, str(project) in page.text) == (200, state == "on")
    data = {"registered_on": "2026-03-02", "kind": "drawing", "client_number": "UAB Langai"}
    data |= {"file": (io.BytesIO(b"plan"), "Plan.txt")}
    file_id = id_of(browser.post("/files/new", data=data, content_type="multipart/form-data"))
    with company.database.transaction(company.actor(user)) as session:
        if state == "on":
            choose_links(session, file_id, [project])
        else:
            with pytest.raises((InvalidInput, NotFound)):
                choose_links(session, file_id, [project])
    assert browser.get(f"/files/{file_id}").status_code == 200
