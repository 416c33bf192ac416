"""A mail that came in, as the modules get it: plain values, without its bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What sort of mail it is; only a ``MAIL`` was written to be read and answered."""

    MAIL = "mail"
    BOUNCE = "bounce"
    """A server says what became of a mail (RFC 3464 and its older cousins)."""
    AUTO_REPLY = "auto_reply"
    """A program answered for a person who is away (RFC 3834)."""
    COMPLAINT = "complaint"
    """A reader marked a mail as spam (RFC 5965)."""


@dataclass(frozen=True)
class MailAddress:
    """An address with the name beside it; ``address`` is as written, with the domain in lower case."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True)
class MailAttachment:
    """A file in a mail: ``position`` names it within the mail, ``size`` is in bytes.

    A forwarded mail is one too, of the type ``message/rfc822``; the files inside a ``winmail.dat`` are listed
    beside it.
    """

    position: int
    name: str
    content_type: str
    size: int
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class BouncedRecipient:
    """What became of a mail to one address.

    ``action`` is that of RFC 3464: failed, delayed, delivered, relayed or expanded. ``status`` is like "5.1.1", empty
    when unknown; ``diagnostic`` is what the server said.
    """

    address: str
    action: str = "failed"
    status: str = ""
    diagnostic: str = ""

    @property
    def failed(self) -> bool:
        """Whether the mail did not arrive and no other try is made."""
        return self.action == "failed"


@dataclass(frozen=True, kw_only=True)
class IncomingMail:
    """A mail that came in.

    ``id``, ``account_id``, ``thread_id``, ``client_ids`` and ``received_at`` are known of a stored mail only.
    ``text`` is the whole text, made of the HTML when there is no other; ``reply`` is what the sender wrote himself,
    without quotes and signature. ``references`` are the Message-IDs (without angle brackets) of the mails before it,
    oldest first, the answered one last. ``problems`` are names of what was wrong with it, see
    `kartoteka.builtin.inbox.wording`. ``automatic`` says that no person waits for an answer: lists, notices,
    bounces and automatic replies. Whoever sends replies by himself sends none to such a mail.
    """

    sender: MailAddress | None
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    sent_at: datetime | None = None
    kind: MailKind = MailKind.MAIL
    automatic: bool = False
    text: str = ""
    reply: str = ""
    html: str = ""
    attachments: tuple[MailAttachment, ...] = ()
    bounced: tuple[BouncedRecipient, ...] = ()
    bounced_message_id: str = ""
    problems: tuple[str, ...] = ()
    id: int | None = None
    account_id: int | None = None
    thread_id: int | None = None
    client_ids: tuple[int, ...] = field(default=())
    received_at: datetime | None = None

    @property
    def opens_work(self) -> bool:
        """Whether a person wrote it: bounces, automatic replies and complaints open no new inquiry."""
        return self.kind is MailKind.MAIL
