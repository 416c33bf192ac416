"""A field of the company that holds a document: sent with a form, seen and fetched by its rights, gone when erased."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.loading.target import CLIENTS_TARGET
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import create_client
from kartoteka.builtin.clients.shown import own_facts
from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.service import change_field
from kartoteka.builtin.files.models import File, FileVersion
from kartoteka.builtin.importing.service import writable_fields
from kartoteka.builtin.privacy.service import erase_client
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.journal import changes_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka.db.session import find
from kartoteka.vocabulary.record import RecordRef

PLAN = "x_plan_of_the_site"
NEW = {"kind": "company", "country": "LT", "relationship": "existing", "registered_on": "2026-01-02", "version": ""}


@pytest.fixture
def site(bare: Any) -> Any:
    """A company that keeps the plan of each client's building site."""
    bare.add(type="file", title="Plan of the site")
    return bare


def send(office: Any, address: str, name: str = "Planas.txt", content: bytes = b"oak door", **values: Any) -> Any:
    data = {**values, PLAN: (io.BytesIO(content), name)}
    return office.browser.post(address, data=data, content_type="multipart/form-data")


def add_with_plan(office: Any, company_name: str = "Ramp", **how: Any) -> int:
    answer = send(office, "/clients/new", **{**NEW, "company_name": company_name, **how})
    assert answer.status_code == 302, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def plan_of(office: Any, client: int) -> int | None:
    with office.working() as session:
        number: int | None = getattr(find(session, Client, client), PLAN)
    return number


def document(office: Any, number: int) -> File:
    with office.company.database.reading(office.company.system) as session:
        return find(session, File, number)


def version(office: Any, client: int) -> int:
    with office.working() as session:
        return find(session, Client, client).version


@pytest.mark.catalogue("X-01", part="file")
def test_a_file_sent_with_the_form_is_a_document_of_the_client(site):
    page = site.browser.get("/clients/new").text
    assert 'enctype="multipart/form-data"' in page
    ramp = add_with_plan(site)
    file = document(site, plan_of(site, ramp))
    assert (file.client_id, file.filename, file.registered_by) == (ramp, "Planas.txt", site.user_id)
    card = site.browser.get(f"/clients/{ramp}").text
    assert f'<a href="/files/{file.id}">Planas.txt</a>' in card
    assert site.browser.get(f"/files/{file.id}/download").data == b"oak door"
    assert "Planas.txt" in site.browser.get(f"/clients/{ramp}/edit").text
    with site.working() as session:
        printed = own_facts(session, find(session, Client, ramp), site.company.actor(site.user_id).can)
    assert [str(value) for _title, value in printed] == ["Planas.txt"]


@pytest.mark.catalogue("X-01", part="file")
def test_lists_link_filter_and_export_it(site):
    ramp = add_with_plan(site)
    with site.working() as session:
        create_client(session, {"company_name": "Without"})
    site.browser.post("/clients/columns", data={"order": [PLAN], "shown": [PLAN], "do": "save"})
    page = site.browser.get("/clients/").text
    assert f'<a href="/files/{plan_of(site, ramp)}">Planas.txt</a>' in page

    def found(query: str) -> list[str]:
        return re.findall(r'<a id="r\d+"[^>]*>([^<]+)</a>', site.browser.get(f"/clients/?{query}").text)

    assert found(f"{PLAN}=plan") == ["Ramp"]
    assert found(f"{PLAN}=nothing") == []
    assert found(f"{PLAN}.is=filled") == ["Ramp"]
    assert found(f"{PLAN}.is=empty") == ["Without"]
    answer = site.browser.post("/clients/export", data={"format": "csv", "columns": "all"})
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")}
    assert rows["Ramp"]["Plan of the site"] == "Planas.txt"
    assert rows["Without"]["Plan of the site"] == ""


