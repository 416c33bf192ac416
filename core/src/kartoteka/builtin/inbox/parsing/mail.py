"""A mail's bytes to one plain value."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

from kartoteka.builtin.inbox.parsing import headers
from kartoteka.builtin.inbox.parsing.contents import Contents, FileInMail, Part, read_contents
from kartoteka.builtin.inbox.parsing.replies import trim_reply
from kartoteka.builtin.inbox.parsing.reports import classify
from kartoteka.builtin.inbox.parsing.structure import LARGEST_MAIL, read_structure
from kartoteka.builtin.inbox.parsing.tnef import is_tnef
from kartoteka.vocabulary.incoming import IncomingMail, MailAttachment

LONGEST_TEXT = 1_000_000
LONGEST_HTML = 5_000_000
LONGEST_SUBJECT = 500
NO_SENDER, TEXT_CUT, NOT_A_MAIL, TOO_LARGE = "no_sender", "text_cut", "not_a_mail", "too_large"

_FIRST_FIELD = re.compile(rb"\s*(?:From |[!-9;-~]{1,100}:)")
_LONE_WINMAIL = b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
_OTHER_FORMATS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-")


def parse_mail(raw: bytes) -> IncomingMail:
    """Read a mail (RFC 5322, MIME); never raises: what is wrong is named in ``problems``."""
    return read_mail(raw)[0]


def read_mail(raw: bytes) -> tuple[IncomingMail, list[FileInMail]]:
    """Read a mail together with the bytes of its files, in the order of their positions."""
    if is_tnef(raw):
        raw = _LONE_WINMAIL + b64encode(raw)
    elif raw.startswith(_OTHER_FORMATS) or (b"\0" in raw[:2000] and not _FIRST_FIELD.match(raw)):
        return IncomingMail(sender=None, problems=(NOT_A_MAIL,)), []
    if len(raw) > LARGEST_MAIL:
        raw, cut = raw[: raw.find(b"\n\n", 0, 1_000_000) + 1 or 10_000], [TOO_LARGE]
    else:
        cut = []
    message, problems = read_structure(raw)
    contents = read_contents(message)
    for problem in (*cut, *problems):
        contents.note(problem)
    return _mail(message, contents), contents.files


def files_of(raw: bytes) -> list[FileInMail]:
    """Return the files of a mail with their bytes."""
    return read_mail(raw)[1]


def _mail(message: Part, contents: Contents) -> IncomingMail:
    senders = headers.addresses(message, "from") or headers.addresses(message, "sender")
    text = _cut(contents.body.text.strip("\n"), LONGEST_TEXT, contents)
    mail = IncomingMail(
        sender=senders[0] if senders else None,
        subject=headers.text_field(message, "subject")[:LONGEST_SUBJECT],
        message_id=headers.message_id(message),
        references=headers.references(message),
        reply_to=headers.addresses(message, "reply-to"),
        to=headers.addresses(message, "to"),
        cc=headers.addresses(message, "cc"),
        sent_at=headers.moment(message),
        text=text,
        html=_cut(contents.body.html, LONGEST_HTML, contents),
        attachments=tuple(_listed(number, one) for number, one in enumerate(contents.files)),
    )
    if mail.sender is None:
        contents.note(NO_SENDER)
    found = classify(message, contents, mail)
    return replace(
        mail,
        kind=found.kind,
        automatic=found.automatic,
        bounced=found.bounced,
        bounced_message_id=found.message_id,
        reply=trim_reply(text),
        problems=tuple(contents.problems),
    )


def _cut(written: str, longest: int, contents: Contents) -> str:
    text = headers.storable(written)
    if len(text) <= longest:
        return text
    contents.note(TEXT_CUT)
    return text[:longest]


def _listed(position: int, file: FileInMail) -> MailAttachment:
    return MailAttachment(position, file.name, file.content_type[:127], len(file.data), file.content_id, file.inline)
