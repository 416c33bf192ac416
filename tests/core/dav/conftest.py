"""A company whose module keeps a calendar in memory, and a program that signs in to it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.declare import DavCollection, DavItem, DavObject, DavSpan, Module, Permission
from kartoteka.api.errors import NotFound, Refused
from kartoteka.api.texts import Texts
from kartoteka.builtin.users.app_passwords.service import add_app_password
from kartoteka.testing.company import Company

_ = Texts("diary")
KEY = "diary.days"


class Shelf:
    """Objects in memory, the same for everybody; "forbidden" in a text is refused."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def items(self, session: Any, span: DavSpan | None) -> list[DavItem]:
        return [DavItem(name, _mark(text)) for name, text in self.texts.items()]

    def read(self, session: Any, names: Sequence[str]) -> list[DavObject]:
        return [DavObject(name, _mark(self.texts[name]), self.texts[name]) for name in names if name in self.texts]

    def write(self, session: Any, name: str, text: str) -> DavItem:
        if "forbidden" in text:
            raise Refused(_("This may not be written."))
        self.texts[name] = text
        return DavItem(name, _mark(text))

    def delete(self, session: Any, name: str) -> None:
        if name not in self.texts:
            raise NotFound
        del self.texts[name]


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def diary(shelf: Shelf) -> Any:
    """Return a module with a calendar."""

    class Plugin:
        @hookimpl
        def register_module(self) -> Module:
            return Module(name="diary", title=_("Diary"), description=_("Days."), version="1.0", api=API_VERSION)

        @hookimpl
        def register_permissions(self) -> list[Permission]:
            return [
                Permission(name="diary.view", title=_("See"), description=_("See days.")),
                Permission(name="diary.edit", title=_("Write"), description=_("Write days.")),
            ]

        @hookimpl
        def register_dav_collections(self) -> list[DavCollection]:
            return [
                DavCollection(
                    name="days",
                    title=_("Days"),
                    component="VEVENT",
                    permission="diary.view",
                    change_permission="diary.edit",
                    items=shelf.items,
                    read=shelf.read,
                    write=shelf.write,
                    delete=shelf.delete,
                )
            ]

    return Plugin()


class Program:
    """A calendar program of a user."""

    def __init__(self, company: Company, user_id: int) -> None:
        login = company.actor(user_id).name.lower()
        with company.database.transaction(company.system) as session:
            self.password = add_app_password(session, user_id, "Calendar")[1]
        self.login, self.user_id, self.company = login, user_id, company
        token = base64.b64encode(f"{login}:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}
        self.home = f"/caldav/calendars/{user_id}/"
        self.days = f"{self.home}{KEY}/"

    def __call__(self, method: str, path: str, data: str | bytes = b"", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        browser = self.company.app.test_client()
        return browser.open(path, method=method, data=data, headers={**self.headers, **named})

    def put(self, name: str, text: str, **headers: str) -> Any:
        return self("PUT", f"{self.days}{name}", text, Content_Type="text/calendar", **headers)

    def report(self, body: str, path: str = "") -> Any:
        spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
        whole = re.sub(r"^<([CD]:[\w-]+)", rf"<\1 {spaces}", body.strip(), count=1)
        return self("REPORT", path or self.days, whole, Depth="1", Content_Type="application/xml")


def event(uid: str = "a", summary: str = "Day", start: str = "20261122T100000Z", **more: str) -> str:
    """Return an event as text."""
    lines = [f"{name}:{value}" for name, value in more.items()]
    inner = "\r\n".join([f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{start}", f"SUMMARY:{summary}", *lines])
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\n"
    return f"{head}{inner}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def office(company_on: Callable[..., Company], shelf: Shelf) -> Company:
    plugin = diary(shelf)
    point = SimpleNamespace(name="diary", value="diary", dist=None, load=lambda: plugin)
    return company_on(entry_points=[point], modules=["diary"])


@pytest.fixture
def program(office: Company) -> Program:
    return Program(office, office.add_user(permissions=["diary.view", "diary.edit"], email="ona@example.lt"))


@pytest.fixture
def reader(office: Company) -> Program:
    return Program(office, office.add_user(permissions=["diary.view"]))
