"""Reads of mail that came in: one mail with its thread and files, and what lists say about it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.inbox.models import MAIL, InboxAccount, InboxMail
from kartoteka.builtin.inbox.parsing.contents import FileInMail
from kartoteka.builtin.inbox.parsing.mail import files_of, parse_mail, read_mail
from kartoteka.builtin.mail.queries import sent_mails, sent_mails_about, sent_texts
from kartoteka.db.blobs import read_blob
from kartoteka.db.session import Session, find
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.incoming import (
    BouncedRecipient,
    IncomingMail,
    MailAddress,
    MailAttachment,
    MailKind,
)
from kartoteka.vocabulary.record import RecordRef, RecordSummary

MOST_IN_THREAD = 100
LARGEST_SHOWN = 20_000_000
MOST_PICTURE = 2_000_000
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class InThread:
    """A mail of a thread, in or out, as the page of another one lists it."""

    title: str
    who: str
    at: datetime
    url: str
    sent: bool = False
    id: int = 0


def mail_url(id: int) -> str:
    """Return the address of a mail's page."""
    return f"/inbox/{id}"


def summarise_mails(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return subject and sender of each mail that the user sees; one statement."""
    rows = session.execute(
        select(InboxMail.id, InboxMail.subject, InboxMail.sender, InboxMail.sender_name).where(InboxMail.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(MAIL, row.id),
            title=row.subject or row.sender_name or row.sender,
            subtitle=row.sender_name or row.sender,
            url=mail_url(row.id),
        )
        for row in rows
    }


def thread_of_mail(session: Session, mail: InboxMail) -> list[InThread]:
    """Return the latest mails of a thread that the actor sees, the oldest first: what came in, and what answered it.

    There is one more than ``MOST_IN_THREAD`` where the thread is longer.
    """
    came = session.execute(
        select(InboxMail.id, InboxMail.subject, InboxMail.sender, InboxMail.sender_name, InboxMail.received_at)
        .add_columns(InboxMail.message_id, InboxMail.reference_ids)
        .where(InboxMail.thread_id == mail.thread_id, ~InboxMail.is_copy)
        .order_by(InboxMail.received_at.desc(), InboxMail.id.desc())
        .limit(MOST_IN_THREAD + 1)
    ).all()
    found = [
        InThread(row.subject, row.sender_name or row.sender, row.received_at, mail_url(row.id), id=row.id)
        for row in reversed(came)
    ]
    ids = sorted({one for row in came for one in (row.message_id, *row.reference_ids) if one})
    sent = sent_mails(session, ids[:500])
    found += [InThread(row.subject, row.recipient_line, row.created_at, f"/mail/{row.id}", sent=True) for row in sent]
    return sorted(found, key=lambda one: one.at)[-MOST_IN_THREAD - 1 :]


@dataclass(frozen=True)
class ThreadText:
    """A mail of a thread with what its writer wrote himself; ``sent`` ones are ours."""

    id: int
    who: str
    at: datetime
    subject: str
    text: str
    sent: bool = False
    user_id: int | None = None
    files: tuple[MailAttachment, ...] = ()


def texts_of_thread(session: Session, mail: InboxMail, sent_ids: Sequence[int] = ()) -> list[ThreadText]:
    """Return the mails of a thread that the actor sees with what they say, the oldest first; two statements.

    ``sent_ids`` are answers that nobody has answered yet: their Message-IDs are in no mail that came in.
    """
    mails = select(InboxMail).where(InboxMail.thread_id == mail.thread_id, ~InboxMail.is_copy)
    came = session.scalars(
        mails.order_by(InboxMail.received_at.desc(), InboxMail.id.desc()).limit(MOST_IN_THREAD)
    ).all()
    found = [
        ThreadText(
            one.id,
            one.sender_name or one.sender,
            one.received_at,
            one.subject,
            one.reply,
            files=tuple(MailAttachment(**file) for file in one.attachments),
        )
        for one in reversed(came)
    ]
    ids = sorted({known for one in came for known in (one.message_id, *one.reference_ids) if known})
    for one in sent_texts(session, ids[:500], sent_ids):
        found.append(
            ThreadText(
                one.id, one.recipient_line, one.created_at, one.subject, one.text, sent=True, user_id=one.user_id
            )
        )
    return sorted(found, key=lambda one: one.at)


def records_answered(session: Session, mail: IncomingMail) -> list[RecordRef]:
    """Return what the mails before a stored mail are about, the newest first: those sent and those that came in."""
    sent = [one.about for one in sent_mails_about(session, mail.references)]
    earlier = select(InboxMail.about_kind, InboxMail.about_id).where(  # type: ignore[attr-defined]
        InboxMail.thread_id == mail.thread_id,
        InboxMail.id != mail.id,
        InboxMail.about_id.is_not(None),  # type: ignore[attr-defined]
    )
    came = session.execute(earlier.order_by(InboxMail.id.desc()).limit(MOST_IN_THREAD)).all()
    refs = [*(one for one in sent if one is not None), *(RecordRef(row.about_kind, row.about_id) for row in came)]
    return list(dict.fromkeys(one for one in refs if one.kind != MAIL))


def account_title(session: Session, account_id: int | None) -> str:
    """Return the name of a mailbox, empty when the actor doesn't see it."""
    return session.scalar(select(InboxAccount.title).where(InboxAccount.id == account_id)) or ""


def original(session: Session, mail_id: int) -> tuple[InboxMail, bytes]:
    """Return a mail that the actor sees with its bytes as they came; raises NotFound, also for erased ones."""
    mail = find(session, InboxMail, mail_id)
    if mail.blob is None:
        raise NotFound
    return mail, read_blob(session.database.blobs, mail.blob)


def open_attachment(session: Session, mail_id: int, position: int) -> FileInMail:
    """Return a file of a mail that the actor sees, with its bytes; raises NotFound."""
    files = files_of(original(session, mail_id)[1])
    if not 0 <= position < len(files):
        raise NotFound
    return files[position]


def find_mail(session: Session, mail_id: int) -> IncomingMail:
    """Return a stored mail that the actor sees as the value that modules get; raises NotFound."""
    mail = find(session, InboxMail, mail_id)
    html = parse_mail(read_blob(session.database.blobs, mail.blob)).html if mail.blob else ""
    return IncomingMail(
        sender=MailAddress(mail.sender, "" if mail.sender_name == mail.sender else mail.sender_name)
        if mail.sender
        else None,
        subject=mail.subject,
        message_id=mail.message_id,
        references=tuple(mail.reference_ids),
        **{role: _recipients(mail, role) for role in ("to", "cc", "reply_to")},
        sent_at=mail.sent_at,
        kind=MailKind(mail.kind),
        automatic=mail.automatic,
        text=mail.text,
        reply=mail.reply,
        html=html,
        attachments=tuple(MailAttachment(**one) for one in mail.attachments),
        bounced=tuple(BouncedRecipient(**one) for one in mail.bounced),
        bounced_message_id=mail.bounced_message_id,
        problems=tuple(mail.problems),
        id=mail.id,
        account_id=mail.account_id,
        thread_id=mail.thread_id,
        client_ids=(mail.client_id,) if mail.client_id is not None else (),
        received_at=mail.received_at,
    )


def _recipients(mail: InboxMail, role: str) -> tuple[MailAddress, ...]:
    ones: list[dict[str, Any]] = [one for one in mail.recipients if one.get("role") == role]
    return tuple(MailAddress(one["address"], one["name"]) for one in ones)


def html_with_pictures(session: Session, mail_id: int) -> str:
    """Return a mail's HTML with the pictures that came along in their places; raises NotFound."""
    mail, files = read_mail(original(session, mail_id)[1])
    html = mail.html
    for file in files:
        if file.content_id and file.content_type in _PICTURES and len(file.data) < MOST_PICTURE:
            encoded = b64encode(file.data).decode()
            html = html.replace(f"cid:{file.content_id}", f"data:{file.content_type};base64,{encoded}")
    return html