@pytest.mark.catalogue("X-01", part="file")
def test_it_is_kept_replaced_and_taken_away_in_place_and_undone(site):
    ramp = add_with_plan(site)
    first, place = plan_of(site, ramp), f"/clients/{ramp}/field/{PLAN}"
    assert 'enctype="multipart/form-data"' in site.browser.get(place).text
    data = {PLAN: (io.BytesIO(), ""), "version": version(site, ramp)}
    assert site.browser.post(place, data=data, content_type="multipart/form-data").status_code == 302
    assert plan_of(site, ramp) == first
    assert send(site, place, "New.txt", b"pine", version=version(site, ramp)).status_code == 302
    second = plan_of(site, ramp)
    assert document(site, second).client_id == ramp
    assert first != second
    log = unescape(site.browser.get(f"/clients/{ramp}/log").text)
    assert all(name in log for name in ("Plan of the site", "Planas", "New"))
    with site.working() as session:
        newest = changes_of(session, RecordRef("clients.client", ramp))[0]
    with site.company.database.transaction(site.company.system) as session:
        undo_operation(session, newest.operation_id)
    assert plan_of(site, ramp) == first
    assert site.browser.get(f"/files/{first}/download").data == b"oak door"
    assert site.browser.post(place, data={PLAN: "-", "version": version(site, ramp)}).status_code == 302
    assert plan_of(site, ramp) is None
    assert document(site, first).client_id == ramp


def test_a_form_with_a_mistake_keeps_what_was_sent(site):
    answer = send(site, "/clients/new", **{**NEW, "company_name": ""})
    assert answer.status_code == 422
    kept = re.search(rf'name="{PLAN}" value="([^"]{{20,}})"', answer.text)
    assert kept
    assert "Planas.txt" in answer.text
    data = {**NEW, "company_name": "Ramp", PLAN: [kept.group(1)]}
    other = site.company.browser(site.company.add_user(permissions=("clients.view", "clients.create", "files.add")))
    stolen = int(other.post("/clients/new", data={**data, "company_name": "Thief"}).location.rsplit("/", 1)[1])
    assert plan_of(site, stolen) is None
    ramp = int(site.browser.post("/clients/new", data=data).location.rsplit("/", 1)[1])
    assert document(site, plan_of(site, ramp)).filename == "Planas.txt"


@pytest.mark.parametrize(("name", "words"), [("run.exe", "not allowed"), ("big.txt", "larger than")])
def test_what_is_not_taken_is_named_beside_the_field(site, monkeypatch, name, words):
    from kartoteka.builtin.files.limits import Limits

    monkeypatch.setattr(Limits, "largest_bytes", 1000)
    answer = send(site, "/clients/new", name, b"x" * 2000, **{**NEW, "company_name": "Ramp"})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="{PLAN}-errors"' in answer.text


def test_a_required_one_is_asked_for(bare):
    bare.add(type="file", title="Plan of the site", required=True)
    answer = bare.browser.post("/clients/new", data={**NEW, "company_name": "Ramp"})
    assert answer.status_code == 422
    assert f'id="{PLAN}-errors"' in answer.text
    add_with_plan(bare)


@pytest.mark.catalogue("CORE-31", part="in a field of the company")
def test_who_lacks_a_right_gets_neither_the_name_nor_the_file(site):
    ramp = add_with_plan(site)
    number = plan_of(site, ramp)
    rights = ("clients.view", "clients.edit", "clients.export")
    clerk = site.company.browser(site.company.add_user(permissions=rights, reach="all", login="clerk"))
    assert "Planas.txt" not in clerk.get(f"/clients/{ramp}").text
    assert PLAN not in clerk.get(f"/clients/{ramp}/edit").text
    assert clerk.get(f"/clients/{ramp}/field/{PLAN}").status_code == 404
    assert clerk.get(f"/files/{number}/download").status_code == 403
    stranger = site.company.browser(site.company.add_user(permissions=(*rights, "files.view"), login="stranger"))
    assert stranger.get(f"/files/{number}/download").status_code == 404


