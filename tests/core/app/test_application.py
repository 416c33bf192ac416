"""The application as a whole: what a request costs, and what a process needs to start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kartoteka.testing.plugin import ADMINISTRATOR, Company

FIRST_PAGE = """
import sys
from kartoteka.wsgi import application
assert application.test_client().get("/login").status_code == 200
"""
SLOW_TO_IMPORT = [
    "alembic",
    "structlog",
    "phonenumbers",
    "xlsxwriter",
    "argon2",
    "python_calamine",
    "charset_normalizer",
    "waitress",
    "cryptography",
    "icalendar",
    "recurring_ical_events",
    "holidays",
]


@contextmanager
def statements(company: Company) -> Iterator[list[str]]:
    """Note the statements sent to the database, without BEGIN and COMMIT."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(company.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(company.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_knowing_who_asks_takes_one_statement(company_on: Callable[..., Company], kind: str) -> None:
    made = company_on(kind)
    browser = made.browser(made.add_user())
    browser.get("/users/me/password")
    with statements(made) as seen:
        assert browser.get("/users/me/password").status_code == 200
    assert len(seen) == 1
    assert "core_state" in seen[0]


def test_visitors_who_have_not_signed_in_cost_nothing_on_the_cores_pages(company: Callable[..., Company]) -> None:
    made = company()
    made.add_user(ADMINISTRATOR)
    made.browser().get("/login")
    with statements(made) as seen:
        assert made.browser().get("/static/nothing.js").status_code == 404
        assert made.browser().get("/login").status_code == 200
    assert len(seen) <= 1


@pytest.mark.parametrize("role", [ADMINISTRATOR, None])
def test_home_leads_somewhere(login_as: Callable[..., FlaskClient], role: str | None) -> None:
    assert login_as(role).get("/", follow_redirects=True).status_code == 200


def test_what_is_slow_or_large_to_import_waits_until_it_is_needed(company_on: Callable[..., Company]) -> None:
    made = company_on("sqlite")
    made.add_user(ADMINISTRATOR)
    code = f"{FIRST_PAGE}print([name for name in {SLOW_TO_IMPORT} if name in sys.modules])"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KARTOTEKA_")}
    settings = {"KARTOTEKA_DATABASE": str(made.database.url), "KARTOTEKA_SECRET": made.installation.config.secret}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **settings}, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
