"""Files are kept on the server and given only to those who may see them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.testing.company import Company
from tests.core.files.test_register import register, upload

CONTENT = "Sutartis su „Žuvėdra“".encode()


@pytest.fixture
def office(company: Callable[..., Company]) -> Company:
    return company()


def stored(office: Company) -> Any:
    (path,) = [path for path in (office.database.files / "files").rglob("?" * 64) if path.is_file()]
    return path


@pytest.mark.catalogue("CORE-31")
def test_files_are_given_only_to_those_who_may_see_them(office: Company) -> None:
    admin = office.browser(office.add_user("administrator"))
    client = office.add_client("UAB Žuvėdra")
    number = register(admin, CONTENT, "Sutartis.txt", client=client.number)
    address = f"/files/{number}/download"
    assert admin.get(address).data == CONTENT

    stranger, seller = (
        office.app.test_client(),
        office.add_user(permissions=["clients.view", "files.view"], reach="own"),
    )
    assert stranger.get(address).status_code == 401
    assert office.browser(seller).get(address).status_code == 404

    path = stored(office)
    assert path.name == hashlib.sha256(CONTENT).hexdigest(), "no name that says anything, and none that can be guessed"
    path.chmod(0o600)
    path.write_bytes(CONTENT + b"!")
    answer = admin.get(address)
    assert answer.status_code >= 400
    assert b"damaged" in answer.data


@pytest.mark.catalogue("CORE-31", part="what can harm a computer is refused")
@pytest.mark.parametrize("name", ["setup.exe", "Sutartis.pdf.js", "makro.bat"])
def test_what_can_harm_a_computer_is_refused(office: Company, name: str) -> None:
    admin = office.browser(office.add_user("administrator"))
    answer = upload(admin, "/files/new", (b"MZ", name))
    assert answer.status_code == 422
    assert "can harm a computer" in answer.text
