"""The pytest plugin: fixtures that every test of the core and of a module may ask for.

Each test works on a database of its own, copied from a template, so that commits are real and nothing has to be
rolled back. ``app`` is an application on it; ``company(modules=[...])`` switches modules on; ``login_as(...)``
returns a browser in which somebody with these rights is signed in.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from flask import Flask
    from flask.testing import FlaskClient

    from kartoteka.app import Installation
    from kartoteka.db.actor import Actor
    from kartoteka.db.engine import Database

pytest_plugins = ["kartoteka.testing.databases"]

PASSWORD = "three blind mice"
ADMINISTRATOR = "administrator"
_numbers = itertools.count(1)


@dataclass
class Company:
    """A company made for one test."""

    app: Flask
    installation: Installation
    tokens: dict[int, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The company's own database."""
        return self.installation.database

    @property
    def system(self) -> Actor:
        """The program itself, for preparing data: ``with company.database.transaction(company.system) as session``."""
        from kartoteka.db.actor import Actor

        return Actor.system("test")

    def switch(self, *names: str, on: bool = True) -> None:
        """Switch modules on, with those they require, or off, with those that require them."""
        from kartoteka.builtin.modules.overview import requirements
        from kartoteka.builtin.modules.service import switch_off, switch_on

        needed = requirements(self.installation.registry)
        with self.database.transaction(self.system) as session:
            for name in names:
                if on:
                    switch_on(session, needed, name)
                else:
                    switch_off(session, needed, name, with_dependents=True)

    def add_user(
        self,
        role: str | None = None,
        *,
        permissions: Iterable[str] | None = None,
        reach: str = "own",
        login: str | None = None,
        department_id: int | None = None,
        **values: Any,
    ) -> int:
        """Add a user and return his id.

        ``role`` is ``administrator``, the key of a role template (``module.name``), or None for a role of one's own
        with exactly ``permissions``.
        """
        from kartoteka.builtin.access.service import add_role, ensure_administrator, give_role
        from kartoteka.builtin.users.service import add_user

        login = login or f"user{next(_numbers)}"
        with self.database.transaction(self.system) as session:
            values = {"login": login, "name": login.capitalize(), "department_id": department_id, **values}
            user = add_user(session, values, password=PASSWORD)
            if role == ADMINISTRATOR:
                give_role(session, user.id, ensure_administrator(session).id)
            elif role is not None or permissions is not None:
                granted, seen = self._template(role) if role else (tuple(permissions or ()), reach)
                made = add_role(session, title=f"Role of {login}", reach=seen, rights=dict.fromkeys(granted, True))
                give_role(session, user.id, made.id)
        return user.id

    def actor(self, user_id: int) -> Actor:
        """Return the actor of a user as a request of his would have it."""
        from kartoteka.app import Visitors

        user = Visitors(self.installation).load(self.token(user_id))
        assert user is not None
        return user.actor

    def token(self, user_id: int) -> str:
        """Return the token of a browser in which the user is signed in."""
        from kartoteka.builtin.users.signing_in import open_sign_in

        if user_id not in self.tokens:
            with self.database.transaction(self.system) as session:
                self.tokens[user_id] = open_sign_in(session, user_id, agent="tests")
        return self.tokens[user_id]

    def browser(self, user_id: int | None = None) -> FlaskClient:
        """Return a browser, with the user signed in if one is given. Forms need no CSRF token in it."""
        client = self.app.test_client()
        if user_id is not None:
            token = self.token(user_id)
            with client.session_transaction() as session:
                session["_user_id"] = token
                session["_fresh"] = True
        return client

    def _template(self, key: str) -> tuple[tuple[str, ...], str]:
        for template in self.installation.registry.roles:
            if template.key == key:
                return template.permissions, template.reach
        raise LookupError(f"No module offers the role {key}.")


@contextmanager
def _company(kind: str, *, entry_points: Iterable[EntryPoint] | None = None, **settings: Any) -> Iterator[Company]:
    from kartoteka.app import create_app, open_installation
    from kartoteka.builtin.users import passwords
    from kartoteka.config import Config
    from kartoteka.testing.databases import TemplateDatabases, templates

    # Tests check that passwords are hashed, not how long it takes.
    passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)
    url = templates(kind, _build, "company").fresh()
    settings = {"secret": "for tests and nothing else", "company": "Test company", **settings}
    installation = open_installation(Config(database=url, **settings), entry_points=entry_points)
    app = create_app(installation=installation)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    try:
        yield Company(app, installation)
    finally:
        installation.database.dispose()
        TemplateDatabases.drop(url)


def _build(url: str) -> None:
    """Fill the template: the tables of the core and of all installed modules."""
    from kartoteka.app import open_installation
    from kartoteka.config import Config
    from kartoteka.db.base import Model
    from kartoteka.db.search_tables import create_search_tables, prepare_search

    installation = open_installation(Config(database=url, secret="for tests and nothing else"))
    # Other tests in this process may have mapped classes of their own.
    prefixes = ("core_", *(f"{module.prefix}_" for module in installation.registry.modules))
    tables = [table for table in Model.metadata.sorted_tables if table.name.startswith(prefixes)]
    with installation.database.engine.begin() as connection:
        prepare_search(connection)
        Model.metadata.create_all(connection, tables)
        create_search_tables(connection)
    installation.database.dispose()


@pytest.fixture
def company_on() -> Iterator[Callable[..., Company]]:
    """Make companies: ``company_on("postgresql", modules=[...], **settings)``; each has a database of its own."""
    with ExitStack() as stack:

        def make(kind: str = "sqlite", *, modules: Iterable[str] = (), **settings: Any) -> Company:
            made = stack.enter_context(_company(kind, **settings))
            made.switch(*modules)
            return made

        yield make


@pytest.fixture
def company(company_on: Callable[..., Company]) -> Callable[..., Company]:
    """Make the company of a test, once: ``company(modules=["crm_clients"])``; later calls return the same one."""
    made: list[Company] = []

    def make(*, modules: Iterable[str] = (), **settings: Any) -> Company:
        if not made:
            made.append(company_on(**settings))
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
def login_as(company: Callable[..., Company]) -> Callable[..., FlaskClient]:
    """Return a browser with a new user signed in: ``login_as("administrator")``, ``login_as(permissions=[...])``."""

    def login(role: str | None = None, **options: Any) -> FlaskClient:
        made = company()
        user_id = made.add_user(role, **options)
        browser = made.browser(user_id)
        browser.user_id = user_id  # type: ignore[attr-defined]
        return browser

    return login
