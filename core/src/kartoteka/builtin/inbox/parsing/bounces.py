"""What a bounce says: which addresses, what became of the mail, which mail it was (RFC 3464, and older ways)."""

from __future__ import annotations

import re

from kartoteka.builtin.inbox.parsing import headers
from kartoteka.builtin.inbox.parsing.contents import Contents, Part
from kartoteka.vocabulary.incoming import BouncedRecipient, IncomingMail

MOST_RECIPIENTS = 200
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = r"[^\s@<>\"'(),;:\[\]]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]"
_NEAR = re.compile(
    rf"(?:^[ \t>*-]*<({_ADDRESS})>|^[ \t>]*({_ADDRESS})[ \t]*(?::|\.{{3}}|,|-|$)|<({_ADDRESS})>[: .]"
    rf"|(?:recipient|address|user|mailbox|to)\W{{1,30}}({_ADDRESS}))",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = re.compile(
    r"delayed|still (being|trying)|will (be retried|keep trying|continue)|not yet been", re.IGNORECASE
)
_QUOTED_MAIL = re.compile(
    r"^.{0,8}(?:-{2,}.{0,60}(?:original|copy of|message|returned|headers|mail).{0,60}"
    r"|return-path:.*|received: from .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)


def find_bounces(message: Part, contents: Contents, mail: IncomingMail) -> tuple[BouncedRecipient, ...]:
    """Return what became of the mail for each address: as the server's report says, else as far as the text tells."""
    reported = _reported(contents)
    if reported:
        return reported
    failed = headers.read_addresses(headers.field(message, "x-failed-recipients"))
    action = "delayed" if _DELAYED.search(mail.subject) or _is_warning(mail) else "failed"
    said, status = _said(mail.text)
    named = [one.address for one in failed] or _named_in_text(said, mail) or _returned_to(contents)
    return tuple(BouncedRecipient(one, action, status, _line_about(said, one)) for one in named[:MOST_RECIPIENTS])


def returned_id(contents: Contents, mail: IncomingMail) -> str:
    """Return the Message-ID of the mail that came back, empty when the report doesn't hold it."""
    for one in contents.returned:
        found = headers.message_id(one)
        if found:
            return found
    for file in contents.files:
        if file.content_type.startswith(("message/", "text/")):
            found_in = _MESSAGE_ID.search(file.data[:100_000].decode("latin-1"))
            if found_in:
                return found_in[1]
    in_text = _MESSAGE_ID.search(mail.text[:200_000])
    if in_text:
        return in_text[1]
    return mail.references[-1] if mail.references else ""


def _reported(contents: Contents) -> tuple[BouncedRecipient, ...]:
    found: dict[str, BouncedRecipient] = {}
    for block in contents.statuses:
        one = _recipient(block)
        if one is not None and len(found) < MOST_RECIPIENTS:
            found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def _recipient(block: Part) -> BouncedRecipient | None:
    address = _reported_address(block, "original-recipient") or _reported_address(block, "final-recipient")
    if not address:
        return None
    action = headers.text_field(block, "action").lower().partition(" ")[0].strip(";,.")
    status = _STATUS.search(headers.text_field(block, "status"))
    diagnostic = headers.text_field(block, "diagnostic-code").partition(";")
    said = (diagnostic[2] or diagnostic[0]).strip()[:1000]
    if action not in _ACTIONS:
        action = "delayed" if status and status[1].startswith("4") else "failed"
    code = status[1] if status else ""
    if code.endswith(".0.0") and (surer := _STATUS.search(said)):
        code = surer[1]
    return BouncedRecipient(address, action, code, said)


def _reported_address(block: Part, name: str) -> str:
    value = headers.text_field(block, name)
    found = headers.read_addresses(value.partition(";")[2] or value)
    return found[0].address if found else ""


def _said(text: str) -> tuple[str, str]:
    quoted = _QUOTED_MAIL.search(text)
    said = text[: quoted.start()] if quoted and quoted.start() > 40 else text
    status = _STATUS.search(said)
    return said[:20_000], status[1] if status else ""


def _is_warning(mail: IncomingMail) -> bool:
    return mail.subject.lower().startswith("warning") or bool(re.search(r"THIS IS A WARNING MESSAGE ONLY", mail.text))


def _named_in_text(said: str, mail: IncomingMail) -> list[str]:
    own = {one.address.lower() for one in (*mail.to, *mail.reply_to)} | (
        {mail.sender.address.lower()} if mail.sender else set()
    )
    found = [one for groups in _NEAR.findall(said) for one in groups if one]
    others = (one for one in dict.fromkeys(found) if one.lower() not in own)
    return [one for one in others if not one.lower().startswith("postmaster@")]


def _returned_to(contents: Contents) -> list[str]:
    return [one.address for block in contents.returned[:1] for one in headers.addresses(block, "to")]


def _line_about(said: str, address: str) -> str:
    place = said.find(address)
    if place < 0:
        return ""
    after = said[place + len(address) : place + len(address) + 600].lstrip(">: \t.")
    return headers.one_line(after.partition("\n\n")[0])[:500]
