"""Other programs get what the module offers them, and clear words instead of a crash for what they must not send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from kartoteka.api.declare import ApiResource
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.company import ADMINISTRATOR
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject
from kartoteka.testing.statements import counted_statements

_NONSENSE: tuple[Any, ...] = ({}, {"there_is_no_such_field": 1})


class ServingContract(ContractBase):
    """The resources of the API."""

    api_statements = 4

    def test_api_resources_answer(self, stocked: Subject) -> None:
        program = _Program(stocked)
        resources = stocked.own(stocked.registry.api_resources)
        promise(
            (problem for resource in resources for problem in self._problems(stocked, program, resource)),
            "A program may send anything: create and change raise InvalidInput for what cannot be stored, and the page "
            "of a list takes a bounded number of statements.",
        )

    def _problems(self, subject: Subject, program: _Program, resource: ApiResource) -> Iterator[str]:
        program.get(resource.path)  # the first request of a day notes that the key is in use
        with counted_statements(subject.company.database) as asked:
            listed = program.get(resource.path)
        if listed.status_code != 200:
            yield f"GET {resource.path} answers {listed.status_code}"
            return
        if len(asked) > self.api_statements:
            yield f"GET {resource.path}: {len(asked)} statements, {self.api_statements} allowed"
        for content in _NONSENSE if resource.create is not None else ():
            for client in ({}, {"client": 1}):
                status = program.send("POST", resource.path, {**content, **client})
                if status >= 500:
                    yield f"POST {resource.path} with {content | client} answers {status}"
        for item in listed.json["items"][:1] if resource.change is not None else ():
            yield from self._changes(program, f"{resource.path}/{item['id']}", item)

    def _changes(self, program: _Program, path: str, item: dict[str, Any]) -> Iterator[str]:
        for name, value in item.items():
            for sent in (value, None, ""):
                status = program.send("PATCH", path, {name: sent})
                if status >= 500:
                    yield f"PATCH {path} with {name!r} = {sent!r} answers {status}"


class _Program:
    """A program that may do everything."""

    def __init__(self, subject: Subject) -> None:
        company = subject.company
        user_id = company.add_user(ADMINISTRATOR)
        with company.database.transaction(company.system) as session:
            _key, token = make_key(
                session, title="Contract", scopes=("*:read", "*:create", "*:change"), user_id=user_id
            )
        self.headers = {"Authorization": f"Bearer {token}"}
        self.browser: FlaskClient = company.app.test_client()

    def get(self, path: str) -> Any:
        """Return the answer to a GET."""
        return self.browser.get(path, headers=self.headers)

    def send(self, method: str, path: str, content: Any) -> int:
        """Return the status of the answer."""
        return self.browser.open(
            path, method=method, json=content, headers={**self.headers, "If-Match": "*"}
        ).status_code
