"""The room's part of the demo company: letters of the shared mailbox, new, in work and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, utc_now
from kartoteka.api.mail import Arrival, InboxAccount, Mail, keep_bytes
from kartoteka.api.records import RecordRef
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.letters import rules
from kartoteka_crm_inquiries.letters.incoming import tie
from kartoteka_crm_inquiries.letters.models import SharedLetter
from kartoteka_crm_inquiries.naming import LETTER

ADDRESS = "info@example.com"
_LETTERS = (
    ("Price of ten office desks", "Good morning,\n\nwhat do ten desks cost with delivery?\n", 3, rules.NEW),
    ("When will the doors arrive?", "Hello,\n\nour builders ask for the day of delivery.\n", 8, rules.NEW),
    ("Invoice of last month", "Hello,\n\nplease send the invoice once more, it got lost here.\n", 20, rules.WORK),
    ("Changed order", "Good afternoon,\n\nwe need two windows more. Is it too late?\n", 30, rules.WORK),
    ("Thank you", "Hello,\n\nthe installers were quick and clean. Thank you!\n", 50, rules.ANSWERED),
    ("Warranty of the pump", "Hello,\n\nhow long is the warranty of pump P-40?\n", 75, rules.ANSWERED),
)
_ANSWER = "Dear client,\n\nthank you for your letter. It is as we agreed.\n"


def add_demo_data(session: Session) -> None:
    """Let letters of the demo company's clients come in, and give some of them to colleagues."""
    clients = session.execute(
        select(Client.id, Client.name, Client.email).where(Client.email != "", Client.state == "active").limit(60)
    ).all()
    users = [user_id for user_id, _name in active_users(session)]
    if not clients or not users:
        return
    box = InboxAccount(title="Info", host="imap.example.com", username=ADDRESS, last_uid=0, active=False)
    session.add(box)
    session.flush()
    now = utc_now().replace(second=0, microsecond=0)
    for number, (subject, text, hours, status) in enumerate(_LETTERS):
        client = clients[(number * 7) % len(clients)]
        at = now - timedelta(hours=hours)
        raw = _letter(client.name, client.email, subject, text, at, number)
        mail_id = keep_bytes(session, raw, Arrival(account_id=box.id, uid_validity=1, uid=number + 1, received_at=at))
        letter = session.scalars(select(SharedLetter).where(SharedLetter.mail_id == mail_id)).first()
        if letter is not None and status != rules.NEW:
            _work(session, letter, status, users[number % len(users)], at + timedelta(hours=1), number)


def _letter(name: str, address: str, subject: str, text: str, at: datetime, number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f'"{name.replace(chr(34), "")}" <{address}>', ADDRESS, subject
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<letter-{number}@example.com>"
    mail.set_content(text)
    return mail.as_bytes()


def _work(session: Session, letter: SharedLetter, status: str, user_id: int, at: datetime, number: int) -> None:
    letter.status, letter.assignee_id, letter.taken_at = status, user_id, at
    session.flush()
    if status != rules.ANSWERED:
        return
    letter.answered_at = at
    people = [{"role": "to", "name": letter.sender_name, "address": letter.sender}]
    mail = Mail(
        user_id=user_id,
        client_id=letter.client_id,
        message_id=f"<answer-{number}@example.com>",
        recipients=people,
        recipient_line=letter.sender,
        subject=f"Re: {letter.subject}",
        text=_ANSWER,
        stage="sent",
        created_at=at,
        sent_at=at,
    )
    session.add(mail)
    session.flush()
    tie(session, RecordRef(LETTER, letter.id), at=at, mail_id=mail.id)
