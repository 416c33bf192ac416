"""Keeping mail that came in, offering it to modules, and sorting it by clients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select

from kartoteka.builtin.inbox.models import NAME_LENGTH, SORT, InboxAccount, InboxMail
from kartoteka.builtin.inbox.parsing.html import wants_remote_pictures
from kartoteka.builtin.inbox.parsing.mail import parse_mail
from kartoteka.builtin.inbox.places import find_at_place
from kartoteka.builtin.inbox.saving import address_for as address_for
from kartoteka.builtin.inbox.saving import file_addressed, link_to_work
from kartoteka.builtin.inbox.saving import save_as_document as save_as_document
from kartoteka.builtin.inbox.threads import thread_of
from kartoteka.builtin.mail.queries import sent_mails
from kartoteka.builtin.mail.service import mark_bounced
from kartoteka.db.blobs import Blob
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import name_operation
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.extension.declarations.work import DuplicateProbe
from kartoteka.extension.dispatch import find_duplicates, receive_mail
from kartoteka.extension.seeing import client_of
from kartoteka.vocabulary.errors import Forbidden, NotFound
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState

LONGEST_REPLY = 100_000
STATES = (RecordState.ACTIVE, RecordState.ARCHIVED)


@dataclass(frozen=True)
class Arrival:
    """Where and when a mail came in: the mailbox, its place there, and the bytes that are kept of it."""

    account_id: int | None = None
    uid_validity: int | None = None
    uid: int | None = None
    received_at: datetime | None = None
    blob: Blob | None = None


def keep_mail(session: Session, mail: IncomingMail, arrival: Arrival) -> int:
    """Store a mail that was read, mark what it bounces, and offer it to modules; return its id.

    The same bytes in the same mailbox are kept once, whatever number the server gives them. A module that fails loses
    nothing: the mail is kept all the same.
    """
    known = _find_same(session, arrival)
    if known is not None:
        return known
    name_operation(session, _("E-mails fetched"))
    stored = _stored(session, mail, arrival)
    stored.is_copy = _is_copy(session, mail, arrival)
    stored.client_id = client_for(session, mail, stored.thread_id)
    session.add(stored)
    session.flush()
    if not stored.is_copy:
        _mark_bounced(session, mail)
        document_id = file_addressed(session, mail, stored)
        stored.about = receive_mail(session, as_stored(mail, stored))
        if stored.about is not None and stored.client_id is None:
            stored.client_id = _client_behind(session, stored.about)
        session.flush()
        if document_id is not None and stored.about is not None:
            link_to_work(session, document_id, stored.about)
    return stored.id


def keep_bytes(session: Session, raw: bytes, arrival: Arrival) -> int:
    """Read and store a mail; ``arrival`` names the blob that holds the bytes."""
    return keep_mail(session, parse_mail(raw), arrival)


def as_stored(mail: IncomingMail, stored: InboxMail) -> IncomingMail:
    """Return a mail with what is known since it is stored."""
    return replace(
        mail,
        id=stored.id,
        account_id=stored.account_id,
        thread_id=stored.thread_id,
        client_ids=(stored.client_id,) if stored.client_id is not None else (),
        received_at=stored.received_at,
    )


def client_for(session: Session, mail: IncomingMail, thread_id: int) -> int | None:
    """Return the client a mail belongs to: that of the mail it answers, else the only one with the sender's address."""
    answered = _client_of_answered(session, mail, thread_id)
    if answered is not None or mail.kind is not MailKind.MAIL:
        return answered
    found = clients_with(session, mail.sender.address) if mail.sender else []
    return found[0] if len(found) == 1 else None


def clients_with(session: Session, address: str) -> list[int]:
    """Return the clients that have an address, in their own data or in those of modules (contacts); all of them."""
    if not address:
        return []
    with as_system(session, reason="find the clients with an address"):
        hits = find_duplicates(session, DuplicateProbe(emails=(address,)))
    return list(dict.fromkeys(hit.client_id for hit in hits))


def assign_client(session: Session, mail_id: int, client_id: int | None) -> InboxMail:
    """Say which client a mail belongs to; mails of the same thread without a client follow.

    Raises NotFound, also for a client that the actor doesn't see, and Forbidden.
    """
    mail = _sorted_by_actor(session, mail_id)
    others = select(InboxMail).where(InboxMail.thread_id == mail.thread_id, InboxMail.client_id.is_(None))
    for one in [mail, *session.scalars(others)]:
        one.client_id = client_id
    session.flush()
    return mail


def set_about(session: Session, mail_id: int, record: RecordRef) -> InboxMail:
    """Say what a mail is about; its client is the record's from then on. Raises NotFound and Forbidden."""
    mail = _sorted_by_actor(session, mail_id)
    client_id = client_of(session, record)
    mail.about = record
    if client_id is not None:
        mail.client_id = client_id
    session.flush()
    return mail


