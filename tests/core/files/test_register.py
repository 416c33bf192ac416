"""The document register: numbers, versions, statuses, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.testing.company import Company
from tests.core.files.registering import register, upload

PDF = b"%PDF-1.4 not really"


@pytest.mark.catalogue("CORE-14")
def test_number_registrar_and_date_come_by_themselves(office: Company, clerk: Any) -> None:
    first, second = register(clerk), register(clerk, name="Second.txt")

    page = clerk.get(f"/files/{first}").text
    assert "2026-00001" in page
    assert "2026-00002" in clerk.get(f"/files/{second}").text
    assert office.actor(clerk.user_id).name in page
    assert "2026" in page


@pytest.mark.catalogue("CORE-16")
def test_the_list_is_filtered_by_kind_and_status(clerk: Any) -> None:
    register(clerk, title="Stairs", kind="offer", status="in_preparation")
    register(clerk, title="Windows", kind="drawing", status="working")

    assert "Stairs" in (page := clerk.get("/files/?status=in_preparation").text)
    assert "Windows" not in page
    assert "Windows" in (page := clerk.get("/files/?kind=drawing").text)
    assert "Stairs" not in page


@pytest.mark.catalogue("CORE-17")
def test_saving_again_makes_a_version_and_old_ones_open(clerk: Any) -> None:
    file = register(clerk, b"first words")
    answer = upload(clerk, f"/files/{file}/versions", (b"second words", "Contract.txt"), comment="Price")
    assert answer.status_code == 302

    assert clerk.get(f"/files/{file}/download").data == b"second words"
    assert clerk.get(f"/files/{file}/download?version=1").data == b"first words"
    assert clerk.get(f"/files/{file}/download?version=3").status_code == 404
    assert "Price" in clerk.get(f"/files/{file}").text


@pytest.mark.catalogue("CORE-17", part="an older version says that it is one")
def test_an_older_version_says_so_and_leads_to_the_newest(clerk: Any) -> None:
    file = register(clerk, b"first words")
    upload(clerk, f"/files/{file}/versions", (b"second words", "Contract.txt"))
    old = clerk.get(f"/files/{file}?version=1").text
    assert "This is version 1, an older one. The newest is version 2." in old
    assert f'href="/files/{file}">Show the newest version' in old
    for newest in ("", "?version=2", "?version=99"):
        assert "an older one" not in clerk.get(f"/files/{file}{newest}").text


def test_the_same_content_is_no_new_version(clerk: Any) -> None:
    file = register(clerk, b"words")
    upload(clerk, f"/files/{file}/versions", (b"words", "Contract.txt"))
    assert clerk.get(f"/files/{file}/download?version=2").status_code == 404


def test_an_old_version_is_brought_back_as_a_new_one(clerk: Any) -> None:
    file = register(clerk, b"good")
    upload(clerk, f"/files/{file}/versions", (b"bad", "Contract.txt"))
    assert clerk.post(f"/files/{file}/versions/1/back").status_code == 302
    assert clerk.get(f"/files/{file}/download").data == b"good"
    assert clerk.get(f"/files/{file}/download?version=3").data == b"good"


@pytest.mark.catalogue("CORE-17")
def test_a_document_is_found_by_a_word_in_it(clerk: Any, run_jobs: Callable[..., int]) -> None:
    import typst

    file = register(clerk, typst.compile("Šiltnamio stogo brėžinys".encode()), "Plan.pdf", title="Plan")
    register(clerk, b"nothing of interest", "Other.txt", title="Something else")
    run_jobs()

    page = clerk.get("/files/?q=siltnamio").text
    assert "Plan" in page
    assert "Something else" not in page
    assert f"/files/{file}" in clerk.get("/search/?q=brezinys").text

    upload(clerk, f"/files/{file}/versions", (b"quite other words", "Plan.txt"))
    run_jobs()
    assert "Plan" not in clerk.get("/files/?q=siltnamio").text.split("<table")[-1]
    assert f"/files/{file}" in clerk.get("/files/?q=quite").text


def test_several_files_become_several_documents(clerk: Any) -> None:
    answer = upload(clerk, "/files/new", (b"one", "One.txt"), (b"two", "Two.txt"))
    assert answer.status_code == 302
    page = clerk.get("/files/").text
    assert "One" in page
    assert "Two" in page


@pytest.mark.catalogue("CORE-16", part="client by search")
def test_the_client_of_a_document_is_found_by_name_and_code(office: Company, clerk: Any) -> None:
    oak = office.add_client("UAB Ąžuolas", registration_code="302512345")
    others = [office.add_client(f"UAB Ąžuolynas {number}") for number in range(2)]
    file = register(clerk, client_number="302512345")
    assert oak.number in clerk.get(f"/files/{file}/edit").text
    unclear = upload(clerk, "/files/new", (b"x", "a.txt"), client_number="ąžuolyn")
    assert unclear.status_code == 422
    assert all(f"{one.number} {one.name}" in unclear.text for one in others)
    # Without a script: a page finds the client and leads back to the form.
    assert 'href="/files/clients' in clerk.get("/files/new").text
    page = clerk.get(f"/files/clients?q=azuolynas+1&file={file}").text
    assert f'href="/files/{file}/edit?client={others[1].id}"' in page
    assert others[1].number in clerk.get(f"/files/{file}/edit?client={others[1].id}").text
    assert f'href="/files/new?client={oak.id}"' in clerk.get("/files/clients?q=302512345").text
    # With one: what fits is offered while it is typed.
    options = clerk.get("/files/clients?client_number=azuol", headers={"HX-Request": "true"}).text
    assert options.count("<option") == 3
    assert f'<option value="{oak.number}">UAB Ąžuolas · 302512345</option>' in options


def test_downloads_are_never_opened_by_the_browser(clerk: Any) -> None:
    file = register(clerk, b"<script>alert(1)</script>", "page.html")
    answer = clerk.get(f"/files/{file}/download")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_is_shown_in_a_sealed_frame(clerk: Any) -> None:
    import re

    file = register(clerk, b"\x89PNG\r\n\x1a\n picture", "photo.png")
    frame = re.search(r'src="(/preview/[^"]+)"', clerk.get(f"/files/{file}").text)
    assert frame is not None
    answer = clerk.get(frame[1])
    assert answer.mimetype == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    lying = register(clerk, b"<script>", "photo.png")
    assert "/preview/" not in clerk.get(f"/files/{lying}").text


def test_documents_of_a_client_are_seen_with_the_client(
    office: Company, clerk: Any, login_as: Callable[..., Any]
) -> None:
    seller = login_as(permissions=["clients.view", "files.view", "files.add", "files.edit"])
    own = office.add_client("Own", manager_id=seller.user_id)
    other = office.add_client("Other")
    mine, theirs = register(clerk, client_number=own.number), register(clerk, client_number=other.number)
    loose = register(clerk)

    assert seller.get(f"/files/{mine}").status_code == 200
    assert seller.get(f"/files/{mine}/download").status_code == 200
    for hidden in (theirs, loose):
        for path in ("", "/download", "/edit", "/download?version=1"):
            assert seller.get(f"/files/{hidden}{path}").status_code == 404
        assert upload(seller, f"/files/{hidden}/versions", (b"x", "a.txt")).status_code == 404
        assert seller.post(f"/files/{hidden}/state", data={"to": "archived"}).status_code == 404
    page = seller.get("/files/").text
    assert f"/files/{mine}" in page
    assert f"/files/{theirs}" not in page
    assert upload(seller, "/files/new", (b"x", "a.txt"), client_number=other.number).status_code == 422
    assert upload(seller, f"/files/new?about=clients.client:{other.id}", (b"x", "a.txt")).status_code in (404, 422)


def test_without_the_right_there_is_nothing(office: Company, clerk: Any, login_as: Callable[..., Any]) -> None:
    client = office.add_client("Own")
    file = register(clerk, client_number=client.number)
    looker = login_as(permissions=["clients.view"], reach="all")
    assert looker.get("/files/").status_code == 403
    assert looker.get(f"/files/{file}/download").status_code == 403
    assert "Documents" not in looker.get(f"/clients/{client.id}").text
    reader = login_as(permissions=["clients.view", "files.view"], reach="all")
    assert reader.get(f"/files/{file}").status_code == 200
    assert upload(reader, f"/files/{file}/versions", (b"x", "a.txt")).status_code == 403
    assert reader.post(f"/files/{file}/state", data={"to": "deleted"}).status_code == 403


@pytest.mark.catalogue("CL-22", part="the tab of the card lists and filters documents")
def test_the_card_lists_the_documents(office: Company, clerk: Any) -> None:
    client = office.add_client("UAB Langai")
    answer = upload(clerk, f"/files/new?client={client.id}&next=/clients/{client.id}/files", (PDF, "Langai.pdf"),
                    client_number=client.number, status="signed")  # fmt: skip
    assert answer.location == f"/clients/{client.id}/files"
    page = clerk.get(answer.location).text
    assert "Langai.pdf" in page
    assert "Langai.pdf" not in clerk.get(f"{answer.location}?status=sent").text
    assert "Langai.pdf" not in clerk.get(f"{answer.location}?archived=1").text
    assert "Documents" in clerk.get(f"/clients/{client.id}").text


def test_what_is_put_away_or_deleted_comes_back(clerk: Any) -> None:
    file = register(clerk, title="Stairs")
    for state in ("archived", "active", "deleted"):
        assert clerk.post(f"/files/{file}/state", data={"to": state}).status_code == 302
        assert (f'href="/files/{file}"' in clerk.get("/files/").text) == (state == "active")
    assert clerk.post(f"/files/{file}/state", data={"to": "active"}).status_code == 302
    assert upload(clerk, f"/files/{file}/versions", (b"new", "a.txt")).status_code == 302


def test_what_the_law_keeps_is_not_deleted(clerk: Any) -> None:
    file = register(clerk)
    values = {"title": "Kept", "kind": "contract", "registered_on": "2026-03-02", "keep_until": "2190-01-01"}
    assert clerk.post(f"/files/{file}/edit", data=values).status_code == 302
    answer = clerk.post(f"/files/{file}/state", data={"to": "deleted"})
    assert "The law wants" in answer.text
    assert clerk.get(f"/files/{file}/download").status_code == 200


def test_two_editors_see_each_other(clerk: Any) -> None:
    file = register(clerk, title="First")
    base = {"kind": "contract", "registered_on": "2026-03-02", "version": "1"}
    assert clerk.post(f"/files/{file}/edit", data={**base, "title": "Mine"}).status_code == 302
    answer = clerk.post(f"/files/{file}/edit", data={**base, "title": "Yours"})
    assert answer.status_code == 409
    assert "Mine" in answer.text


def test_the_stream_of_a_client_tells_of_documents(office: Company, clerk: Any, login_as: Callable[..., Any]) -> None:
    client = office.add_client("UAB Langai")
    file = register(clerk, title="Stairs", client_number=client.number)
    upload(clerk, f"/files/{file}/versions", (b"changed", "Contract.txt"), comment="Price")
    page = clerk.get(f"/clients/{client.id}/timeline").text
    assert "Document added" in page
    assert "Version 2 of a document" in page
    assert "Price" in page
    without = login_as(permissions=["clients.view"], reach="all")
    assert "Stairs" not in without.get(f"/clients/{client.id}/timeline").text


def test_other_programs_read_and_change_the_register(office: Company, clerk: Any) -> None:
    from kartoteka.builtin.rest.service import make_key

    file = register(clerk, title="Stairs")
    with office.database.transaction(office.actor(clerk.user_id)) as session:
        token = make_key(session, title="Program", scopes=["*:read", "*:change"])[1]
    headers = {"Authorization": f"Bearer {token}"}
    program = office.app.test_client()
    found = program.get(f"/api/v1/files/files/{file}", headers=headers)
    assert found.json["title"] == "Stairs"
    assert "words" not in found.json
    changed = program.patch(
        f"/api/v1/files/files/{file}", json={"status": "signed"}, headers={**headers, "If-Match": found.headers["ETag"]}
    )
    assert changed.status_code == 200
    assert changed.json["status"] == "signed"


def test_documents_lie_in_object_storage_when_asked(company_on: Callable[..., Company], s3_setting: str) -> None:
    office = company_on(None, files=s3_setting)
    boss = office.browser(office.add_user("administrator"))
    file = register(boss, b"words in a bucket")
    assert boss.get(f"/files/{file}/download").data == b"words in a bucket"
    assert office.database.blobs.bucket in s3_setting  # type: ignore[attr-defined]


def test_the_card_says_where_programs_find_the_documents(office: Company, clerk: Any) -> None:
    client = office.add_client("UAB Langai")
    assert f"/dav/clients/{client.number}" in clerk.get(f"/clients/{client.id}/files").text
