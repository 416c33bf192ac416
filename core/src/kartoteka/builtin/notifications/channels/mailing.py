"""Notifications by e-mail, through the company's outbox."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, as_system, reading, transaction
from kartoteka.extension.declarations.channels import Channel, Telling
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.message import text as _


def have_addresses(session: Session, user_ids: list[int]) -> set[int]:
    """Return those of these users who have an e-mail address."""
    return set(_addresses(session, user_ids))


def send_by_mail(telling: Telling) -> None:
    """Put a notification into the outbox; the outbox takes each once and sees to it that it arrives."""
    with reading() as session:
        address = _addresses(session, [telling.user_id]).get(telling.user_id)
    if address is None:
        return
    lines = [telling.text, telling.about, telling.url]
    subject = f"{telling.title}: {telling.about}" if telling.about else telling.title
    draft = MailDraft(
        to=(address,),
        subject=subject,
        text="\n\n".join(line for line in lines if line),
        dedup=f"notification:{telling.id}",
        # Nobody should answer a program, and other programs should not either (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )
    with transaction() as session:
        send_mail(session, draft)


def _addresses(session: Session, user_ids: list[int]) -> dict[int, str]:
    with as_system(session, reason="addresses for notifications"):
        rows = session.execute(select(User.id, User.email).where(User.id.in_(user_ids), User.email.is_not(None)))
        return {row.id: row.email for row in rows if row.email}


EMAIL = Channel(
    name="email",
    title=_("E-mail"),
    description=_("To the e-mail address of your profile."),
    icon="mail",
    send=send_by_mail,
    ready=have_addresses,
    repeatable=True,
    weight=10,
)
