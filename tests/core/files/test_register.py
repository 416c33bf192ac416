"""The document register: numbers, versions, statuses, and who sees what."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.service import add_entry, change_entry, delete_entry, merge_entries
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.service import change_file, store_file
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import InvalidInput, Refused

PDF = b"%PDF-1.4 not really"


def upload(browser: Any, url: str, *files: tuple[bytes, str], **values: str) -> Any:
    data = {"registered_on": "2026-03-02", "kind": "contract", **values}
    content = [(io.BytesIO(body), name) for body, name in files]
    return browser.post(url, data={**data, "file": content}, content_type="multipart/form-data")


@pytest.fixture
def office(company: Callable[..., Company]) -> Company:
    return company()


@pytest.fixture
def clerk(login_as: Callable[..., Any]) -> Any:
    return login_as("administrator")


def register(browser: Any, content: bytes = b"text", name: str = "Contract.txt", **values: str) -> int:
    answer = upload(browser, "/files/new", (content, name), **values)
    assert answer.status_code == 302, answer.text
    return int(answer.location.rpartition("/")[2])


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


@pytest.mark.parametrize("name", ["run.exe", "letter.pdf.js", "macro.VBS", "page.hta", "..\\..\\evil.bat", "a.lnk"])
def test_what_can_harm_a_computer_is_not_taken(clerk: Any, name: str) -> None:
    answer = upload(clerk, "/files/new", (b"x", name))
    assert answer.status_code == 422
    assert "not taken" in answer.text
    assert "Nothing here yet" in clerk.get("/files/").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Sutartis Nr. 5.docx", "Sutartis Nr. 5.docx"),
        ("a\x00b\u202etxt.pdf", "a_b_txt.pdf"),
        ("con.txt", "_con.txt"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ('a"<b>|?*.txt', "a__b____.txt"),
    ],
)
def test_names_are_names_everywhere(typed: str, kept: str) -> None:
    from kartoteka.builtin.files.naming import clean_filename

    assert clean_filename(typed) == kept


def test_a_form_without_a_file_says_so(clerk: Any) -> None:
    answer = upload(clerk, "/files/new")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_wrong_values_are_named(clerk: Any) -> None:
    answer = upload(clerk, "/files/new", (b"x", "a.txt"), kind="nonsense", registered_on="", client_number="K99999")
    assert answer.status_code == 422
    answer = upload(clerk, "/files/new", (b"x", "a.txt"), client_number="K99999")
    assert "There is no client with this number" in answer.text
    assert answer.status_code == 422


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


def test_too_large_a_file_is_refused(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartoteka.builtin.files.limits import Limits

    monkeypatch.setattr(Limits, "largest_bytes", 1000)
    answer = upload(clerk, "/files/new", (b"x" * 2000, "a.txt"))
    assert answer.status_code == 422
    assert "larger than" in answer.text


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
    assert "not taken here" in refused.text
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