@pytest.mark.catalogue("CORE-05", part="documents in confidential fields")
def test_the_document_of_a_confidential_field_is_confidential(site):
    ramp = add_with_plan(site)
    number = plan_of(site, ramp)
    rights = ("clients.view", "clients.edit", "files.view", "files.add")
    clerk = site.company.browser(site.company.add_user(permissions=rights, reach="all", login="clerk"))
    assert clerk.get(f"/files/{number}/download").data == b"oak door"
    with site.working() as session:
        change_field(session, find(session, CustomFieldRow, 1).id, {"confidential": True})
    assert clerk.get(f"/files/{number}/download").status_code == 404
    assert "Planas.txt" not in clerk.get("/files/").text
    assert "Planas.txt" not in clerk.get(f"/clients/{ramp}").text
    with site.company.database.reading(site.company.system) as session:
        newest = changes_of(session, RecordRef("custom_fields.field", 1))[0]
    with site.company.database.transaction(site.company.system) as session:
        undo_operation(session, newest.operation_id)
    assert clerk.get(f"/files/{number}/download").data == b"oak door"


@pytest.mark.catalogue("X-01", part="file")
def test_programs_send_the_document_and_name_it(site):
    with site.company.database.transaction(site.company.system) as session:
        _key, token = make_key(session, title="Shop", scopes=("*:read", "*:create", "*:change"), user_id=site.user_id)
    head, program = {"Authorization": f"Bearer {token}"}, site.company.app.test_client()
    content = {"file": (io.BytesIO(b"oak door"), "Planas.txt")}
    sent = program.post("/api/v1/files/files/content", data=content, headers=head)
    assert sent.status_code == 201, sent.json
    made = program.post("/api/v1/clients/clients", json={"company_name": "R", PLAN: sent.json["id"]}, headers=head)
    assert made.status_code == 201, made.json
    assert made.json[PLAN] == sent.json["id"]
    assert document(site, sent.json["id"]).client_id == made.json["id"]
    found = program.get(f"/api/v1/clients/clients?{PLAN}={sent.json['id']}", headers=head)
    assert [one["id"] for one in found.json["items"]] == [made.json["id"]]
    for wrong in (sent.json["id"], 10**9, "Planas.txt"):
        refused = program.post("/api/v1/clients/clients", json={"company_name": "B", PLAN: wrong}, headers=head)
        assert refused.status_code == 422
        assert PLAN in str(refused.json)


def test_erasing_the_client_leaves_nothing_of_it(site):
    ramp = add_with_plan(site, name="Rasa Petraitienė.txt")
    number = plan_of(site, ramp)
    with site.company.database.transaction(site.company.system) as session:
        erase_client(session, ramp, "She asked for it")
    assert plan_of(site, ramp) is None
    with site.company.database.reading(site.company.system) as session:
        file = find(session, File, number)
        chosen = select(FileVersion.filename).where(FileVersion.file_id == number)
        versions = session.scalars(chosen).all()
    assert "Petraitienė" not in "".join([file.filename, file.title, *versions])
    assert file.size == 0 or site.browser.get(f"/files/{number}/download").data != b"oak door"


def test_merged_clients_choose_among_their_documents(site):
    kept, gone = add_with_plan(site, "Kept"), add_with_plan(site, "Gone", name="Other.txt")
    page = site.browser.get(f"/clients/merge?id={kept}&id={gone}&keep={kept}").text
    assert "Planas.txt" in page
    assert "Other.txt" in page
    wanted = plan_of(site, gone)
    with site.working() as session:
        merge_clients(session, kept, [gone], {PLAN: str(gone)})
    assert plan_of(site, kept) == wanted
    assert document(site, wanted).client_id == kept


def test_a_table_of_values_has_no_column_for_it(site):
    site.add(type="integer", title="Trucks")
    with site.working() as session:
        names = {one.name for one in writable_fields(session, CLIENTS_TARGET)}
    assert "x_trucks" in names
    assert PLAN not in names


def test_a_client_entered_with_a_file_is_taken_back_with_it(site):
    ramp = add_with_plan(site)
    number = plan_of(site, ramp)
    with site.working() as session:
        entered = changes_of(session, RecordRef("clients.client", ramp))[-1]
    with site.company.database.transaction(site.company.system) as session:
        undo_operation(session, entered.operation_id)
    assert site.browser.get(f"/clients/{ramp}").status_code == 404
    assert site.browser.get(f"/files/{number}").status_code == 404
