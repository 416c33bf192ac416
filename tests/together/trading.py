"""A client with everything that crm_inquiries keeps about clients, and the company around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import MetaData, Table, inspect, select, text

from kartoteka.api.db import utc_now
from kartoteka.api.records import RecordRef
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka_crm_inquiries.activities.service import finish_activity, plan_activity
from kartoteka_crm_inquiries.inquiries.service import move_to_stage, register_inquiry
from kartoteka_crm_inquiries.needs.service import add_appeal, add_need
from kartoteka_crm_inquiries.processes.queries import stages_of
from kartoteka_crm_inquiries.projects.service import start_project
from kartoteka_crm_inquiries.promises.service import add_promise
from kartoteka_crm_inquiries.series.service import begin_series
from kartoteka_crm_inquiries.sync.inviting import invite
from kartoteka_crm_inquiries.sync.models import CalendarObject
from tests.modules.crm_inquiries.conftest import step
from tests.modules.crm_inquiries.letters.conftest import PostHouse

CLIENTS, INQUIRIES = "crm_clients", "crm_inquiries"
MARK = "Pelkauskaitė"
"""Stands in every text that is written about the client, so that it is seen where some of it is left."""


class TradingHouse(PostHouse):
    """A company that trades: a mailbox, an administrator, and clients about whom everything is known."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self.boss_id = company.add_user(ADMINISTRATOR, login="boss", name="Bosas")
        self.boss = company.browser(self.boss_id)

    def known(self, name: str, address: str, *, person: RecordRef | None = None, mark: str = MARK) -> int:
        """Enter a client, let everything happen to it that the module keeps, and return its id."""
        client = self.client(f"{name} {mark}", owner=self.boss_id, email=address)
        with self.company.database.transaction(self.company.actor(self.boss_id), "Everything") as session:
            self._sell(session, client, mark, person)
            self._plan(session, client, mark, person)
            add_need(session, client, {"text": f"Doors for {mark}"})
            add_appeal(session, client, {"text": f"{mark} asks about doors"})
            promise = {"text": f"An offer to {mark}", "due_on": utc_now().date() + timedelta(days=2)}
            add_promise(session, client, promise | ({"person": str(person)} if person else {}))
        self.comes(sender=f"{mark} <{address}>", subject=f"From {mark}")
        return client

    def _sell(self, session: Any, client: int, mark: str, person: RecordRef | None) -> None:
        project = start_project(session, client, {"name": f"House of {mark}"})
        line = {"text": f"Door of {mark}", "quantity": "2", "unit": "pcs"}
        values = {"client_id": client, "subject": f"Doors for {mark}", "lines": [line], "project_id": project.id}
        inquiry = register_inquiry(session, values | ({"person": person} if person else {}), step())
        move_to_stage(session, inquiry.id, stages_of(session, inquiry.process_id)[1].id)
        other = {"client_id": client, "subject": f"Windows for {mark}"}
        register_inquiry(session, other, step(name=f"Call {mark}"))

    def _plan(self, session: Any, client: int, mark: str, person: RecordRef | None) -> None:
        at = utc_now().replace(microsecond=0) + timedelta(days=1)
        given = {"client_id": client, "name": f"Meet {mark}", "starts_at": at, "person": person}
        meeting = plan_activity(session, given)
        invite(session, meeting.id, [(f"guest{client}@client.lt", f"Guest of {mark}", None)])
        session.add(
            CalendarObject(
                user_id=self.boss_id, activity_id=meeting.id, component="VEVENT", name=f"m{client}", kept=mark
            )
        )
        session.flush()
        done = plan_activity(session, {**given, "starts_at": at - timedelta(days=3)})
        finish_activity(session, done.id, {"outcome": f"{mark} agreed"})
        weekly = {"client_id": client, "name": f"Visit {mark}", "starts_at": at}
        begin_series(session, weekly, "FREQ=WEEKLY;COUNT=3", "Europe/Vilnius")


def client_columns(company: Company) -> list[tuple[str, str]]:
    """Return the columns of crm_inquiries that point to clients, as the module declares them."""
    found = company.installation.registry.client_references
    return [(one.table, one.column) for one in found if one.table.startswith(f"{INQUIRIES}_")]


def rows_of(company: Company, client_id: int) -> dict[str, int]:
    """Return how many rows of each table belong to a client."""
    with company.database.engine.connect() as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": client_id}) or 0
            for table, column in client_columns(company)
        }


def tables_with(company: Company, word: str) -> list[str]:
    """Return the tables of the module in which a word still stands."""
    with company.database.engine.connect() as connection:
        names = [one for one in inspect(connection).get_table_names() if one.startswith(f"{INQUIRIES}_")]
        found = {name: Table(name, MetaData(), autoload_with=connection) for name in names}
        return [name for name, table in found.items() if word in repr(connection.execute(select(table)).all())]
