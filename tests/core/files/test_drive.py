"""The drive: office programs open a client's documents, lock them, and save new versions straight into the register."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from kartoteka.builtin.users.app_passwords.service import add_app_password
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

LOCK = (
    b'<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype><D:owner>Word</D:owner></D:lockinfo>"
)
RIGHTS = ["clients.view", "files.view", "files.add", "files.edit", "files.delete"]


class Program:
    """A program with an app password, as Word is one."""

    def __init__(self, company: Company, user_id: int) -> None:
        login = company.actor(user_id).name.lower()
        with company.database.transaction(company.system) as session:
            password = add_app_password(session, user_id, "Word")[1]
        self.browser = company.app.test_client()
        token = base64.b64encode(f"{login}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}

    def __call__(self, method: str, path: str, data: bytes = b"", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.open(path, method=method, data=data, headers={**self.headers, **named})


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


@pytest.fixture
def seller(office: Company) -> int:
    return office.add_user(permissions=RIGHTS)


@pytest.fixture
def word(office: Company, seller: int) -> Program:
    return Program(office, seller)


@pytest.fixture
def folder(office: Company, seller: int) -> str:
    client = office.add_client("UAB Langai", manager_id=seller)
    return f"/dav/clients/{client.number} UAB Langai"


def put(word: Program, path: str, content: bytes = b"first", **headers: str) -> Any:
    return word("PUT", path, content, **headers)


def names(answer: Any) -> list[str]:
    return re.findall(r"<(?:ns\d|D):href>([^<]*)</", answer.text)


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"a:b").decode()])
def test_nobody_enters_without_an_app_password(office: Company, header: str) -> None:
    for method in ("GET", "PROPFIND", "OPTIONS", "PUT", "DELETE", "LOCK"):
        answer = office.app.test_client().open("/dav/clients/", method=method, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_the_password_of_the_pages_does_not_open_the_drive(office: Company, seller: int) -> None:
    login = office.actor(seller).name.lower()
    token = base64.b64encode(f"{login}:three blind mice".encode()).decode()
    answer = office.app.test_client().get("/dav/", headers={"Authorization": f"Basic {token}"})
    assert answer.status_code == 401


@pytest.mark.catalogue("CORE-17")
def test_saving_from_a_program_makes_versions(office: Company, seller: int, word: Program, folder: str) -> None:
    assert put(word, f"{folder}/Sutartis.docx").status_code == 201
    assert put(word, f"{folder}/Sutartis.docx", b"second").status_code == 204
    assert word("GET", f"{folder}/Sutartis.docx").data == b"second"

    pages = office.browser(seller)
    file = re.search(r'href="/files/(\d+)"', pages.get("/files/").text)
    assert file is not None
    assert pages.get(f"/files/{file[1]}/download?version=1").data == b"first"
    assert pages.get(f"/files/{file[1]}/download").data == b"second"
    assert "Sutartis" in pages.get("/files/").text
    assert word("GET", f"/dav/documents/{file[1]}/Sutartis.docx").data == b"second"


def test_folders_list_what_is_in_them(word: Program, folder: str) -> None:
    put(word, f"{folder}/Šiltnamis.txt")
    assert names(word("PROPFIND", "/dav/", Depth="1")) == ["/dav/", "/dav/clients/", "/dav/documents/"]
    assert any("UAB%20Langai" in name for name in names(word("PROPFIND", "/dav/clients/", Depth="1")))
    assert any("%C5%A0iltnamis.txt" in name for name in names(word("PROPFIND", folder, Depth="1")))


def test_a_client_is_found_by_its_number_alone(word: Program, folder: str) -> None:
    put(word, f"{folder}/A.txt")
    assert word("GET", f"{folder.split(' ')[0]}/A.txt").data == b"first"


def test_what_belongs_to_others_is_not_there(office: Company, word: Program) -> None:
    other = office.add_client("Other")
    boss = Program(office, office.add_user("administrator"))
    path = f"/dav/clients/{other.number}/Secret.txt"
    assert put(boss, path).status_code == 201
    for method in ("GET", "PROPFIND", "DELETE", "HEAD"):
        assert word(method, path).status_code == 404
    assert put(word, path, b"mine").status_code in (403, 404, 409)
    assert put(word, f"/dav/clients/{other.number}/New.txt").status_code in (403, 404, 409)
    assert word("GET", "/dav/documents/1/Secret.txt").status_code == 404
    assert "Other" not in word("PROPFIND", "/dav/clients/", Depth="1").text
    assert boss("GET", path).data == b"first"


def test_without_the_right_nothing_is_saved(office: Company, folder: str, word: Program) -> None:
    put(word, f"{folder}/A.txt")
    reader = Program(office, office.add_user(permissions=["clients.view", "files.view"], reach="all"))
    assert reader("GET", f"{folder}/A.txt").data == b"first"
    assert put(reader, f"{folder}/A.txt", b"x").status_code == 403
    assert put(reader, f"{folder}/B.txt", b"x").status_code == 403
    assert reader("DELETE", f"{folder}/A.txt").status_code == 403
    stranger = Program(office, office.add_user(permissions=["clients.view"], reach="all"))
    assert stranger("GET", f"{folder}/A.txt").status_code == 404


def test_who_has_it_open_keeps_others_from_saving(office: Company, word: Program, folder: str) -> None:
    put(word, f"{folder}/A.docx")
    answer = word("LOCK", f"{folder}/A.docx", LOCK, Timeout="Second-600", Depth="0")
    token = answer.headers["Lock-Token"]
    assert answer.status_code == 200

    colleague = Program(office, office.add_user(permissions=RIGHTS, reach="all"))
    assert put(colleague, f"{folder}/A.docx", b"other").status_code == 423
    assert put(colleague, "/dav/documents/1/A.docx", b"other").status_code == 423
    assert colleague("LOCK", f"{folder}/A.docx", LOCK).status_code == 423
    assert put(word, f"{folder}/A.docx", b"mine", If=f"({token})").status_code == 204
    assert word("UNLOCK", f"{folder}/A.docx", Lock_Token=token).status_code == 204
    assert put(colleague, f"{folder}/A.docx", b"other").status_code == 204


def test_a_lock_ends_by_itself(office: Company, word: Program, folder: str) -> None:
    from datetime import timedelta

    from kartoteka.db.clock import at_moment, utc_now

    put(word, f"{folder}/A.docx")
    word("LOCK", f"{folder}/A.docx", LOCK, Timeout="Infinite", Depth="0")
    colleague = Program(office, office.add_user(permissions=RIGHTS, reach="all"))
    assert put(colleague, f"{folder}/A.docx", b"other").status_code == 423
    with at_moment(utc_now() + timedelta(hours=13)):
        from kartoteka.builtin.files.dav.locks import DatabaseLocks
        from kartoteka.db.session import use_workplace

        with use_workplace(office.database, office.system):
            DatabaseLocks().cleanup()
    assert put(colleague, f"{folder}/A.docx", b"other").status_code == 204


def test_programs_that_save_safely_make_a_version_too(office: Company, seller: int, word: Program, folder: str) -> None:
    """Some write a new file and move it over the old one."""
    put(word, f"{folder}/A.docx", b"old")
    put(word, f"{folder}/A.tmp.docx", b"new")
    moved = word("MOVE", f"{folder}/A.tmp.docx", Destination=f"http://localhost{folder}/A.docx", Overwrite="T")
    assert moved.status_code == 204
    assert word("GET", f"{folder}/A.docx").data == b"new"
    assert word("GET", f"{folder}/A.tmp.docx").status_code == 404
    assert office.browser(seller).get("/files/1/download?version=1").data == b"old"


def test_renaming_and_copying(word: Program, folder: str) -> None:
    put(word, f"{folder}/A.txt")
    assert word("MOVE", f"{folder}/A.txt", Destination=f"http://localhost{folder}/B.txt").status_code == 204
    assert word("GET", f"{folder}/A.txt").status_code == 404
    assert word("GET", f"{folder}/B.txt").data == b"first"
    assert word("COPY", f"{folder}/B.txt", Destination=f"http://localhost{folder}/C.txt").status_code == 204
    assert word("GET", f"{folder}/C.txt").data == b"first"
    refused = word("MOVE", f"{folder}/B.txt", Destination=f"http://localhost{folder}/evil.exe")
    assert refused.status_code in (207, 403)
    assert word("GET", f"{folder}/B.txt").data == b"first"


def test_deleting_puts_into_the_bin(office: Company, seller: int, word: Program, folder: str) -> None:
    put(word, f"{folder}/A.txt")
    assert word("DELETE", f"{folder}/A.txt").status_code == 204
    assert word("GET", f"{folder}/A.txt").status_code == 404
    pages = office.browser(seller)
    assert pages.post("/files/1/state", data={"to": "active"}).status_code == 302
    assert word("GET", f"{folder}/A.txt").data == b"first"


def test_rubbish_of_systems_is_taken_and_forgotten(word: Program, folder: str) -> None:
    for name in ("._A.docx", ".DS_Store", "~$A.docx", "Thumbs.db"):
        assert put(word, f"{folder}/{name}").status_code == 201
        assert word("GET", f"{folder}/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/dav/x.txt", "/dav/clients/x.txt", "/dav/documents/x.txt", "/dav/../etc/passwd"])
def test_nothing_is_saved_outside_of_a_client(word: Program, path: str) -> None:
    assert put(word, path).status_code in (400, 403, 404, 409)
    assert word("MKCOL", f"{path}-folder").status_code in (400, 403, 404, 409)


def test_what_can_harm_a_computer_is_not_taken(word: Program, folder: str) -> None:
    assert put(word, f"{folder}/run.exe").status_code == 403
    assert word("GET", f"{folder}/run.exe").status_code == 404


def test_too_large_a_file_is_refused(word: Program, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartoteka.builtin.files.limits import Limits

    monkeypatch.setattr(Limits, "largest_bytes", 1000)
    assert put(word, f"{folder}/A.txt", b"x" * 2000).status_code == 413
    assert word("GET", f"{folder}/A.txt").status_code == 404


def test_parts_of_a_document_are_sent(word: Program, folder: str) -> None:
    put(word, f"{folder}/A.txt", b"0123456789")
    answer = word("GET", f"{folder}/A.txt", Range="bytes=2-4")
    assert answer.status_code == 206
    assert answer.data == b"234"


def test_two_documents_with_one_name_are_told_apart(office: Company, seller: int, word: Program, folder: str) -> None:
    put(word, f"{folder}/A.txt", b"one")
    number = folder.split("/")[3].split(" ")[0]
    data = {"registered_on": "2026-03-02", "kind": "contract", "client_number": number}
    office.browser(seller).post(
        "/files/new", data={**data, "file": (io.BytesIO(b"two"), "A.txt")}, content_type="multipart/form-data"
    )
    listed = names(word("PROPFIND", folder, Depth="1"))
    assert len({name for name in listed if name.endswith(".txt")}) == 2
    assert word("GET", f"{folder}/A.txt").data == b"one"


def test_entities_in_requests_are_refused(word: Program, folder: str) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    bomb = entity + b'<D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop></D:propfind>'
    answer = word("PROPFIND", folder, bomb, Depth="0")
    assert "root:" not in answer.text
    assert answer.status_code == 400
    long = b'<D:propfind xmlns:D="DAV:"><D:prop>' + b"<D:a/>" * 50_000 + b"</D:prop></D:propfind>"
    assert word("PROPFIND", folder, long, Depth="0").status_code == 400


HOSTILE = ["../../x.txt", "..%2fx.txt", "%2e%2e", "a/b.txt", "con.txt", "é" * 200 + ".txt", "\u202etxt.exe.pdf"]
HOSTILE += ["'; DROP TABLE core_file;--.txt", "{{7*7}}.txt", "<script>.txt", "a\nb.txt", "a\x00b.txt"]
NOWHERE = ["/dav/clients/K1%00", "/dav/clients/%ff", "/dav/documents/99999999999999999999/x", "/dav/documents/-1/x"]
NOWHERE += ["/dav//clients//", "/dav/clients/'", "/DAV/clients", "/davx"]


def test_hostile_names_and_paths_do_no_harm(word: Program, folder: str) -> None:
    for name in HOSTILE:
        assert put(word, f"{folder}/{quote(name)}").status_code < 500, name
        assert word("PROPFIND", folder, Depth="1").status_code == 207, name
    for path in NOWHERE:
        for method in ("GET", "PROPFIND", "PUT", "DELETE", "LOCK", "MKCOL"):
            body = LOCK if method == "LOCK" else b""
            assert word(method, path, body, Depth="0").status_code < 500, f"{method} {path}"


def test_broken_and_swelling_requests_are_refused(word: Program, folder: str) -> None:
    nested = b"".join(b'<!ENTITY a%d "%s">' % (one, (b"&a%d;" % (one - 1)) * 10) for one in range(1, 10))
    bomb = b'<!DOCTYPE l [<!ENTITY a0 "aaaaaaaaaa">' + nested + b']><D:propfind xmlns:D="DAV:">&a9;</D:propfind>'
    for method in ("PROPFIND", "PROPPATCH", "LOCK"):
        for body in (b"<broken", bomb):
            assert 400 <= word(method, folder, body, Depth="0").status_code < 500
