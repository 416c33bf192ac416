"""Reads of letters: which inquiry a mail speaks of, whom it concerns, and what stands in the shared mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.db import Session, as_system, find, utc_now
from kartoteka.api.declare import StreamPart, TimelineEntry
from kartoteka.api.mail import (
    InboxAccount,
    InboxMail,
    IncomingMail,
    Mail,
    ThreadText,
    open_attachment,
    records_answered,
    texts_of_thread,
)
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka_crm_inquiries.choices import chosen
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters import rules
from kartoteka_crm_inquiries.letters.models import LetterWriter, MailTie, SharedLetter
from kartoteka_crm_inquiries.naming import INQUIRY, LETTER

_ = Texts("crm_inquiries")

MAIL_CHOICE = "mail"
SENT, RECEIVED = "mail.mail", "inbox.mail"
KEPT = ("active", "archived")
MOST_OPEN = 20
_SHOWN = 600


def makes_inquiries(session: Session) -> bool:
    """Tell whether mail of a client without an open inquiry makes one by itself."""
    return bool(chosen(session, MAIL_CHOICE).get("makes_inquiries"))


def inquiry_of_mail(session: Session, mail: IncomingMail) -> Inquiry | None:
    """Return the inquiry that a mail speaks of: by its thread, by the number in its subject, by its sender (IN-44).

    A number counts unless the sender is known to be somebody else's. A sender's only open inquiry counts, or the only
    one of several that is with him.
    """
    for ref in records_answered(session, mail):
        if ref.kind == INQUIRY and (found := _living(session, Inquiry.id == ref.id)):
            return found[0]
    tags = rules.tags_in(mail.subject)
    if tags:
        tagged = {one.number: one for one in _living(session, Inquiry.number.in_(tags))}
        for tag in tags:
            if tag in tagged and (not mail.client_ids or tagged[tag].client_id in mail.client_ids):
                return tagged[tag]
    return _only_open(session, mail)


def _only_open(session: Session, mail: IncomingMail) -> Inquiry | None:
    if len(mail.client_ids) != 1:
        return None
    opened = _living(session, (Inquiry.client_id == mail.client_ids[0]) & (Inquiry.outcome == ""))
    opened = [one for one in opened if one.state == "active"]
    if len(opened) == 1:
        return opened[0]
    people = {one.record for one in _ties_of(session, mail)}
    with_sender = [one for one in opened if one.person is not None and one.person in people]
    return with_sender[0] if len(with_sender) == 1 else None


def _ties_of(session: Session, mail: IncomingMail) -> Sequence[MailTie]:
    return session.scalars(select(MailTie).where(MailTie.inbox_id == mail.id)).all()


def _living(session: Session, condition: Any) -> list[Inquiry]:
    wanted = select(Inquiry).where(condition, Inquiry.state.in_(KEPT)).order_by(Inquiry.id.desc())
    return list(session.scalars(wanted.limit(MOST_OPEN)))


def open_inquiries_of(session: Session, client_id: int) -> list[Inquiry]:
    """Return the open inquiries of a client that the actor sees, the newest first."""
    return _living(session, (Inquiry.client_id == client_id) & (Inquiry.outcome == "") & (Inquiry.state == "active"))


# --- Streams ----------------------------------------------------------------------------------------------------------


def read_ties(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the mails that belong to a record beside the one they are about, such as its contact's.

    The client's own stream has them already: each mail stands once in every stream. Three statements; the words of a
    mail are read with the reader's own rights, and the core leaves out one that he doesn't see.
    """
    if part.client_id is not None:
        return []
    wanted = select(MailTie).where(MailTie.record == part.record)
    ties = session.scalars(part.newest(wanted, MailTie.at, MailTie.id)).all()
    sent = _words(session, Mail, [one.mail_id for one in ties])
    received = _words(session, InboxMail, [one.inbox_id for one in ties])
    return [_entry(one, sent, received) for one in ties]


def _words(session: Session, model: type[Mail | InboxMail], ids: Sequence[int | None]) -> dict[int, Any]:
    known = [one for one in ids if one is not None]
    if not known:
        return {}
    who, text = (Mail.recipient_line, Mail.text) if model is Mail else (InboxMail.sender_name, InboxMail.reply)
    columns = (model.id, model.client_id, model.subject, who.label("who"), func.substr(text, 1, _SHOWN).label("text"))
    return {row.id: row for row in session.execute(select(*columns).where(model.id.in_(known)))}


