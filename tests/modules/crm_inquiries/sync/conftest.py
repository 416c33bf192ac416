"""A real server with a calendar in it, and the client library that other programs use."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
import requests
from sqlalchemy import select
from werkzeug.serving import make_server

from kartoteka.builtin.users.app_passwords.service import add_app_password
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT, EDIT_ACTIVITIES, VIEW, VIEW_ACTIVITIES
from tests.modules.crm_inquiries.sync.post import Post

# The client asks whether it is its asynchronous sister, whose module demands a library that writes itself over urllib3.
_sister = ModuleType("caldav.async_davclient")
_sister.AsyncDAVClient = type("AsyncDAVClient", (), {})  # type: ignore[attr-defined]
sys.modules.setdefault(_sister.__name__, _sister)

RIGHTS = ("clients.view", "clients.create", "clients.edit", VIEW, EDIT, VIEW_ACTIVITIES, EDIT_ACTIVITIES, ASSIGN)


class Served:
    """Ona's company on a port of its own, and her calendar program."""

    def __init__(self, company: Any) -> None:
        self.company = company
        self.user_id = company.add_user(
            permissions=RIGHTS, login="ona", name="Ona Onaitė", email="ona@company.test", timezone="Europe/Vilnius"
        )
        self.actor = company.actor(self.user_id)
        with company.database.transaction(company.system) as session:
            self.password = add_app_password(session, self.user_id, "Thunderbird")[1]
        self.server = make_server("127.0.0.1", 0, company.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()

    def program(self, path: str = "/.well-known/caldav") -> Any:
        """Return a calendar program that knows only the server, a name and a password."""
        from caldav import DAVClient

        return DAVClient(url=f"{self.url}{path}", username="ona", password=self.password)

    def calendar(self, component: str = "VEVENT") -> Any:
        calendars = self.program("/caldav/").principal().calendars()
        return next(one for one in calendars if component in one.get_supported_components())

    def ask(self, method: str, url: str, body: str = "", **headers: str) -> Any:
        """Ask as a program would that knows the protocol, and return the plain answer."""
        named = {"Content-Type": "text/calendar; charset=utf-8"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, url, data=body.encode(), headers=named, auth=("ona", self.password), timeout=20)

    def do(self, work: Callable[[Any], Any]) -> Any:
        with self.company.database.transaction(self.actor, "Test") as session:
            return work(session)

    def plan(
        self, name: str = "Meeting", when: str = "2026-11-24T08:00+00:00", minutes: int = 60, **values: Any
    ) -> int:
        given = {"name": name, "starts_at": datetime.fromisoformat(when), "estimate": minutes, **values}
        return self.do(lambda session: plan_activity(session, given).id)

    def rows(self, **by: Any) -> list[Any]:
        with self.company.database.reading(self.actor) as session:
            wanted = select(Activity).where(Activity.state == "active").filter_by(**by).order_by(Activity.starts_at)
            return list(session.scalars(wanted))


@pytest.fixture(params=chosen_kinds())
def served(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Iterator[Served]:
    made = Served(company_on(request.param, modules=["crm_inquiries"]))
    yield made
    made.close()


@pytest.fixture(params=chosen_kinds())
def post(request: pytest.FixtureRequest, company_on: Callable[..., Any], mailbox: Any, run_jobs: Any) -> Post:
    return Post(company_on(request.param, modules=["crm_inquiries"]), mailbox, run_jobs)
