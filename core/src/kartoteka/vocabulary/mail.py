"""A mail that is to be sent, before anybody has looked at it: plain values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kartoteka.vocabulary.record import RecordRef


@dataclass(frozen=True, kw_only=True)
class AttachedFile:
    """A file that goes along: its ``content``, or the ``digest`` of one that is in the file store already.

    ``content_id`` is what the mail's HTML calls a picture by: ``<img src="cid:logo">`` shows the attachment "logo".
    """

    name: str
    mime: str = "application/octet-stream"
    content: bytes | None = None
    digest: str | None = None
    content_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MailDraft:
    """What `send_mail` sends.

    ``to``, ``cc`` and ``bcc`` hold addresses, ``name@company.com`` or ``Name <name@company.com>``. ``text`` and
    ``html`` say the same; either may be left out. ``ref`` is the record that it is about, ``client_id`` the client in
    whose history it stands. ``template`` is the key of a mail template (``module.name``), which ``values`` are put
    into; a subject or a text that is given takes the place of the template's. ``language`` is that of the template,
    ``send_at`` (aware) the moment before which it doesn't leave, ``account_id`` the account it leaves by: left out it
    is the sender's own, else the company's. ``signed`` puts the sender's signature below. ``in_reply_to`` and
    ``references`` are Message-IDs, ``headers`` further headers such as List-Unsubscribe. A draft with a ``dedup`` (at
    most 200 characters) is sent once, however often it is handed over.
    """

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str | None = None
    attachments: tuple[AttachedFile, ...] = ()
    ref: RecordRef | None = None
    client_id: int | None = None
    template: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    send_at: datetime | None = None
    account_id: int | None = None
    signed: bool = False
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    dedup: str | None = None


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """A mail that has just been put into the outbox, as modules get it.

    ``message_id`` and ``references``, the mails before it, are without angle brackets; ``automatic`` says that no
    person wrote it.
    """

    id: int
    message_id: str
    subject: str
    addresses: tuple[str, ...]
    ref: RecordRef | None = None
    client_id: int | None = None
    user_id: int | None = None
    automatic: bool = False
    references: tuple[str, ...] = ()


def may_have_password(server: tuple[str, int, str], known: tuple[str, int, str]) -> bool:
    """Tell whether a server may be sent the password that was given for a known one.

    Both are host, port and encryption (tls, starttls or none): the same host and port, and not in the clear when the
    password was given for an encrypted connection.
    """
    return server[:2] == known[:2] and (server[2] != "none" or known[2] == "none")
