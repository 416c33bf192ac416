"""Nobody gets in who should not: strangers, users without rights, and everybody while the module is off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.testing.company import ADMINISTRATOR
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SHOWN_AS_PAGE = {"Accept": "text/html"}


class EnteringContract(ContractBase):
    """Every address, every method, every kind of visitor."""

    def test_strangers_are_asked_to_sign_in(self, subject: Subject) -> None:
        stranger = subject.company.browser()
        promise(
            self._let_in(subject, stranger, {302, 401}),
            "A visitor who has not signed in is led to the sign-in page (302) or answered 401.",
        )

    def test_users_without_rights_are_refused(self, subject: Subject) -> None:
        nobody = subject.company.browser(subject.company.add_user())
        promise(
            self._let_in(subject, nobody, {403, 404}),
            "A user whose role grants nothing is answered 403: guard the route with the right it is about.",
        )

    def test_everything_is_gone_while_it_is_off(self, subject: Subject) -> None:
        boss = subject.company.browser(subject.company.add_user(ADMINISTRATOR))
        addresses = [*_addresses(subject, self.route_values), *_generic(subject), f"/{subject.name}/not-there"]
        subject.company.switch(self.module, on=False)
        answers = [(method, url, _ask(boss, method, url)) for url in addresses for method in METHODS]
        promise(
            (f"{method} {url} answers {status}" for method, url, status in answers if status != 404),
            "While the module is off, all its addresses answer 404, wrong methods too: ModuleBlueprint sees to that.",
        )

    def test_nothing_of_it_is_left_on_other_pages(self, subject: Subject) -> None:
        boss = subject.company.browser(subject.company.add_user(ADMINISTRATOR))
        (client_id,) = subject.some_ids(CLIENT_KIND)
        shared = ("/clients/", f"/clients/{client_id}", "/clients/filters", "/clients/columns", "/reports/")
        subject.company.switch(self.module, on=False)
        traces = [(url, trace) for url in shared for trace in _traces(subject) if trace in boss.get(url).text]
        promise((f"{url} still holds {trace}" for url, trace in traces), "Show things by declarations only.")

    def _let_in(self, subject: Subject, browser: FlaskClient, expected: set[int]) -> Iterator[str]:
        """Yield each address that answers anything but a refusal."""
        for rule in _rules(subject):
            if rule.endpoint in self.open_routes:
                continue
            url = _build(subject, rule, self.route_values)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                status = _ask(browser, method, url)
                if status not in expected:
                    yield f"{method} {url} answers {status}"
        for url in _generic(subject):
            answer = browser.get(url, headers=_SHOWN_AS_PAGE)
            # A panel that one may not see is left out of the page: its address answers with nothing.
            if answer.status_code not in expected and answer.data:
                yield f"GET {url} answers {answer.status_code}"
        for url in _files(subject):
            status = _ask(browser, "POST", url)
            if status not in expected:
                yield f"POST {url} answers {status}"


def _ask(browser: FlaskClient, method: str, url: str) -> int:
    return browser.open(url, method=method, headers=_SHOWN_AS_PAGE).status_code


def _rules(subject: Subject) -> list[Rule]:
    rules = subject.company.app.url_map.iter_rules()
    return [
        one for one in rules if one.endpoint.partition(".")[0] == subject.name and not one.endpoint.endswith(".static")
    ]


def _addresses(subject: Subject, given: Mapping[str, Any]) -> list[str]:
    """Return an address of each route, with and without a slash at its end."""
    built = {_build(subject, rule, given) for rule in _rules(subject)}
    return sorted({*built, *(url.rstrip("/") for url in built), *(f"{url.rstrip('/')}/" for url in built)})


def _build(subject: Subject, rule: Rule, given: Mapping[str, Any]) -> str:
    values = {
        name: given.get(name, 1 if isinstance(rule._converters[name], IntegerConverter) else "x")
        for name in rule.arguments
    }
    return str(subject.company.app.url_map.bind("localhost").build(rule.endpoint, values))


def _generic(subject: Subject) -> list[str]:
    """Return the addresses at which the core serves what the module declares."""
    registry = subject.registry
    actions = [f"/actions/{one.module}/{one.name}?id=1" for one in subject.own(registry.all_actions)]
    panels = [f"/panels/{one.module}/{one.name}?record={CLIENT_KIND}:1" for one in subject.own(registry.all_panels)]
    resources = [one.path for one in subject.own(registry.api_resources)]
    return [*_reports(subject), *_files(subject), *actions, *panels, *resources]


def _reports(subject: Subject) -> list[str]:
    return [f"/reports/{one.module}/{one.name}" for one in subject.own(subject.registry.reports)]


def _files(subject: Subject) -> list[str]:
    return [url + ending for url in _reports(subject) for ending in (".csv", ".xlsx")]


def _traces(subject: Subject) -> list[str]:
    """Return what shows in HTML that something of the module is on a page."""
    name = subject.name
    return [f'"/{name}/', f"/actions/{name}/", f"/reports/{name}/", f"/panels/{name}/", f'"{name}.']
