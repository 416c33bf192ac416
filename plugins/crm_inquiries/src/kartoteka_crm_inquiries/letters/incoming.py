"""What becomes of mail that comes in, and of mail that was sent: ties, inquiries, letters of the shared mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.api.clients import client_people
from kartoteka.api.db import Session, as_system, update_rows, utc_now
from kartoteka.api.mail import IncomingMail, SentMail
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.models import SUBJECT_LENGTH, Inquiry
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.letters import queries, rules, texts
from kartoteka_crm_inquiries.letters.models import MailTie, SharedLetter
from kartoteka_crm_inquiries.letters.texts import ANSWER_CAME, LETTER_CAME, answer_words, letter_words
from kartoteka_crm_inquiries.naming import INQUIRY, LETTER


def receive(session: Session, mail: IncomingMail) -> RecordRef | None:
    """Tie a mail to its people and its inquiry, and put it into the shared mailbox; return the inquiry (IN-44, IN-45).

    Bounces, automatic replies and complaints open no inquiry and trigger nothing. Runs as the system.
    """
    if not mail.opens_work or mail.id is None:
        return None
    if mail.sender is not None:
        _tie_people(session, mail.client_ids, [mail.sender.address], at=mail.received_at, inbox_id=mail.id)
    inquiry = queries.inquiry_of_mail(session, mail)
    is_known = inquiry is not None
    if inquiry is None and not mail.automatic and mail.client_ids and queries.makes_inquiries(session):
        inquiry = _make_inquiry(session, mail)
    if inquiry is not None and not mail.client_ids:
        mail = replace(mail, client_ids=(inquiry.client_id,))
        if mail.sender is not None:
            _tie_people(session, mail.client_ids, [mail.sender.address], at=mail.received_at, inbox_id=mail.id)
    if inquiry is not None:
        if is_known:
            update_rows(session, Inquiry, {inquiry.id: {"moved_at": mail.received_at or utc_now()}})
        _tell_manager(session, inquiry, mail)
    if not mail.automatic and queries.is_shared(session, mail.account_id):
        _put_in_mailbox(session, mail, inquiry)
    return RecordRef(INQUIRY, inquiry.id) if inquiry is not None else None


def note_sent(session: Session, mail: SentMail) -> None:
    """Note that a client was answered, and show the mail with the people it went to (IN-43, X-12)."""
    if mail.automatic:
        return
    if mail.client_id is not None:
        _tie_people(session, (mail.client_id,), mail.addresses, at=utc_now(), mail_id=mail.id, about=mail.ref)
    if mail.ref is None or mail.ref.kind != INQUIRY:
        return
    with as_system(session, reason="an inquiry is answered"):
        inquiry = session.get(Inquiry, mail.ref.id)
        if inquiry is not None:
            answered = {} if inquiry.answered_at is not None else {"answered_at": utc_now()}
            update_rows(session, Inquiry, {inquiry.id: {"moved_at": utc_now(), **answered}})


def _make_inquiry(session: Session, mail: IncomingMail) -> Inquiry:
    values: dict[str, Any] = {
        "client_id": mail.client_ids[0],
        "subject": mail.subject[:SUBJECT_LENGTH] or str(texts.no_subject()),
        "description": mail.reply[:20_000],
        "received_at": mail.received_at,
        "origin": RecordRef(queries.RECEIVED, mail.id or 0),
    }
    starts_at = working_time(session).next_moment(utc_now())
    step = NextStep(starts_at=starts_at, name=str(texts.to_answer()))
    return register_inquiry(session, values, step, came_in=True)


def _tell_manager(session: Session, inquiry: Inquiry, mail: IncomingMail) -> None:
    if inquiry.manager_id is not None and not mail.automatic:
        ref = RecordRef(INQUIRY, inquiry.id)
        notify(session, [inquiry.manager_id], ANSWER_CAME, answer_words(inquiry.number), ref, dedup=f"letter:{mail.id}")


def _put_in_mailbox(session: Session, mail: IncomingMail, inquiry: Inquiry | None) -> None:
    earlier = queries.letter_in_thread(session, mail)
    sender = mail.sender
    values: dict[str, Any] = {
        "mail_id": mail.id,
        "subject": mail.subject[:500],
        "sender": sender.address if sender else "",
        "sender_name": (sender.name or sender.address if sender else "")[:200],
        "received_at": mail.received_at or utc_now(),
    }
    if mail.client_ids:
        values["client_id"] = mail.client_ids[0]
    if inquiry is not None:
        values["inquiry_id"] = inquiry.id
    if earlier is None:
        session.add(SharedLetter(account_id=mail.account_id, **values))
        session.flush()
        return
    status = rules.state_after_mail(earlier.assignee_id)
    more = {"status": status, "state": RecordState.ACTIVE, "mails": earlier.mails + 1}
    for name, value in (values | more).items():
        setattr(earlier, name, value)
    session.flush()
    if earlier.assignee_id is not None:
        ref = RecordRef(LETTER, earlier.id)
        notify(session, [earlier.assignee_id], LETTER_CAME, letter_words(), ref, dedup=f"shared:{mail.id}")


def _tie_people(
    session: Session,
    client_ids: Sequence[int],
    addresses: Iterable[str],
    *,
    at: datetime | None,
    about: RecordRef | None = None,
    **which: int,
) -> None:
    """Show a mail in the streams of the people of its client that it is from, or went to; each once."""
    wanted = list(addresses)
    for client_id in client_ids:
        for person in client_people(session, client_id):
            if person.email and rules.same_address(person.email, wanted) and person.ref != about:
                tie(session, person.ref, at=at, **which)


def tie(session: Session, record: RecordRef, *, at: datetime | None = None, **which: int) -> None:
    """Show a mail, ``mail_id`` or ``inbox_id``, in the stream of a record as well; doing it twice changes nothing."""
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"record_kind": record.kind, "record_id": record.id, "at": at or utc_now(), **which}
    with as_system(session, reason="a mail is shown with one more record"):
        session.execute(make(MailTie.__table__).values(values).on_conflict_do_nothing())
