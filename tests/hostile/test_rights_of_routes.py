"""Every route of the URL map, whoever comes: nobody, users with other rights, with the right one, administrators."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kartoteka.testing.company import open_company
from tests.hostile.furnishing import furnish
from tests.hostile.house import FIRST_STEPS, METHODS, OPENED, OWNED, House
from tests.installed import absent, installed

FINE = {"GET": {200, 302, 303}, "POST": {200, 302, 303, 422, 404}}  # 404: an earlier visit has deleted it
TAKE_A_KEY = {"rest.add_record", "rest.send_content"}  # a cookie alone writes nothing through the API
MINE = {"documents.show_print", "documents.download_print"}  # the administrator made it: nobody else has it
# Routes for everybody who has signed in ask for the right of what they show.
ASK_THEMSELVES = {
    "rest.show_records",
    "rest.show_record",
    "rest.add_record",
    "rest.send_content",
    "rest.save_content",
    "rest.fetch_content",
    "timeline.show_timeline",
    "search.show_views",
    "search.change_views",
    "jobs.show_job",
    "jobs.cancel_job",
    "jobs.retry_job",
    "operations.show_operation",
    "operations.undo",
    "show_action",
    "show_panel",
    "reports.show_report",
    "reports.download_csv",
    "reports.download_xlsx",
    "reports.download_pdf",
    "reports.show_chart",
    "reports.plan_report",
    "reports.delete_plan",
}
IMPORT_PAGES = ("show_import", "choose_form", "map_columns", "start_import", "drop_import", "show_problems")
IMPORT_PAGES += ("download_problems",)
OWN = {
    "rest.show_records": ("clients.view",),
    "rest.show_record": ("clients.view",),
    "rest.fetch_content": ("files.view", "files.see_all", "clients.view"),
    "jobs.show_job": ("jobs.manage",),
    "jobs.cancel_job": ("jobs.manage",),
    "jobs.retry_job": ("jobs.manage",),
    "operations.show_operation": ("operations.view",),
    "operations.undo": ("operations.undo_any",),
    "show_action": (
        "crm_clients.view",
        "clients.view",
        "clients.change_manager",
        "clients.archive",
        "clients.edit",
        "clients.delete",
    ),
    "show_panel": ("crm_clients.view", "clients.view"),
    **dict.fromkeys((f"importing.{name}" for name in IMPORT_PAGES), ("importing.see_all", "clients.import")),
    "dashboard.show_box": ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
    "dashboard.choose_options": ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
    "timeline.show_timeline": ("clients.view",),
    "timeline.show_note": ("clients.view",),
    "timeline.offer_readers": ("clients.view",),
    "timeline.edit_note": ("clients.view", "timeline.change_notes"),
    "search.show_views": ("clients.view",),
    "search.change_views": ("clients.view",),
    **dict.fromkeys(
        (f"documents.{name}_document" for name in ("new", "show", "void", "send")), ("crm_clients.view", "clients.view")
    ),
    "documents.download_pdf": ("crm_clients.view", "clients.view"),
    **dict.fromkeys(
        (f"privacy.{name}_person" for name in ("show", "export", "erase")), ("crm_clients.view", "clients.view")
    ),
    **dict.fromkeys(
        (f"reports.{name}" for name in ("download_pdf", "show_chart", "plan_report")),
        ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
    ),
    "reports.show_report": ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
    "reports.download_csv": ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
    "reports.download_xlsx": ("crm_clients.birthdays", "crm_clients.view", "clients.view"),
}


PUBLIC_PAGES = ("form/<token>", "form/<token>/thanks", "book/<token>", "booked/<code>")


def with_what_they_rest_on(house: House, permissions: tuple[str, ...]) -> frozenset[str]:
    """Return the permissions together with those they have no effect without."""
    known = {one.name: one.also_requires for one in house.company.installation.registry.permissions}
    whole, waiting = set(), list(permissions)
    while waiting:
        name = waiting.pop()
        whole.add(name)
        waiting += [one for one in known[name] if one not in whole]
    return frozenset(whole)


class Visitors:
    """Users with exactly some rights, each made once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.known: dict[frozenset[str], int] = {}

    def with_only(self, permissions: frozenset[str]) -> int:
        if permissions not in self.known:
            self.known[permissions] = self.house.company.add_user(permissions=permissions, reach="all")
        return self.known[permissions]

    def without(self, permission: str) -> int:
        every = {one.name for one in self.house.company.installation.registry.permissions}
        return self.with_only(frozenset(every - {permission}))


@pytest.fixture
def house() -> Iterator[House]:
    with open_company() as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        yield furnish(company)


@pytest.fixture
def visitors(house: House) -> Visitors:
    return Visitors(house)


