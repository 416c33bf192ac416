"""Mails made for tests: twins of what real mailboxes hold."""

from __future__ import annotations

import os
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest

REAL = Path(__file__).parents[4] / "shared" / "data" / "04_email"
needs_real_mails = pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared/data/04_email")

HEAD = b"From: Ona <ona@example.lt>\nTo: info@firma.ee\nSubject: Test\nMessage-ID: <1@example.lt>\nMIME-Version: 1.0\n"


def letter(
    text: str = "Laba diena!\n",
    *,
    sender: str = "Ona Onienė <ona@example.lt>",
    subject: str = "Užklausa",
    message_id: str = "<1@example.lt>",
    html: str = "",
    files: dict[str, bytes] | None = None,
    **fields: str,
) -> bytes:
    """Return a mail as a mail program sends it; further fields by name, with _ for -."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "info@firma.ee", subject
    mail["Date"] = "Mon, 02 Nov 2026 10:30:00 +0200"
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bounce(
    message_id: str = "<sent@firma.ee>", *, action: str = "failed", status: str = "5.1.1", to: str = "jonas@example.lt"
) -> bytes:
    """Return a delivery report of RFC 3464 about a mail."""
    return (
        "From: MAILER-DAEMON@mx.example.lt (Mail Delivery System)\nTo: info@firma.ee\nReturn-Path: <>\n"
        "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <report@mx.example.lt>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry to have to inform you that your message could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.lt\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} <{to}>: user unknown\n\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: info@firma.ee\nTo: {to}\nSubject: Offer\nMessage-ID: {message_id}"
        "\n\nDear Jonas\n--b--\n"
    ).encode()


def winmail(files: dict[str, bytes], text: str = "") -> bytes:
    """Return a ``winmail.dat`` (MS-OXTNEF) with files and a text."""

    def attribute(level: int, kind: int, value: bytes) -> bytes:
        return struct.pack("<BHHI", level, kind, 0, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    packed = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x9007, struct.pack("<II", 1257, 0))
    if text:
        packed += attribute(1, 0x800C, text.encode("cp1257") + b"\0")
    for name, content in files.items():
        packed += attribute(2, 0x9002, bytes(14))
        packed += attribute(2, 0x8010, name.encode("cp1257") + b"\0")
        packed += attribute(2, 0x800F, content)
    return packed


def garbage(number: int) -> bytes:
    """Return bytes that mean nothing."""
    return os.urandom(number)
