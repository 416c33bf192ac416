"""Rights of a user in the audit log: roles by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    with open_company(request.param) as made:
        yield made


def give(company: Company, user_id: int, *role_ids: int) -> None:
    from kartoteka.builtin.access.service import set_user_access

    with company.database.transaction(company.system) as session:
        set_user_access(session, user_id, role_ids=role_ids, rights={})


def add_role(company: Company, title: str) -> int:
    from kartoteka.builtin.access.service import add_role

    with company.database.transaction(company.system) as session:
        return add_role(session, title=title).id


def told_roles(company: Company, admin_id: int) -> list[str]:
    """Return what the page says about roles, the newest entry first."""
    page = company.browser(admin_id).get("/audit/?group=users").text
    return re.findall(r'<span class="k-muted">roles:</span> <span translate="no">([^<;]+)', page)


@pytest.mark.catalogue("X-06", part="roles are told by their titles")
def test_roles_of_a_user_are_told_by_their_titles(company: Company) -> None:
    from kartoteka.builtin.access.service import delete_role

    admin_id, user_id = company.add_user("administrator"), company.add_user()
    callers, ghosts = add_role(company, "Callers"), add_role(company, "Ghosts")
    give(company, user_id, callers, ghosts)
    assert told_roles(company, admin_id)[0].strip() == "Callers, Ghosts"
    give(company, user_id, callers)
    with company.database.transaction(company.system) as session:
        delete_role(session, ghosts)
    newest, older = (told.strip() for told in told_roles(company, admin_id)[:2])
    assert newest == "Callers"
    assert older == f"Callers, role {ghosts} (deleted)"


def test_titles_of_roles_are_read_once_for_the_whole_page(company: Company) -> None:
    admin_id, user_id = company.add_user("administrator"), company.add_user()
    browser, roles = company.browser(admin_id), [add_role(company, f"Callers {number}") for number in range(9)]
    give(company, user_id, roles[0])
    browser.get("/audit/")
    with counted_statements(company.database) as few:
        browser.get("/audit/")
    for role in roles:
        give(company, user_id, role)
    browser.get("/audit/")
    with counted_statements(company.database) as many:
        browser.get("/audit/")
    assert len(many) == len(few)