def visits(house: House) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield method, address, endpoint and demanded permissions of every guarded route."""
    for method in OPENED:
        for rule, address in house.every_address(method):
            requirement = house.requirement(rule)
            if not requirement.anybody:
                yield method, address, str(rule.endpoint), requirement.permissions


def answer(browser: FlaskClient, method: str, address: str) -> int:
    return browser.open(address, method=method).status_code


def test_only_the_sign_in_page_and_what_comes_before_it_are_for_everybody(house: House) -> None:
    public = {rule.rule for rule in house.rules() if house.requirement(rule).anybody}
    assert public == {
        *(f"/crm_inquiries/{page}" for page in PUBLIC_PAGES if installed("crm_inquiries")),
        "/login",
        "/login/code",
        "/demo",  # nothing is there unless a setting names a user
        "/login/passkey",
        "/login/passkey/options",
        "/notifications/bell",
        "/sw.js",
        "/manifest.webmanifest",
        "/app-icon/<name>",
        "/offline",
        "/office/pane",
        "/office/manifest/<program>.xml",
        "/preview/<token>",
        "/preview/<token>/<int:page>",
        *FIRST_STEPS,
    }
    assert house.company.app.test_client().get("/login").status_code == 200


def test_nobody_gets_in_without_signing_in(house: House) -> None:
    browser = house.company.app.test_client()
    before = house.rows()
    for method, address, _endpoint, _permissions in visits(house):
        got = browser.open(address, method=method, headers={"Accept": "text/html"})
        if method == "GET" and not address.startswith("/api/"):
            assert got.status_code == 302, address
            assert got.location.startswith("/login?next="), address
        else:
            assert got.status_code == 401, address
    assert house.rows() == before


def test_without_a_right_every_door_is_shut(house: House, visitors: Visitors) -> None:
    guarded = list(visits(house))
    nobody = house.browser(visitors.with_only(frozenset()))
    rights = {right for _method, _address, _endpoint, permissions in guarded for right in permissions}
    without = {right: house.browser(visitors.without(right)) for right in rights}
    before = house.rows()
    shut = 0
    for method, address, endpoint, permissions in guarded:
        if permissions:
            assert answer(nobody, method, address) == 403, f"{method} {address}"
            for permission in permissions:
                got = answer(without[permission], method, address)
                assert got == 403, f"{method} {address} without {permission}"
            shut += 1
        elif endpoint in ASK_THEMSELVES:
            got = nobody.open(address, method=method)
            assert got.status_code in ({401} if endpoint in TAKE_A_KEY else {403, 404}) or not got.data, (
                f"{method} {address}"
            )
    assert shut > 50
    assert house.rows() == before, "who is refused changes nothing, and takes nothing out of the house"


def fine(method: str, endpoint: str) -> set[int]:
    """Return the answers that somebody gets who has every right."""
    if endpoint in OWNED:
        return {404}
    return {401} if endpoint in TAKE_A_KEY else FINE[method]


def test_the_right_alone_opens_the_door(house: House, visitors: Visitors) -> None:
    wrong = []
    for method, address, endpoint, permissions in visits(house):
        needed = (*permissions, *(one for one in OWN.get(endpoint, ()) if not absent([one.partition(".")[0]])))
        user = visitors.with_only(with_what_they_rest_on(house, needed))
        got = answer(house.browser(user, fresh=method == "POST"), method, address)
        if got not in ({404} if endpoint in MINE else fine(method, endpoint)):
            wrong.append(f"{method} {address}: {got}")
    assert wrong == []


def test_administrators_may_open_everything(house: House) -> None:
    wrong = []
    for method, address, endpoint, _permissions in visits(house):
        got = answer(house.browser(house.admin, fresh=method == "POST"), method, address)
        if got not in fine(method, endpoint):
            wrong.append(f"{method} {address}: {got}")
    assert wrong == []


def test_what_somebody_owns_opens_to_the_owner(house: House) -> None:
    owned = [(method, address) for method, address, endpoint, _permissions in visits(house) if endpoint in OWNED]
    assert owned
    for method, address in owned:
        assert answer(house.browser(house.ids["user"]), method, address) in FINE[method], f"{method} {address}"


def test_other_methods_are_refused(house: House) -> None:
    browser = house.browser(house.admin)
    before = house.rows()
    addresses = {address for rule in house.rules() for address in house.addresses(rule)}
    assert house.methods_of("/search/views/clients") >= {"GET", "POST"}, "a path may have a route for each method"
    for address in addresses:
        for method in set(METHODS) - house.methods_of(address):
            assert answer(browser, method, address) == 405, f"{method} {address}"
    assert house.rows() == before


@pytest.mark.needs_module("crm_clients")
def test_a_module_that_is_off_has_no_route_for_anybody(house: House) -> None:
    own = [
        address
        for rule in house.rules()
        for address in house.addresses(rule)
        if address.startswith(("/crm_clients/", "/actions/crm_", "/panels/crm_", "/reports/crm_"))
    ]
    assert len(own) > 15
    house.company.switch("crm_clients", on=False)
    for browser in (house.browser(house.admin), house.company.app.test_client()):
        for address in own:
            for method in (*METHODS, "OPTIONS"):
                assert answer(browser, method, address) == 404, f"{method} {address}"


def test_what_options_tell_needs_a_sign_in(house: House) -> None:
    browser = house.company.app.test_client()
    for rule in house.rules():
        if not house.requirement(rule).anybody:
            for address in house.addresses(rule):
                assert answer(browser, "OPTIONS", address) == 401, address