def _client_behind(session: Session, record: RecordRef) -> int | None:
    try:
        with as_system(session, reason="whose record a module made of a mail"):
            return client_of(session, record)
    except NotFound:
        return None


def set_state(session: Session, mail_ids: Iterable[int], state: str) -> int:
    """Put mails away (archived) or take them back (active); return how many. Raises NotFound and Forbidden."""
    changed = 0
    for mail_id in mail_ids:
        mail = _sorted_by_actor(session, mail_id)
        changed += mail.state != state
        mail.state = state
    session.flush()
    return changed


def _sorted_by_actor(session: Session, mail_id: int) -> InboxMail:
    mail = find(session, InboxMail, mail_id)
    actor = actor_of(session)
    if not actor.can(SORT) and not _is_own(session, mail):
        raise Forbidden(permission=SORT)
    return mail


def _is_own(session: Session, mail: InboxMail) -> bool:
    owner = select(InboxAccount.owner_id).where(InboxAccount.id == mail.account_id)
    user_id = actor_of(session).user_id
    return user_id is not None and session.scalar(owner) == user_id


def _find_same(session: Session, arrival: Arrival) -> int | None:
    if arrival.blob is None:
        return None
    if arrival.uid is not None:
        place = arrival.account_id, arrival.uid_validity, arrival.uid
        if (found := find_at_place(session, *place, arrival.blob.digest)) is not None:
            return found
    with as_system(session, reason="is this mail stored already"):
        same = select(InboxMail.id).where(InboxMail.blob == arrival.blob.digest)
        return session.scalar(same.where(InboxMail.account_id.is_not_distinct_from(arrival.account_id)).limit(1))


def _is_copy(session: Session, mail: IncomingMail, arrival: Arrival) -> bool:
    if not mail.message_id or mail.sender is None:
        return False
    earlier = select(InboxMail.id).where(
        InboxMail.message_id == mail.message_id,
        InboxMail.sender == mail.sender.address,
        InboxMail.account_id.is_distinct_from(arrival.account_id),
    )
    with as_system(session, reason="did this mail come to another mailbox"):
        return session.scalar(earlier.limit(1)) is not None


def _stored(session: Session, mail: IncomingMail, arrival: Arrival) -> InboxMail:
    roles = {"to": mail.to, "cc": mail.cc, "reply_to": mail.reply_to}
    related = (*mail.references, mail.bounced_message_id) if mail.bounced_message_id else mail.references
    return InboxMail(
        account_id=arrival.account_id,
        uid_validity=arrival.uid_validity,
        uid=arrival.uid,
        blob=arrival.blob.digest if arrival.blob else None,
        size=arrival.blob.size if arrival.blob else 0,
        kind=mail.kind,
        automatic=mail.automatic,
        message_id=mail.message_id,
        reference_ids=list(mail.references),
        thread_id=thread_of(session, mail.message_id, related),
        sender=mail.sender.address if mail.sender else "",
        sender_name=(mail.sender.name or mail.sender.address if mail.sender else "")[:NAME_LENGTH],
        recipients=[
            {"role": role, "name": one.name, "address": one.address} for role, ones in roles.items() for one in ones
        ],
        subject=mail.subject,
        text=mail.text,
        reply=mail.reply[:LONGEST_REPLY],
        has_html=bool(mail.html),
        has_remote=wants_remote_pictures(mail.html),
        attachments=[asdict(one) for one in mail.attachments],
        bounced=[asdict(one) for one in mail.bounced],
        bounced_message_id=mail.bounced_message_id,
        problems=list(mail.problems),
        sent_at=mail.sent_at,
        received_at=arrival.received_at or utc_now(),
    )


def _mark_bounced(session: Session, mail: IncomingMail) -> None:
    failed = [one for one in mail.bounced if one.failed]
    if mail.kind is not MailKind.BOUNCE or not mail.bounced_message_id or (mail.bounced and not failed):
        return
    reason = next((one.diagnostic or one.status for one in failed if one.diagnostic or one.status), "")
    mark_bounced(session, mail.bounced_message_id, reason[:500])


def _client_of_answered(session: Session, mail: IncomingMail, thread_id: int) -> int | None:
    ids = [*mail.references, *([mail.bounced_message_id] if mail.bounced_message_id else [])]
    with as_system(session, reason="find the client of the mail that is answered"):
        ours = [one.client_id for one in sent_mails(session, ids) if one.client_id is not None]
        if ours:
            return int(ours[-1])
        earlier = select(InboxMail.client_id).where(
            InboxMail.thread_id == thread_id, InboxMail.client_id.is_not(None), InboxMail.account_id.is_not(None)
        )
        found_in_thread: int | None = session.scalar(earlier.order_by(InboxMail.id.desc()).limit(1))
    return found_in_thread
