"""Ona's company with a mailbox: what it sends in calendar messages, and what comes in."""

from __future__ import annotations

import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar
from sqlalchemy import select

from kartoteka.api.mail import Arrival, keep_bytes
from kartoteka.db.blobs import put_bytes
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT, EDIT_ACTIVITIES, VIEW, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.sync import inviting

RIGHTS = ("clients.view", VIEW, EDIT, VIEW_ACTIVITIES, EDIT_ACTIVITIES, ASSIGN)
OFFICE = "office@company.test"


class Post:
    """Ona's company with a mailbox."""

    def __init__(self, company: Any, mailbox: Any, run_jobs: Callable[..., int]) -> None:
        self.company, self.mailbox, self.run_jobs = company, mailbox, run_jobs
        mailbox.prepare(company.database)
        self.user_id = company.add_user(
            permissions=RIGHTS, login="ona", name="Ona Onaitė", email="ona@company.test", timezone="Europe/Vilnius"
        )
        self.actor = company.actor(self.user_id)

    def do(self, work: Callable[[Any], Any]) -> Any:
        with self.company.database.transaction(self.actor, "Test") as session:
            return work(session)

    def meeting(self, **values: Any) -> int:
        given = {"name": "Derybos", "starts_at": datetime(2026, 11, 25, 8, tzinfo=UTC), "estimate": 60, **values}
        return self.do(lambda session: plan_activity(session, given).id)

    def invite(self, activity_id: int, *addresses: str) -> Any:
        return self.do(
            lambda session: inviting.invite(session, activity_id, [(one, "Jonas", None) for one in addresses])
        )

    def sent(self) -> list[tuple[str, Any]]:
        """Return method and first event of the mails that left since the last time."""
        return [(method, calendar.walk("VEVENT")[0]) for method, calendar in self.calendars()]

    def calendars(self) -> list[tuple[str, Any]]:
        """Return method and calendar of the mails that left since the last time."""
        self.run_jobs(self.company)
        found = []
        for message in self.mailbox.messages:
            part = next(
                one for one in message.walk() if one.get_content_type() == "text/calendar" and not one.get_filename()
            )
            calendar = Calendar.from_ical(part.get_content())
            assert part.get_param("method") == calendar["METHOD"]
            found.append((str(calendar["METHOD"]), calendar))
        self.mailbox.clear()
        return found

    def receive(self, sender: str, text: str, **headers: str) -> None:
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"], message["Subject"] = sender, OFFICE, "Calendar"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content("See the calendar.")
        method = text.partition("METHOD:")[2].split()[0]
        message.add_alternative(text, subtype="calendar", params={"method": method})
        with self.company.database.transaction(self.company.system) as session:
            blob = put_bytes(session.database.blobs, message.as_bytes())
            keep_bytes(session, message.as_bytes(), Arrival(blob=blob))

    def rows(self, model: Any = Activity) -> list[Any]:
        with self.company.database.reading(self.company.system) as session:
            return list(session.scalars(select(model).order_by(model.id)))


def answer(event: Any, who: str, said: str, *, later: int = 60, sequence: int | None = None) -> str:
    stamp = datetime.now(UTC) + timedelta(seconds=later)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{event['UID']}\r\nDTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nDTSTART:20261125T080000Z\r\n"
        f"SEQUENCE:{event['SEQUENCE'] if sequence is None else sequence}\r\n"
        f"ORGANIZER:mailto:{OFFICE}\r\nATTENDEE;PARTSTAT={said}:mailto:{who}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