def _entry(tie: MailTie, sent: Mapping[int, Any], received: Mapping[int, Any]) -> TimelineEntry:
    if tie.mail_id is not None:
        about, row = RecordRef(SENT, tie.mail_id), sent.get(tie.mail_id)
        title = _("E-mail to %(names)s", names=row.who if row else "")
    else:
        about, row = RecordRef(RECEIVED, tie.inbox_id or 0), received.get(tie.inbox_id or 0)
        title = _("E-mail from %(name)s", name=row.who if row else "")
    text = f"{row.subject}\n{row.text}".strip() if row else ""
    return TimelineEntry(id=tie.id, at=tie.at, title=title, text=text, about=about)


# --- The shared mailbox -----------------------------------------------------------------------------------------------


def letter_url(id: int) -> str:
    """Return the address of a letter's page."""
    return f"/crm_inquiries/letters/{id}"


def summarise_letters(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return subject and sender of each letter that the user sees; one statement."""
    columns = (
        SharedLetter.id,
        SharedLetter.client_id,
        SharedLetter.subject,
        SharedLetter.sender_name,
        SharedLetter.state,
    )
    rows = session.execute(select(*columns).where(SharedLetter.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(LETTER, row.id),
            title=row.subject or row.sender_name,
            subtitle=row.sender_name,
            url=letter_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def is_shared(session: Session, account_id: int | None) -> bool:
    """Tell whether a mailbox is the company's, which several people work on."""
    owner = select(InboxAccount.id).where(InboxAccount.id == account_id, InboxAccount.owner_id.is_(None))
    return session.scalar(owner) is not None


def letter_in_thread(session: Session, mail: IncomingMail) -> SharedLetter | None:
    """Return the letter of the same mailbox that a mail goes on with."""
    same = select(SharedLetter).join(InboxMail, InboxMail.id == SharedLetter.mail_id)
    wanted = same.where(InboxMail.thread_id == mail.thread_id, SharedLetter.account_id == mail.account_id)
    return session.scalars(wanted.order_by(SharedLetter.id.desc()).limit(1)).first()


def mail_of(session: Session, letter: SharedLetter) -> InboxMail:
    """Return the newest mail of a letter, which whoever sees the letter may read."""
    with as_system(session, reason="the mail of a letter that is worked on together"):
        return find(session, InboxMail, letter.mail_id)


def inquiry_of_letter(session: Session, letter: SharedLetter) -> RecordRef | None:
    """Return the inquiry that a letter belongs to, also by its mail, of which one may have been made."""
    if letter.inquiry_id is not None:
        return RecordRef(INQUIRY, letter.inquiry_id)
    about = mail_of(session, letter).about
    return about if about is not None and about.kind == INQUIRY else None


def conversation(session: Session, letter: SharedLetter) -> list[ThreadText]:
    """Return what both sides wrote, the oldest first: whoever sees the letter reads all of it, our answers too."""
    mail = mail_of(session, letter)
    answers = select(MailTie.mail_id).where(
        MailTie.record == RecordRef(LETTER, letter.id), MailTie.mail_id.is_not(None)
    )
    with as_system(session, reason="the conversation of a letter that is worked on together"):
        return texts_of_thread(session, mail, [one for one in session.scalars(answers) if one is not None])


def file_of(session: Session, mail_id: int, position: int) -> Any:
    """Return a file of a mail that stands in a letter whose reader was found to see it; raises NotFound."""
    with as_system(session, reason="a file of a letter that is worked on together"):
        return open_attachment(session, mail_id, position)


def others_writing(session: Session, letter_id: int, user_id: int | None) -> list[str]:
    """Return the names of others who are writing an answer to a letter now."""
    since = utc_now() - rules.WRITING_FOR
    wanted = select(LetterWriter.user_id).where(LetterWriter.letter_id == letter_id, LetterWriter.seen_at >= since)
    with as_system(session, reason="who is writing an answer"):
        ids = [one for one in session.scalars(wanted) if one != user_id]
        return sorted(user_names(session, ids).values()) if ids else []


def mailboxes(session: Session) -> list[tuple[int, str]]:
    """Return the mailboxes of the company, by id and name."""
    with as_system(session, reason="names of shared mailboxes"):
        rows = session.execute(
            select(InboxAccount.id, InboxAccount.title)
            .where(InboxAccount.owner_id.is_(None))
            .order_by(InboxAccount.title)
        )
        return [(row.id, row.title) for row in rows]


def tag_of(session: Session, record: RecordRef) -> str | None:
    """Return the number of an inquiry, by which an answer finds it again; None for other records."""
    if record.kind != INQUIRY:
        return None
    with as_system(session, reason="the number that mail about an inquiry carries"):
        return session.scalar(select(Inquiry.number).where(Inquiry.id == record.id))
