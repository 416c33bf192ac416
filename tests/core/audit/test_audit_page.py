"""The page and the command of the audit log, and what gets into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from kartoteka.testing.company import PASSWORD, Company, open_company
from kartoteka.testing.databases import chosen_kinds


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    with open_company(request.param) as made:
        yield made


def events(company: Company) -> list[str]:
    with company.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT event FROM core_audit ORDER BY id").scalars()
        return [event for event in found if event != "operation.written"]


def since(company: Company, number: int) -> list[str]:
    return events(company)[number:]


def sign_in(browser: Any, login: str, password: str = PASSWORD) -> Any:
    return browser.post("/login", data={"login": login, "password": password})


@pytest.mark.catalogue("X-06", part="sign-ins")
def test_sign_ins_are_written_down(company: Company) -> None:
    company.add_user("administrator", login="ona")
    start = len(events(company))
    browser = company.browser()
    sign_in(browser, "ona", "wrong password here")
    sign_in(browser, "no such person")
    sign_in(browser, "ona")
    browser.post("/logout")
    for _turn in range(5):
        sign_in(company.browser(), "ona", "wrong password here")
    sign_in(company.browser(), "ona")
    assert since(company, start) == [
        "sign_in.failed",
        "sign_in.failed",
        "sign_in.done",
        "sign_in.ended",
        *["sign_in.failed"] * 4,
        "sign_in.locked",
    ]
    with company.database.engine.connect() as connection:
        told = " ".join(one or "" for one in connection.exec_driver_sql("SELECT personal FROM core_audit").scalars())
    assert "no such person" not in told
    assert "wrong password" not in told


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-06", part="rights, users, modules, deletions, downloads")
def test_rights_users_modules_and_deletions_are_written_down(company: Company) -> None:
    admin_id = company.add_user("administrator")
    admin = company.browser(admin_id)
    start = len(events(company))
    admin.post("/access/roles/new", data={"title": "Ghost", "reach": "own", "right-clients.view": "granted"})
    with company.database.engine.connect() as connection:
        role = connection.exec_driver_sql("SELECT id FROM core_role WHERE title = 'Ghost'").scalar()
    admin.post(f"/access/roles/{role}/delete")
    admin.post("/users/new", data={"login": "jonas", "name": "Jonas", "password": PASSWORD, "password_again": PASSWORD})
    company.switch("crm_clients")
    company.switch("crm_clients", on=False)
    found = since(company, start)
    for event in ("role.added", "role.deleted", "records.deleted", "user.added", "module.on", "module.off"):
        assert event in found, event


@pytest.mark.catalogue("X-06")
def test_page_shows_filters_and_checks(company: Company) -> None:
    admin_id = company.add_user("administrator", login="ona", name="Ona Bosienė")
    clerk_id = company.add_user(permissions=("clients.view",))
    admin = company.browser(admin_id)
    sign_in(company.browser(), "ona")
    assert company.browser(clerk_id).get("/audit/").status_code == 403
    assert company.browser(clerk_id).post("/audit/check").status_code == 403
    page = admin.get("/audit/").get_data(as_text=True)
    assert "Signed in" in page
    assert "Ona Bosienė" in page
    shown = admin.get("/audit/?group=sign_in").get_data(as_text=True).partition("<tbody>")[2]
    assert "Signed in" in shown
    assert "User added" not in shown
    assert "Nothing to show" in admin.get("/audit/?until=2020-01-01").get_data(as_text=True)
    for query in ("group=work", f"user={clerk_id}", "since=x&user=y&page=z", "until=9999-12-31", "user=99999999999"):
        assert admin.get(f"/audit/?{query}").status_code == 200
    assert "The log is whole" in admin.post("/audit/check").get_data(as_text=True)
    tamper(company, "UPDATE core_audit SET event = 'sign_in.done' WHERE id = 2")
    broken = admin.post("/audit/check").get_data(as_text=True)
    assert "tampered with" in broken
    assert "core_audit, row 2" in broken


def tamper(company: Company, statement: str) -> None:
    with company.database.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.catalogue("X-06", part="verify")
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE core_audit SET user_id = 77 WHERE id = 2", "core_audit 2"),
        ("DELETE FROM core_audit WHERE id = 2", "core_audit 2"),
        (
            "INSERT INTO core_audit (id, at, event, hash) SELECT 999, at, event, hash FROM core_audit WHERE id = 1",
            "core_audit 999",
        ),
        ("UPDATE core_journal SET record_id = 99 WHERE id = 1", "core_journal 1"),
    ],
)
def test_command_names_the_first_broken_row(company: Company, statement: str, named: str) -> None:
    from kartoteka.builtin.audit.commands import verify
    from kartoteka.db.session import use_workplace

    company.add_user("administrator")
    company.add_client("Medis UAB")
    with use_workplace(company.database, company.system):
        whole = CliRunner().invoke(verify)
        assert whole.exit_code == 0, whole.output
        assert "The log is whole" in whole.output
        noted = whole.output.split()[-1]
        assert CliRunner().invoke(verify, ["--expect", noted]).exit_code == 0
        assert CliRunner().invoke(verify, ["--expect", "0" * 64]).exit_code == 1
        tamper(company, statement)
        broken = CliRunner().invoke(verify)
    assert broken.exit_code == 1
    assert f"the first broken row is {named}" in broken.output


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-06", part="the log speaks the clerk's language, and keeps doing so when a module is off")
def test_entries_are_told_in_words(company: Company) -> None:
    company.switch("crm_clients")
    admin = company.browser(company.add_user("administrator"))
    rights = {"right.crm_clients.view": "granted", "right.clients.view": "granted"}
    assert admin.post("/access/roles/new", data={"title": "Callers", "reach": "own", **rights}).status_code == 302
    admin.post("/reports/crm_clients/birthdays.csv")
    admin.post("/clients/export", data={"format": "csv", "columns": "all"})
    company.switch("crm_clients", on=False)
    shown = admin.get("/audit/").text.partition("<tbody>")[2].partition("</tbody>")[0]
    words = ("Contacts and addresses", "Birthdays", "See clients", "See contacts and addresses", "Own clients only")
    for word in (*words, "Clients", "City", "CSV"):
        assert word in shown, word
    assert "crm_clients" not in shown
    assert "clients.view" not in shown
