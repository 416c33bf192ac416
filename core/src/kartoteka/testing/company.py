"""A company made for one test: an application on a database of its own, with modules, users and clients in it."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from kartoteka.testing.databases import SQLITE, TemplateDatabases, chosen_kinds, ram_disk, templates
from kartoteka.testing.sharing import (
    installed_among,
    installed_points,
    settle_once,
    share,
    share_guards,
    share_statements,
    shared_registry,
)
from kartoteka.testing.templating import shared_templates

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from flask import Flask
    from flask.testing import FlaskClient

    from kartoteka.builtin.clients.models import Client
    from kartoteka.builtin.jobs.worker import Worker
    from kartoteka.db.actor import Actor
    from kartoteka.db.engine import Database
    from kartoteka.installation import Installation

PASSWORD = "three blind mice"
ADMINISTRATOR = "administrator"
_SECRET = "for tests and nothing else"
_numbers = itertools.count(1)

share()


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

    @cached_property
    def worker(self) -> Worker:
        """The company's worker, which knows what of the timetable it has dealt with; see `kartoteka.testing.jobs`."""
        from kartoteka.builtin.jobs.worker import Worker
        from kartoteka.workers import open_workshop

        return Worker(open_workshop(self.installation))

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

    def add_client(self, company_name: str = "", *, actor: Actor | None = None, **values: Any) -> Client:
        """Enter a client, a company unless ``kind="person"`` is given, and return it; ``actor`` enters it."""
        from kartoteka.builtin.clients.service import create_client

        if values.get("kind") != "person":
            values["company_name"] = company_name or f"Company {next(_numbers)}"
        with self.database.transaction(actor or self.system, "Client added") as session:
            return create_client(session, values)

    def fill(self, clients: int = 30) -> None:
        """Fill the company with the demo company's people and clients, and with what active modules add to them."""
        from kartoteka.demo_company import fill_demo_company

        fill_demo_company(self.installation, clients, datetime.now(UTC).date())

    def actor(self, user_id: int) -> Actor:
        """Return the actor of a user as a request of his would have it."""
        from kartoteka.visitors import Visitors

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


def default_kind() -> str:
    """Return the database of tests that name none: ``KARTOTEKA_TEST_DATABASE``, SQLite unless it is set."""
    kind = os.environ.get("KARTOTEKA_TEST_DATABASE", SQLITE)
    if kind not in chosen_kinds():
        raise ValueError(f"KARTOTEKA_TEST_DATABASE must be one of {', '.join(chosen_kinds())}, not {kind!r}.")
    return kind


@contextmanager
def open_company(
    kind: str | None = None,
    *,
    entry_points: Iterable[EntryPoint] | None = None,
    template: TemplateDatabases | None = None,
    **settings: Any,
) -> Iterator[Company]:
    """Make a company and remove it when the block ends.

    ``kind`` is ``sqlite`` or ``postgresql``; ``entry_points`` takes the place of the installed modules (an empty list:
    the core alone); ``template`` is a database to start from; ``settings`` are those of `kartoteka.config.Config`.
    The tables come from the migrations of the core and of these modules.
    """
    from kartoteka.app import create_app
    from kartoteka.builtin.users import passwords
    from kartoteka.config import Config
    from kartoteka.installation import open_installation

    # Tests check that passwords are hashed, not how long it takes.
    passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)
    kind = kind or default_kind()
    points = None if entry_points is None else tuple(entry_points)
    known = installed_points() if points is None else installed_among(points)
    has_others = points is not None and (template is not None or known != points)
    template = template or templates(kind, _migration_of(known), "company")
    url, folder = template.fresh(), tempfile.mkdtemp(prefix="kartoteka-", dir=ram_disk())
    try:
        given: Mapping[str, Any] = {"secret": _SECRET, "company": "Test company", "instance": folder, **settings}
        config = Config(database=url, **given)
        registry = shared_registry(config, points)
        installation = open_installation(config, entry_points=points, registry=registry)
        share_statements(installation.database)
        if registry is not None:
            share_guards(installation.database, registry)
        if has_others:
            _migrate(installation)
        app = create_app(installation=installation)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        app.jinja_env.bytecode_cache = shared_templates
        settle_once()
        yield Company(app, installation)
        installation.database.dispose()
    finally:
        TemplateDatabases.drop(url)
        shutil.rmtree(folder, ignore_errors=True)


@cache
def demo_template(*modules: str, kind: str | None = None, clients: int = 30) -> TemplateDatabases:
    """Return a database, for `open_company`, with the demo company in it and these modules on."""

    def fill(url: str) -> None:
        from kartoteka.config import Config
        from kartoteka.installation import open_installation

        installation = open_installation(Config(database=url, secret=_SECRET))
        _migrate(installation)
        company = Company(installation=installation, app=None)  # type: ignore[arg-type]
        company.switch(*modules)
        company.fill(clients)
        installation.database.dispose()

    return TemplateDatabases(kind or default_kind(), fill, "demo")


@cache
def _migration_of(points: tuple[EntryPoint, ...]) -> Callable[[str], None]:
    """Return what makes the tables of the core and of these installed modules: the same function for the same ones."""

    def migrate(url: str) -> None:
        from kartoteka.config import Config
        from kartoteka.installation import open_installation

        installation = open_installation(Config(database=url, secret=_SECRET), entry_points=points)
        _migrate(installation)
        installation.database.dispose()

    return migrate


def _migrate(installation: Installation) -> None:
    from kartoteka.db.migrate import upgrade
    from kartoteka.extension.lineages import lineages

    upgrade(installation.database, lineages(installation.registry))
