"""A small company in which every kind of record is there once, and addresses for every route of the URL map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from werkzeug.routing import Rule

from kartoteka.extension.active import active_set
from kartoteka.testing.company import Company
from kartoteka.web.blueprint import Requirement
from kartoteka.web.gate import module_asked_for, requirement_for
from tests.hostile.inquiries import RECORDS as INQUIRY_RECORDS
from tests.hostile.inquiries import WORDS as INQUIRY_WORDS
from tests.installed import absent

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OPENED = ("GET", "POST")

OWNED = frozenset({"users.remove_passkey"})
"""Routes to what is nobody's but the owner's, whatever rights somebody has."""
FIRST_STEPS = {f"/setup/{step}" for step in ("", "company", "modules", "data", "administrator")}
"""They answer only as long as there is no user, and to who knows the set-up code: here they are not found."""

# The record that a route is about, by the words before its number.
_RECORDS = (
    *INQUIRY_RECORDS,
    (r"^/api/v1/.*/content$", "file"),
    (r"^/api/v1/", "client"),
    (r"/rest/keys/<", "key"),
    (r"/rest/webhooks/messages/<", "message"),
    (r"/rest/webhooks/<", "webhook"),
    (r"/crm_clients/registers/loads/<", "register_load"),
    (r"/crm_clients/registers/differences/<", "register_difference"),
    (r"/crm_clients/segments/<", "segment"),
    (r"/crm_clients/turnover/<", "turnover"),
    (r"/crm_clients/marketing/<", "marketing"),
    (r"/contacts/<", "contact"),
    (r"/privacy/persons/<", "contact"),
    (r"/privacy/consents/<", "consent"),
    (r"/addresses/<", "address"),
    (r"/positions/<", "position"),
    (r"/contracts/<", "contract"),
    (r"/stages/<", "stage"),
    (r"/relations/<", "relation"),
    (r"/dashboard/notices/<", "notice"),
    (r"/dashboard/boxes/<", "box"),
    (r"/notifications/push/<", "push"),
    (r"/notifications/<", "notification"),
    (r"/timeline/notes/<", "note"),
    (r"/timeline/reminders/<", "reminder"),
    (r"/timeline/(of|readers)/<", "client"),
    (r"/clients/groups/<", "group"),
    (r"/clients/tags/<", "tag"),
    (r"/clients/templates/<", "client_template"),
    (r"/custom_fields/fields/<", "custom_field"),
    (r"/clients/shares/<", "share"),
    (r"/clients/directory/<", "company"),
    (r"/crm_clients/terms/<", "terms"),
    (r"/clients/<", "client"),
    (r"/handover/<", "user"),
    (r"/access/roles/<", "role"),
    (r"/users/departments/<", "department"),
    (r"/app-passwords/<", "app_password"),
    (r"/me/calendars/<", "calendar_feed"),
    (r"/passkeys/<", "passkey"),
    (r"/users/<", "user"),
    (r"/jobs/<", "job"),
    (r"/operations/<", "operation"),
    (r"/importing/<", "import"),
    (r"/directories/entries/<", "entry"),
    (r"/documents/prints/<", "print"),
    (r"/documents/<", "document"),
    (r"/reports/planned/<", "plan"),
    (r"/files/versions/<", "version"),
    (r"/files/links/<", "file_link"),
    (r"/files/<", "file"),
    (r"/inbox/accounts/<", "mailbox"),
    (r"/inbox/<", "incoming"),
    (r"/mail/accounts/<", "mail_account"),
    (r"/mail/<", "mail"),
)
_OF_MODULES = frozenset({"box", "contact", "document", "plan", "print"})
"""What the core keeps for modules: without crm_clients none of it is there, and nothing to ask its routes for."""
# What an argument is about that is not the record of its route.
_OTHERS = {"mail_id": "incoming"}
_WORDS = (
    *INQUIRY_WORDS,
    ("/api/v1/<module>/<resource>/content", [{"module": "files", "resource": "files"}]),
    ("/api/v1/<module>/<resource>/<int:record_id>/content", [{"module": "files", "resource": "files"}]),
    ("/api/v1/", [{"module": "clients", "resource": "clients"}]),
    ("/custom_fields/kinds/", [{"kind": "clients.client"}]),
    ("/crm_clients/segments/", [{"number": "1"}]),
    ("/clients/<int:record_id>/field/", [{"name": "phone"}, {"name": "notes"}]),
    (
        "/actions/",
        [
            {"module": "crm_clients", "name": "hand_over"},
            {"module": "clients", "name": "archive"},
            {"module": "clients", "name": "delete"},
        ],
    ),
    ("/health/", [{"check": "clients.bad_iban"}]),
    ("/timeline/of/", [{"kind": "clients.client"}]),
    ("/timeline/readers/", [{"kind": "clients.client"}]),
    ("/privacy/persons/", [{"kind": "crm_clients.contact"}]),
    ("/panels/", [{"module": "crm_clients", "name": "contacts"}]),
    ("/directories/", [{"key": "directories.regions"}]),
    ("/documents/series/", [{"name": "letters"}]),
    ("/documents/", [{"module": "crm_clients", "name": "client_sheet"}]),
    ("/reports/", [{"module": "crm_clients", "name": "birthdays"}]),
    ("/search/views/", [{"list_name": "clients"}]),
    ("/importing/", [{"phase": "check"}]),
    ("/mail/templates/", [{"key": "mail.letter", "language": "en"}]),
    ("/files/", [{"number": "1"}]),
    ("/inbox/", [{"position": "0"}]),
    ("/preview/<token>/", [{"token": "forged", "page": "1"}]),
    ("/preview/", [{"token": "forged"}]),
    ("/office/manifest/", [{"program": "word"}]),
    ("/modules/", [{"name": "crm_clients"}]),
    ("/app-icon/", [{"name": "any.svg"}]),
    ("/static/", [{"filename": "manifest.json"}]),
)
_QUERIES = {"show_action": "?kind=clients.client&id={client}", "show_panel": "?record=clients.client:{client}"}
_QUERIES["documents.new_document"] = "?record=clients.client:{client}"


@dataclass
class House:
    """The company, its administrator and the ids of one record of each kind."""

    company: Company
    admin: int
    ids: dict[str, int] = field(default_factory=dict)

    def browser(self, user_id: int | None, *, fresh: bool = False) -> FlaskClient:
        """Return a browser in which the user is signed in; ``fresh`` for visits that may sign him out."""
        if fresh and user_id is not None:
            self.company.tokens.pop(user_id, None)
        return self.company.browser(user_id)

    def rules(self) -> list[Rule]:
        """Return every route but the static files and those of a module that is off."""
        off = self.modules_off()
        rules = [rule for rule in self.company.app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
        return sorted((rule for rule in rules if module_asked_for(rule.rule, off) is None), key=lambda rule: rule.rule)

    def modules_off(self) -> frozenset[str]:
        """Return the names of the modules that are installed and switched off."""
        with self.company.database.reading(self.company.system) as session:
            return self.company.installation.registry.installed - active_set(session)

    def requirement(self, rule: Rule) -> Requirement:
        """Return what the route demands."""
        found = requirement_for(self.company.app, rule.endpoint)
        assert found is not None, rule.rule
        return found

    def addresses(self, rule: Rule) -> list[str]:
        """Return addresses that a route answers, with records that are there."""
        named = {name: _OTHERS.get(name) or _record_of(rule.rule) for name in rule.arguments if name.endswith("_id")}
        is_of_modules = _OF_MODULES.intersection(named.values()) or rule.rule.startswith("/documents/series/<")
        if is_of_modules and absent(["crm_clients"]):
            return []
        numbers = {name: self.ids[record] for name, record in named.items()}
        words = set(rule.arguments) - set(numbers)
        given: list[dict[str, str]] = next((each for start, each in _WORDS if rule.rule.startswith(start)), [{}])
        assert all(words == each.keys() for each in given) or not words, f"Say in house.py what stands in {rule.rule}"
        given = [each for each in given if not absent(word.partition(".")[0] for word in each.values())]
        query = _QUERIES.get(rule.endpoint, "").format(**self.ids)
        with self.company.app.test_request_context():
            adapter = self.company.app.url_map.bind("localhost")
            return [adapter.build(rule.endpoint, {**numbers, **(each if words else {})}) + query for each in given]

    def every_address(self, method: str = "GET") -> Iterator[tuple[Rule, str]]:
        """Yield each route that knows the method with its addresses."""
        for rule in self.rules():
            if method in (rule.methods or ()):
                for address in self.addresses(rule):
                    yield rule, address

    def methods_of(self, address: str) -> set[str]:
        """Return the methods that an address knows, of all its routes."""
        adapter = self.company.app.url_map.bind("localhost")
        return set(adapter.allowed_methods(address.partition("?")[0]))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything that every table holds."""
        with self.company.database.engine.connect() as connection:
            tables = [one for one in inspect(connection).get_table_names() if one.startswith(("core_", "crm_"))]
            return {
                name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
                for name in tables
            }


def _record_of(rule: str) -> str:
    for pattern, name in _RECORDS:
        if re.search(pattern, rule):
            return name
    raise AssertionError(f"Say in house.py which record {rule} is about.")
