"""An inquiry that a letter asks for: what its form begins with, and that the letter belongs to it then (IN-44)."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, as_system, find, find_or_none, reading
from kartoteka.api.errors import NotFound
from kartoteka.api.mail import InboxAccount, InboxMail, set_about
from kartoteka.api.records import RecordRef
from kartoteka.api.web import asked_id, visitor
from kartoteka_crm_inquiries.inquiries.models import DESCRIPTION_LENGTH, SUBJECT_LENGTH, Inquiry
from kartoteka_crm_inquiries.naming import INQUIRY, SHARED_MAIL

MAIL = "inbox.mail"
SEE_MAIL = "inbox.view"


def asked_mail() -> InboxMail | None:
    """Return the mail that the address names, ``mail``; raises NotFound for one that the visitor may not read."""
    if "mail" not in request.args:
        return None
    mail_id = asked_id("mail")
    if mail_id is None:
        raise NotFound
    with reading() as session:
        return _readable(session, mail_id)


def _readable(session: Session, mail_id: int) -> InboxMail:
    if visitor().can(SEE_MAIL) and (found := find_or_none(session, InboxMail, mail_id)) is not None:
        return found
    if not visitor().can(SHARED_MAIL):
        raise NotFound
    with as_system(session, reason="a mail of the mailbox that is worked on together"):
        mail = find(session, InboxMail, mail_id)
        shared = select(InboxAccount.id).where(InboxAccount.id == mail.account_id, InboxAccount.owner_id.is_(None))
        if session.scalar(shared) is None:
            raise NotFound
    return mail


def begun_by(mail: InboxMail | None) -> dict[str, Any]:
    """Return what the form of a new inquiry begins with: subject and text of the mail, and who wrote it."""
    if mail is None:
        return {}
    return {
        "subject": mail.subject[:SUBJECT_LENGTH],
        "description": mail.reply[:DESCRIPTION_LENGTH],
        "client": "" if mail.client_id else (mail.sender_name or mail.sender),
        "new_email": mail.sender,
    }


def client_of_mail(mail: InboxMail | None) -> Client | None:
    """Return the client that a mail is from, if the visitor sees it."""
    if mail is None or mail.client_id is None:
        return None
    with reading() as session:
        return find_or_none(session, Client, mail.client_id)


def origin_of(mail: InboxMail | None) -> dict[str, Any]:
    """Return what a new inquiry came by."""
    return {} if mail is None else {"origin": RecordRef(MAIL, mail.id), "received_at": mail.received_at}


def settle_mail(session: Session, mail: InboxMail | None, inquiry: Inquiry) -> None:
    """Say that the mail belongs to the inquiry that was made of it."""
    if mail is not None:
        with as_system(session, reason="the mail that an inquiry was made of"):
            set_about(session, mail.id, RecordRef(INQUIRY, inquiry.id))
