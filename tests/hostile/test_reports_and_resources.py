"""Every report and every resource of the API: shut without its own right, and without a key for what is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kartoteka.builtin.rest.limits import Limiter
from kartoteka.builtin.rest.service import VERBS, make_key
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.work import Report
from kartoteka.testing.company import open_company
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.hostile.test_rights_of_routes import Visitors, with_what_they_rest_on
from tests.installed import installed

pytestmark = pytest.mark.needs_module("crm_clients")

FILES = ("show_report", "download_csv", "download_xlsx", "download_pdf")
NOTED = {"core_api_key", "core_audit", "core_audit_head"}
"""Tables that note that a key was made, and used."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_company() as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        company.app.extensions["kartoteka"].caches["api_limiter"] = Limiter(requests=10**9)
        yield furnish(company)


@pytest.fixture(scope="module")
def visitors(house: House) -> Visitors:
    return Visitors(house)


def reports_of(house: House) -> list[Report]:
    return sorted(house.company.installation.registry.reports, key=lambda one: one.key)


def resources_of(house: House) -> list[ApiResource]:
    return sorted(house.company.installation.registry.api_resources, key=lambda one: one.key)


def requests_of_report(house: House, report: Report) -> Iterator[tuple[str, str]]:
    """Yield how and where a report is read, its files and its chart."""
    adapter = house.company.app.url_map.bind("localhost")
    for name in (*FILES, *(("show_chart",) if report.chart else ())):
        method = "POST" if name.startswith("download") else "GET"
        yield method, adapter.build(f"reports.{name}", {"module": report.module, "name": report.name}, method)


def test_every_report_needs_its_own_right(house: House, visitors: Visitors) -> None:
    reports = reports_of(house)
    assert len(reports) > 20
    others = {report.key: house.browser(visitors.without(report.permission)) for report in reports}
    before = house.rows()
    nobody = house.company.app.test_client()
    for report in reports:
        for method, address in requests_of_report(house, report):
            assert nobody.open(address, method=method).status_code == 401, address
            assert others[report.key].open(address, method=method).status_code == 403, address
    assert house.rows() == before


def test_every_report_opens_to_its_right_alone(house: House, visitors: Visitors) -> None:
    wrong = []
    for report in reports_of(house):
        own = visitors.with_only(with_what_they_rest_on(house, (report.permission,)))
        for user in (own, house.admin):
            for method, address in requests_of_report(house, report):
                got = house.browser(user).open(address, method=method)
                if got.status_code != (302 if address.endswith("/chart") else 200) or not got.data:
                    wrong.append(f"{address}: {got.status_code}")
    assert wrong == []


class Programs:
    """Programs with keys, each made once: of users with some rights, for some scopes."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.known: dict[tuple[int, tuple[str, ...]], str] = {}

    def ask(self, user: int, scopes: tuple[str, ...], method: str, address: str) -> int:
        if (user, scopes) not in self.known:
            with self.house.company.database.transaction(self.house.company.system) as session:
                self.known[user, scopes] = make_key(session, title="Website", scopes=scopes, user_id=user)[1]
        headers = {"Authorization": f"Bearer {self.known[user, scopes]}"}
        body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
        return self.house.company.app.test_client().open(address, method=method, headers=headers, **body).status_code


@pytest.fixture(scope="module")
def programs(house: House) -> Programs:
    return Programs(house)


def requests_of(resource: ApiResource) -> Iterator[tuple[str, str, str]]:
    """Yield verb, method and address of what may be asked of a resource, about a record that may be there."""
    one = f"{resource.path}/1"
    yield "read", "GET", resource.path
    yield "read", "GET", one
    yield "create", "POST", resource.path
    yield "change", "PATCH", one
    yield "change", "DELETE", one


def kept_rows(house: House) -> dict[str, Any]:
    return {name: rows for name, rows in house.rows().items() if name not in NOTED}


def seeing(house: House, resource: ApiResource) -> str:
    """Return the right to see the records of a resource."""
    return house.company.installation.registry.kind(resource.kind).permission


def test_no_resource_answers_without_a_key(house: House) -> None:
    resources = resources_of(house)
    assert len(resources) > 15
    before = house.rows()
    for resource in resources:
        for _verb, method, address in requests_of(resource):
            answer = house.company.app.test_client().open(address, method=method)
            assert answer.status_code == 401, f"{method} {address}"
    assert house.rows() == before


def test_no_resource_answers_a_key_for_something_else(house: House, programs: Programs) -> None:
    """The key is for everything but that, and its user may do all."""
    resources = resources_of(house)
    scopes = {(one.key, verb): f"{one.key}:{verb}" for one in resources for verb in VERBS}
    before = kept_rows(house)
    for resource in resources:
        for verb, method, address in requests_of(resource):
            others = tuple(scope for (key, done), scope in scopes.items() if (key, done) != (resource.key, verb))
            assert programs.ask(house.admin, others, method, address) == 403, f"{method} {address}"
    assert kept_rows(house) == before


def test_no_resource_answers_a_key_of_a_user_without_the_right(
    house: House, visitors: Visitors, programs: Programs
) -> None:
    every = tuple(f"*:{verb}" for verb in VERBS)
    users = {one.key: visitors.without(seeing(house, one)) for one in resources_of(house)}
    before = kept_rows(house)
    for resource in resources_of(house):
        for _verb, method, address in requests_of(resource):
            assert programs.ask(users[resource.key], every, method, address) == 404, f"{method} {address}"
    assert kept_rows(house) == before


def test_every_resource_is_read_with_its_right_and_its_scope_alone(
    house: House, visitors: Visitors, programs: Programs
) -> None:
    for resource in resources_of(house):
        user = visitors.with_only(with_what_they_rest_on(house, (seeing(house, resource),)))
        scope = (f"{resource.key}:read",)
        assert programs.ask(user, scope, "GET", resource.path) == 200, resource.path
        assert programs.ask(user, scope, "GET", f"{resource.path}/1") in {200, 404}, resource.path
