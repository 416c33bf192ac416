"""Files through the API: a document with its content, the next version of it, and never one twice."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from kartoteka.builtin.files.limits import save_limits
from tests.core.rest.conftest import ALL, make_program

FILES = "/api/v1/files/files"
RIGHTS = ("clients.view", "files.view", "files.add", "files.edit", "files.see_all")


@pytest.fixture
def archive(company: Any) -> Any:
    return make_program(company, *ALL, permissions=RIGHTS)


def send(program: Any, content: bytes, name: str = "Contract.txt", key: str = "", **values: Any) -> Any:
    data: dict[str, Any] = {"file": (io.BytesIO(content), name)}
    if values:
        data["values"] = json.dumps(values)
    return program.ask(
        "POST",
        f"{FILES}/content",
        data=data,
        headers={"Idempotency-Key": key} if key else {},
        content_type="multipart/form-data",
    )


def save(program: Any, id: int, content: bytes, **headers: str) -> Any:
    data = {"file": (io.BytesIO(content), "Other name.txt")}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.ask("PUT", f"{FILES}/{id}/content", data=data, headers=named, content_type="multipart/form-data")


@pytest.mark.catalogue("X-04", part="contents of files")
def test_a_document_is_sent_with_what_is_said_about_it_and_fetched_again(company: Any, archive: Any) -> None:
    client = company.add_client("UAB Langai")
    made = send(archive, b"words", client=client.id, title="Contract 7", kind="contract", status="signed")
    assert made.status_code == 201, made.text
    assert made.json["client"] == client.id
    assert (made.json["title"], made.json["kind"], made.json["filename"]) == ("Contract 7", "contract", "Contract.txt")
    assert (made.json["latest"], made.json["size"]) == (1, 5)
    assert made.headers["Location"] == f"{FILES}/{made.json['id']}"
    fetched = archive.get(f"{FILES}/{made.json['id']}/content")
    assert fetched.data == b"words"
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["ETag"] == made.headers["ETag"]


def test_the_same_request_makes_one_document(company: Any, archive: Any) -> None:
    first, second = send(archive, b"words", key="order-7"), send(archive, b"words", key="order-7")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert send(archive, b"other words", key="order-7").status_code == 422
    assert send(archive, b"words", name="Other.txt", key="order-7").status_code == 422
    assert len(archive.get(FILES).json["items"]) == 1


def test_saving_again_makes_the_next_version_and_the_same_content_none(company: Any, archive: Any) -> None:
    made = send(archive, b"first").json["id"]
    blind = save(archive, made, b"second")
    assert (blind.status_code, archive.get(f"{FILES}/{made}/content").data) == (428, b"first")
    saved = save(archive, made, b"second", If_Match="*")
    assert (saved.status_code, saved.json["latest"], saved.json["filename"]) == (200, 2, "Contract.txt")
    assert save(archive, made, b"second", If_Match="*").json["latest"] == 2
    assert archive.get(f"{FILES}/{made}/content").data == b"second"
    assert save(archive, made, b"third", If_Match='"1"').status_code == 412
    assert save(archive, made, b"third", If_Match=saved.headers["ETag"]).json["latest"] == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [({"kind": "nonsense"}, "kind"), ({"number": "1"}, "number"), ({"client": "x"}, "client"), ({"title": 7}, "title")],
)
def test_what_is_wrong_is_named(archive: Any, values: dict[str, Any], field: str) -> None:
    answer = send(archive, b"words", **values)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == [field]
    assert archive.get(FILES).json["items"] == []


def test_bad_requests_store_nothing(company: Any, archive: Any) -> None:
    assert archive.post(f"{FILES}/content", {"title": "x"}).status_code == 415
    no_file = archive.ask("POST", f"{FILES}/content", data={"values": "{}"}, content_type="multipart/form-data")
    assert no_file.status_code == 422
    two = {"file": [(io.BytesIO(b"1"), "1.txt"), (io.BytesIO(b"2"), "2.txt")]}
    answer = archive.ask("POST", f"{FILES}/content", data=two, content_type="multipart/form-data")
    assert answer.status_code == 422
    broken = {"file": (io.BytesIO(b"1"), "1.txt"), "values": "{no json"}
    answer = archive.ask("POST", f"{FILES}/content", data=broken, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert send(archive, b"x", name="run.exe").status_code == 422
    assert send(archive, b"x", name="../../etc/passwd").json["filename"] == "passwd"
    with company.database.transaction(company.system) as session:
        save_limits(session, {"largest": 1, "refused": ""})
    assert send(archive, b"x" * 1024 * 1024 + b"x").status_code == 422
    assert len(archive.get(FILES).json["items"]) == 1


def test_rights_and_scopes_are_asked_for(company: Any, archive: Any) -> None:
    made = send(archive, b"words").json["id"]
    reader = make_program(company, "files.files:read", permissions=RIGHTS)
    assert send(reader, b"x").status_code == 403
    assert save(reader, made, b"x").status_code == 403
    assert reader.get(f"{FILES}/{made}/content").data == b"words"
    weak = make_program(company, *ALL, permissions=("clients.view", "files.view", "files.see_all"))
    assert send(weak, b"x").status_code == 403
    assert save(weak, made, b"x", If_Match="*").status_code == 403
    blind = make_program(company, *ALL, permissions=("clients.view", "files.view", "files.add"), reach="own")
    assert blind.get(f"{FILES}/{made}/content").status_code == 404
    for number in (0, 999, 999_999_999_999):
        assert archive.get(f"{FILES}/{number}/content").status_code == 404
        assert save(archive, number, b"x").status_code == 404
    assert archive.get("/api/v1/clients/clients/1/content").status_code == 404
    cookie = company.browser(company.add_user("administrator"))
    data = {"file": (io.BytesIO(b"x"), "a.txt")}
    assert cookie.post(f"{FILES}/content", data=data, content_type="multipart/form-data").status_code == 401


def test_the_description_and_the_form_of_keys_know_contents(company: Any, archive: Any) -> None:
    paths = archive.get("/api/v1/openapi.json").json["paths"]
    assert "multipart/form-data" in paths[f"{FILES}/content"]["post"]["requestBody"]["content"]
    assert set(paths[f"{FILES}/{{record_id}}/content"]) == {"parameters", "get", "put"}
    admin = company.browser(company.add_user("administrator"))
    assert 'value="files.files:create"' in admin.get("/rest/keys/new").text
