"""Answers to mail that came in: they join its thread, whatever program the other side uses."""

from __future__ import annotations

import re

from sqlalchemy import select

from kartoteka.builtin.inbox.models import MAIL, InboxAccount, InboxMail
from kartoteka.builtin.mail.queries import company_accounts
from kartoteka.builtin.mail.service import send_mail
from kartoteka.db.session import Session, find
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

_ANSWERED = re.compile(r"^\s*(re|ats|vs|aw|sv|отв|відп)\s*(\[\d+\])?\s*:", re.IGNORECASE)
MOST_REFERENCES = 20


def answer_address(mail: InboxMail) -> str:
    """Return where an answer goes: to Reply-To when the mail names one, else to its sender; empty when to nobody."""
    wanted = [one["address"] for one in mail.recipients if one.get("role") == "reply_to"]
    return wanted[0] if wanted else mail.sender


def answer_subject(subject: str) -> str:
    """Return the subject of an answer."""
    return subject if _ANSWERED.match(subject) else f"Re: {subject}"


def answer_mail(session: Session, mail_id: int, text: str) -> int:
    """Send an answer and return its id in the outbox; raises NotFound, InvalidInput, and Refused without an address."""
    return send_mail(session, answer_draft(find(session, InboxMail, mail_id), text))


def answer_draft(mail: InboxMail, text: str) -> MailDraft:
    """Return an answer to a mail: to its sender, in its thread, about what the mail is about; raises Refused."""
    address = answer_address(mail)
    if not address:
        raise Refused(_("The e-mail doesn't say where an answer goes."))
    before = [f"<{one}>" for one in (*mail.reference_ids[-MOST_REFERENCES:], mail.message_id) if one]
    return MailDraft(
        to=(address,),
        subject=answer_subject(mail.subject),
        text=text,
        ref=mail.about or RecordRef(MAIL, mail.id),
        client_id=mail.client_id,
        in_reply_to=f"<{mail.message_id}>" if mail.message_id else None,
        references=tuple(before),
        signed=True,
    )


def answering_account(session: Session, mail: InboxMail) -> int | None:
    """Return the company's account that answers leave by: that of the address the mail was sent to, else the usual one.

    None when the company has no account yet.
    """
    name = session.scalar(select(InboxAccount.username).where(InboxAccount.id == mail.account_id)) or ""
    wanted = {name.lower(), *(str(one.get("address", "")).lower() for one in mail.recipients)}
    accounts = [one for one in company_accounts(session) if one.active]
    ordered = sorted(accounts, key=lambda one: (one.address.lower() not in wanted, not one.is_default, one.id))
    return ordered[0].id if ordered else None
