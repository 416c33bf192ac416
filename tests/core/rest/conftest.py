"""A company with clients, and programs with keys that ask its API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from tests.installed import installed

RIGHTS = ("clients.view", "clients.create", "clients.edit", "clients.delete", "crm_clients.view", "crm_clients.edit")
ALL = ("*:read", "*:create", "*:change")
CLIENTS = "/api/v1/clients/clients"


@dataclass
class Program:
    """Another program with an API key."""

    company: Company
    token: str
    key_id: int

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Send a request with the key and return the answer."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.company.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def post(self, path: str, content: Any, **headers: str) -> Any:
        return self.ask("POST", path, json=content, headers=_named(headers))

    def patch(self, path: str, content: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, json=content, headers=_named(headers))

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def make_program(company: Company, *scopes: str, permissions: tuple[str, ...] = RIGHTS, **options: Any) -> Program:
    """Make a key with these scopes, all of them when none is given, for a new user."""
    user_id = company.add_user(permissions=permissions, reach=options.pop("reach", "all"))
    with company.database.transaction(company.system) as session:
        key, token = make_key(session, title="Website", scopes=scopes or ALL, user_id=user_id, **options)
    return Program(company, token, key.id)


@pytest.fixture(params=chosen_kinds())
def company(request):
    """A company with contacts and addresses on, on each database."""
    with open_company(request.param) as company:
        company.switch(*installed("crm_clients"))
        yield company


@pytest.fixture
def program(company):
    """A program that may do everything its user may."""
    return make_program(company)
