"""The pytest plugin: fixtures that every test of the core and of a module may ask for.

Each test works on a database of its own, copied from one that was migrated once, so that commits are real and nothing
has to be rolled back. ``company(modules=[...])`` is the company, ``login_as(...)`` a browser in which somebody with
these rights is signed in, ``client_factory(...)`` enters clients. ``KARTOTEKA_TEST_DATABASE=postgresql`` runs all of it
on PostgreSQL; ``company(database="postgresql")`` does so for one test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, PASSWORD, Company, default_kind, open_company

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from kartoteka.builtin.clients.models import Client
    from kartoteka.db.session import Session
    from kartoteka.testing.mailbox import Mailbox
    from kartoteka.testing.pages import Page

__all__ = ["ADMINISTRATOR", "PASSWORD", "Company"]

pytest_plugins = ["kartoteka.testing.databases"]


def pytest_report_header() -> str:
    """Say which database tests run on that name none."""
    return f"kartoteka: tests that name no database run on {default_kind()}"


@pytest.fixture
def company_on() -> Iterator[Callable[..., Company]]:
    """Make companies: ``company_on("postgresql", modules=[...], **settings)``; each has a database of its own."""
    with ExitStack() as stack:

        def make(kind: str | None = None, *, modules: Iterable[str] = (), **settings: Any) -> Company:
            made = stack.enter_context(open_company(kind, **settings))
            made.switch(*modules)
            return made

        yield make


@pytest.fixture
def company(company_on: Callable[..., Company]) -> Callable[..., Company]:
    """Make the company of a test, once: ``company(modules=["crm_clients"])``; later calls return the same one.

    ``database`` names the kind of database, ``entry_points=[]`` leaves the installed modules out, everything else is
    a setting: ``company(language="lt")``.
    """
    made: list[Company] = []

    def make(*, modules: Iterable[str] = (), database: str | None = None, **settings: Any) -> Company:
        if not made:
            made.append(company_on(database, **settings))
        elif database or settings:
            raise ValueError("The company of this test is made already; give database and settings the first time.")
        made[0].switch(*modules)
        return made[0]

    return make


@pytest.fixture
def app(company: Callable[..., Company]) -> Flask:
    """The application of the test's company."""
    return company().app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def session(company: Callable[..., Company]) -> Iterator[Session]:
    """A session of the system in the company's database, put back at the end: for tests of services without pages.

    On SQLite it holds the write lock, so a page that writes would wait for it in vain.
    """
    made = company()
    with made.database.transaction(made.system, "Test") as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def login_as(company: Callable[..., Company]) -> Callable[..., FlaskClient]:
    """Return a browser with a new user signed in: ``login_as("administrator")``, ``login_as(permissions=[...])``.

    ``user_id`` of the browser is the user's id.
    """

    def login(role: str | None = None, **options: Any) -> FlaskClient:
        made = company()
        user_id = made.add_user(role, **options)
        browser = made.browser(user_id)
        browser.user_id = user_id  # type: ignore[attr-defined]
        return browser

    return login


@pytest.fixture
def client_factory(company: Callable[..., Company]) -> Callable[..., Client]:
    """Enter clients: ``client_factory("UAB Langai", country="LT", manager_id=browser.user_id)``."""

    def make(company_name: str = "", **values: Any) -> Client:
        return company().add_client(company_name, **values)

    return make


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock of the test: ``clock.set("2026-03-02 09:00")``, ``clock.move(days=1)``."""
    made = Clock()
    yield made
    made.release()


@pytest.fixture
def statements(company: Callable[..., Company]) -> Callable[[], AbstractContextManager[list[str]]]:
    """Count statements: ``with statements() as seen: browser.get("/clients/")``, then ``assert len(seen) <= 6``."""
    from kartoteka.testing.statements import counted_statements

    return lambda: counted_statements(company().database)


@pytest.fixture
def run_jobs(company: Callable[..., Company]) -> Callable[..., int]:
    """Do all jobs that are due: ``run_jobs()``, or ``run_jobs(another_company)``; see `kartoteka.testing.jobs`."""
    from kartoteka.testing.jobs import run_jobs as run

    return lambda made=None: run(made or company())


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Where mail arrives: after ``run_jobs()`` it is in ``mailbox.messages``, and its subjects in ``mailbox.subjects``.

    The company gets a mail account unless it has one.
    """
    from kartoteka.testing.mailbox import caught_mail

    with caught_mail() as caught:
        yield caught


@pytest.fixture
def pages() -> Callable[..., list[Page]]:
    """Walk through pages: ``for page in pages(browser, "/"): assert page.status == 200``; see `crawl`."""
    from kartoteka.testing.pages import crawl

    return crawl
