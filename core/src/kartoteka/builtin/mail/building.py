"""Turns a row of the outbox into the bytes that a server takes, signed where the account signs (RFC 6376)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime
from typing import Any

from kartoteka.builtin.mail.accounts import Sender
from kartoteka.builtin.mail.plain import Unusual, address_field, body, plain_field, text_field
from kartoteka.builtin.mail.rules import wire_address

_SIGNED = """
    from to cc subject date message-id reply-to in-reply-to references mime-version content-type
    content-transfer-encoding list-unsubscribe list-unsubscribe-post
"""
_INVITATION = "text/calendar;method="
_OWN = frozenset({"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version"})


@dataclass(frozen=True)
class OutgoingFile:
    """An attached file with its bytes."""

    name: str
    mime: str
    content: bytes = field(repr=False)
    content_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A mail of the outbox as it is to be sent."""

    id: int
    message_id: str
    recipients: tuple[Mapping[str, Any], ...]
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    attempts: int = 0

    @property
    def addresses(self) -> list[str]:
        """Everybody the server is asked to deliver to."""
        return [wire_address(str(one["address"])) for one in self.recipients]


def build_message(
    mail: Outgoing, files: Iterable[OutgoingFile], sender: Sender, moment: datetime, *, utf8: bool = False
) -> bytes:
    """Return the mail as bytes with CRLF, signed when the account has a key; ``utf8`` for servers that take that.

    Raises ValueError for an address that can't be written so.
    """
    kept = list(files)
    if not kept and not utf8:
        with suppress(Unusual):
            return _signed(_written(mail, sender, moment), sender)
    policy: EmailPolicy[Any] = SMTPUTF8 if utf8 else SMTP
    message = EmailMessage(policy=policy)
    message["From"] = _address(sender.name, sender.address)
    for role, header in (("to", "To"), ("cc", "Cc")):
        named = [
            _address(str(one.get("name") or ""), str(one["address"])) for one in mail.recipients if one["role"] == role
        ]
        if named:
            message[header] = named
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = mail.message_id
    for name, value in mail.headers.items():
        if name.lower() not in _OWN and name.lower() not in {key.lower() for key in message}:
            message[name] = value
    _fill(message, mail, kept)
    return _signed(message.as_bytes(), sender)


def _written(mail: Outgoing, sender: Sender, moment: datetime) -> bytes:
    """Return a mail without files, written by hand; raises Unusual for what the library had better write."""
    parts: list[str | bytes] = [address_field("From", [_address(sender.name, sender.address)])]
    for role, header in (("to", "To"), ("cc", "Cc")):
        named = [
            _address(str(one.get("name") or ""), str(one["address"])) for one in mail.recipients if one["role"] == role
        ]
        if named:
            parts.append(address_field(header, named))
    parts.append(text_field("Subject", mail.subject))
    parts.append(plain_field("Date", format_datetime(moment)))
    parts.append(plain_field("Message-ID", mail.message_id))
    parts += [plain_field(name, value) for name, value in mail.headers.items() if name.lower() not in _OWN]
    parts.append("MIME-Version: 1.0\r\n")
    parts += body(mail.text, _page(mail.html) if mail.html else None, mail.message_id)
    return b"".join(one if isinstance(one, bytes) else one.encode("ascii") for one in parts)


def _address(name: str, address: str) -> Address:
    wired = wire_address(address)
    local, _at, domain = wired.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def _fill(message: EmailMessage, mail: Outgoing, files: list[OutgoingFile]) -> None:
    message.set_content(mail.text, cte="quoted-printable")
    shown = [file for file in files if file.content_id and mail.html]
    if mail.html:
        message.add_alternative(_page(mail.html), subtype="html", cte="quoted-printable")
        part = message.get_payload()[-1]  # type: ignore[index]
        for file in shown:
            main, _slash, sub = file.mime.partition("/")
            part.add_related(file.content, main, sub, cid=f"<{file.content_id}>", filename=file.name)  # type: ignore[union-attr]
    for file in files:
        if file.mime.startswith(_INVITATION):
            # Programs take an invitation for one only when it stands beside the text (RFC 6047, 2.4).
            method = file.mime.removeprefix(_INVITATION).upper()
            text = file.content.decode("utf-8", "replace")
            message.add_alternative(text, subtype="calendar", cte="base64", params={"method": method})
    for file in files:
        if file not in shown:
            main, _slash, sub = file.mime.partition(";")[0].partition("/")
            if main in {"text", "message", "multipart"}:
                # As bytes: the library would want text in a known encoding, or a message it can read.
                main, sub = ("application", "octet-stream") if main != "text" else (main, sub)
            message.add_attachment(file.content, main, sub, filename=file.name)


def _page(html: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{html}</body></html>'


def _signed(content: bytes, sender: Sender) -> bytes:
    if not sender.dkim_key:
        return content
    import dkim

    present = {line.split(b":", 1)[0].lower().decode("ascii", "replace") for line in _header_lines(content)}
    signature: bytes = dkim.sign(
        content,
        sender.dkim_selector.encode(),
        sender.dkim_domain.encode(),
        sender.dkim_key.encode(),
        include_headers=[name.encode() for name in _SIGNED.split() if name in present],
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return signature + content


def _header_lines(content: bytes) -> list[bytes]:
    head = content.partition(b"\r\n\r\n")[0]
    return [line for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
