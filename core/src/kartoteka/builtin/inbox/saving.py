"""Mail as documents of a client: saved by a person, or by itself when it was sent to the client's own address."""

from __future__ import annotations

import hashlib
import hmac
import io
import logging
import re
from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from kartoteka.builtin.files.queries import kept_client_id, see_file
from kartoteka.builtin.files.service import choose_links, links_for, store_file, with_above
from kartoteka.builtin.inbox.models import InboxAccount, InboxMail
from kartoteka.builtin.inbox.parsing.names import clean_name
from kartoteka.builtin.inbox.queries import open_attachment
from kartoteka.builtin.mail.queries import company_address
from kartoteka.db.blobs import Blob
from kartoteka.db.session import Session, as_system, find
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, is_id

log = logging.getLogger("kartoteka.inbox")
LETTER: Final = "letter"
_SIGNS: Final = 12
_ADDRESSED = re.compile(rf"\+doc-([0-9]{{1,10}})-([0-9a-f]{{{_SIGNS}}})@", re.IGNORECASE)


def save_as_document(
    session: Session,
    mail_id: int,
    client_id: int | None,
    *,
    kind: str = LETTER,
    title: str = "",
    position: int | None = None,
    records: Collection[RecordRef] = (),
) -> int:
    """Put a mail, or the file of it at ``position``, among a client's documents (CORE-19); return the document's id.

    Without a title it is called by the mail's subject, or the file's name. ``records`` are those of the client that it
    belongs to besides. Raises NotFound, InvalidInput and Forbidden as the register does, and Refused for a mail whose
    content was erased.
    """
    mail = find(session, InboxMail, mail_id)
    if mail.blob is None:
        raise Refused(_("The content of this e-mail is not kept any more."))
    if position is not None:
        file = open_attachment(session, mail_id, position)
        content: Blob | io.BytesIO = io.BytesIO(file.data)
        name = file.name
    else:
        content, title = Blob(mail.blob, mail.size), title or mail.subject[:200]
        name = f"{clean_name(mail.subject[:100]) or 'mail'}.eml"
    document_id = store_file(session, content, name, client_id=client_id, title=title, kind=kind).id
    if records:
        choose_links(session, document_id, records)
    return document_id


def address_for(session: Session, client_id: int) -> str:
    """Return the address that files mail with a client, empty while no mailbox of the company is fetched.

    It holds a signature of the client's id, so that nobody can guess another client's. The server behind the mailbox
    has to deliver what stands behind a plus sign, as most do (RFC 5233).
    """
    local, at, domain = _base(session).rpartition("@")
    return f"{local}+doc-{client_id}-{_signature(session, client_id)}@{domain}" if at else ""


def client_addressed(session: Session, mail: IncomingMail) -> int | None:
    """Return the client whose own address a mail was sent to, also when it was merged into another one since."""
    for one in (*mail.to, *mail.cc):
        found = _ADDRESSED.search(one.address)
        if found is None or not is_id(int(found[1])):
            continue
        if hmac.compare_digest(found[2].lower(), _signature(session, int(found[1]))):
            with as_system(session, reason="the client that a mail is addressed to"):
                return kept_client_id(session, int(found[1]))
    return None


def file_addressed(session: Session, mail: IncomingMail, stored: InboxMail) -> int | None:
    """Put a mail that was sent to a client's own address among its documents; what fails loses no mail.

    Return the document's id, None when there is none.
    """
    if mail.kind is not MailKind.MAIL or stored.blob is None:
        return None
    client_id = client_addressed(session, mail)
    if client_id is None:
        return None
    stored.client_id = stored.client_id or client_id
    session.flush()
    try:
        with session.begin_nested():
            return save_as_document(session, stored.id, client_id)
    except (Problem, NotFound) as problem:
        log.warning("Mail %s was not put among documents: %s", stored.id, without_values(problem))
    return None


def link_to_work(session: Session, document_id: int, record: RecordRef) -> None:
    """Let a filed mail belong to the record that a module made or found for it, when documents may belong to it."""
    if records := with_above(links_for(session, see_file(session, document_id).client_id), record):
        choose_links(session, document_id, records)


def _base(session: Session) -> str:
    """Return the address of the mailbox that is the company's, as far as it is known here."""
    with as_system(session, reason="the company's address"):
        fetched = select(InboxAccount.username).where(InboxAccount.active, InboxAccount.owner_id.is_(None))
        names = list(session.scalars(fetched.order_by(InboxAccount.id)))
    if not names:
        return ""
    return next((one for one in names if "@" in one), "") or company_address(session)


def _signature(session: Session, client_id: int) -> str:
    secret = session.database.secret.encode()
    return hmac.new(secret, f"documents of client {client_id}".encode(), hashlib.sha256).hexdigest()[:_SIGNS]
