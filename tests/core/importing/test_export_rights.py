"""A right that is taken away while a list is exported: between the form and the file, and in the middle of the file."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kartoteka.builtin.access.models import UserRole
from kartoteka.builtin.access.service import set_user_access
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.testing.company import Company
from kartoteka.web.lists.exporting import PAGE
from tests.core.importing.conftest import IMPORTER
from tests.core.importing.test_export import add_clients

TOLD = "This file is not complete: your rights were changed while it was made."
NUMBER = 4 * PAGE


@pytest.fixture
def seller(office: Company) -> int:
    add_clients(office, NUMBER)
    return office.add_user(permissions=IMPORTER, reach="all")


def take(office: Company, user_id: int, right: str) -> None:
    """Take a right away from somebody, or all of them."""
    with office.database.transaction(office.system) as session:
        if right == "all":
            deactivate_user(session, user_id)
            return
        roles = list(session.scalars(select(UserRole.role_id).where(UserRole.user_id == user_id)))
        set_user_access(session, user_id, role_ids=roles, rights={right: False})


def rows_until(office: Company, user_id: int, change) -> list[str]:
    """Return the first cells of a file in whose middle ``change`` is called."""
    answer = office.browser(user_id).post("/clients/export", data={"format": "csv"}, buffered=False)
    pieces = answer.iter_encoded()
    begun = [next(pieces), next(pieces)]
    change()
    text = b"".join([*begun, *pieces]).decode("utf-8-sig")
    return [line.split(";")[0] for line in text.splitlines()][1:]


@pytest.mark.catalogue("X-03", part="right taken before the file")
@pytest.mark.parametrize("right", ["clients.export", "clients.view", "all"])
def test_the_file_is_refused_when_the_right_went_after_the_form(office, seller, right):
    browser = office.browser(seller)
    assert browser.get("/clients/export").status_code == 200
    take(office, seller, right)
    answer = browser.post("/clients/export", data={"format": "csv"})
    assert answer.status_code in ((302, 401) if right == "all" else (403,))
    assert "UAB Langas" not in answer.text


@pytest.mark.catalogue("X-03", part="right taken within the file")
@pytest.mark.parametrize("right", ["clients.export", "clients.view", "all"])
def test_a_file_ends_where_the_right_went(office, seller, right):
    found = rows_until(office, seller, lambda: take(office, seller, right))
    assert found[-1] == TOLD
    assert PAGE <= len(found) - 1 < NUMBER
    assert all(name.startswith("UAB Langas") for name in found[:-1])


def test_a_change_of_somebody_else_leaves_the_file_whole(office, seller):
    other = office.add_user(permissions=IMPORTER)
    found = rows_until(office, seller, lambda: take(office, other, "clients.view"))
    assert len(found) == NUMBER
    assert TOLD not in found
