"""Header fields to texts, addresses, dates and Message-IDs; hostile ones are cut, never refused."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from kartoteka.builtin.inbox.parsing.charsets import decode
from kartoteka.vocabulary.incoming import MailAddress

LONGEST_FIELD = 20_000
MOST_ADDRESSES = 500
MOST_REFERENCES = 100
LONGEST_ADDRESS = 320
LONGEST_ID = 250

_WORD = re.compile(r"=\?([^?\s]{1,60}?)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,%d})\s*>" % LONGEST_ID)
_BARE_ID = re.compile(r"[^<>\s,;\"]+@[^<>\s,;\"]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_FOLD = re.compile(r"\s*[\r\n]+\s*")
_ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+|\"[^\"]{1,64}\"@[^\s@<>\"(),;:]+")


def field(message: Message, name: str) -> str:
    """Return a header field's value as it stands, cut to 20,000 characters; undecoded bytes are surrogates."""
    for key, value in message.raw_items():
        if key.lower() == name:
            return str(value)[:LONGEST_FIELD]
    return ""


def fields(message: Message, name: str) -> list[str]:
    """Return the values of all header fields of this name, at most a hundred."""
    found = (str(value)[:LONGEST_FIELD] for key, value in message.raw_items() if key.lower() == name)
    return [value for _number, value in zip(range(100), found, strict=False)]


def text_field(message: Message, name: str) -> str:
    """Return a header field in one line as people read it."""
    return one_line(decode_words(field(message, name)))


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters and halves of signs."""
    return storable(_CONTROLS.sub(" ", _FOLD.sub(" ", text)).strip())


def storable(text: str) -> str:
    """Return a text that a database can keep: no NUL, no half of a sign."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def decode_words(written: str) -> str:
    """Decode encoded words (RFC 2047), also broken ones, and bytes that should have been encoded."""
    joined = _BETWEEN.sub(r"\1", written)
    return "".join(_pieces(joined)).replace("\x00", "")


def _pieces(written: str) -> Iterator[str]:
    place, waiting, charset = 0, b"", ""
    for found in _WORD.finditer(written):
        between = written[place : found.start()]
        # Words that touch may share a sign of several bytes between them.
        if waiting and (between or found[1].lower() != charset):
            yield decode(waiting, charset).text
            waiting = b""
        if between:
            yield plain(between)
        charset = found[1].lower()
        waiting += _bytes_of(found[2].lower(), found[3])
        place = found.end()
    if waiting:
        yield decode(waiting, charset).text
    if place < len(written):
        yield plain(written[place:])


def plain(written: str) -> str:
    """Return a text whose undecoded bytes are decoded as they look."""
    if written.isascii():
        return written
    return decode(written.encode("utf-8", "surrogateescape")).text


def _bytes_of(way: str, written: str) -> bytes:
    raw = written.encode("utf-8", "surrogateescape")
    if way == "q":
        return binascii.a2b_qp(raw.replace(b"\n", b" "), header=True)
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return base64.b64decode(clean + b"=" * (-len(clean) % 4))


def addresses(message: Message, name: str) -> tuple[MailAddress, ...]:
    """Return the addresses of a field, each once; what is no address is left out."""
    found: dict[str, MailAddress] = {}
    for value in fields(message, name):
        for one in read_addresses(value):
            found.setdefault(one.address.lower(), one)
    return tuple(list(found.values())[:MOST_ADDRESSES])


def read_addresses(written: str) -> list[MailAddress]:
    """Read a list of addresses; names that are encoded are decoded after the list is taken apart."""
    one_lined = _FOLD.sub(" ", written)
    read = [_address(name, address) for name, address in _pairs(one_lined)]
    kept = [one for one in read if one is not None]
    if kept or ("@" in one_lined and "=?" not in one_lined):
        return kept or _any_addresses(one_lined)
    return _any_addresses(decode_words(one_lined))


def _pairs(written: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([written])[:MOST_ADDRESSES]
    except (ValueError, IndexError, TypeError, RecursionError):
        return []


def _any_addresses(written: str) -> list[MailAddress]:
    return [
        MailAddress(_lower_domain(found), "")
        for found in _ADDRESS.findall(plain(written))[:MOST_ADDRESSES]
        if len(found) <= LONGEST_ADDRESS
    ]


def _address(name: str, address: str) -> MailAddress | None:
    clean = one_line(decode_words(address))
    if not _ADDRESS.fullmatch(clean) or len(clean) > LONGEST_ADDRESS:
        return None
    shown = one_line(decode_words(name)).strip("\"' ")
    return MailAddress(_lower_domain(clean), "" if shown.lower() == clean.lower() else shown[:200])


def _lower_domain(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def message_ids(written: str) -> list[str]:
    """Return the Message-IDs of a field without their angle brackets, in order, each once."""
    found = _MESSAGE_ID.findall(written) or [one[:LONGEST_ID] for one in _BARE_ID.findall(written)]
    return list(dict.fromkeys(one_line(plain(one)) for one in found))


def references(message: Message) -> tuple[str, ...]:
    """Return the mails before this one: References, then what In-Reply-To adds; at most a hundred, the newest kept."""
    before = [one for value in fields(message, "references") for one in message_ids(value)]
    answered = [one for value in fields(message, "in-reply-to") for one in message_ids(value)]
    own = message_id(message)
    known = [one for one in before if one not in answered[:1]] + answered[:1]
    return tuple([one for one in dict.fromkeys(known) if one != own][-MOST_REFERENCES:])


def message_id(message: Message) -> str:
    """Return the mail's own Message-ID, empty when it has none."""
    found = message_ids(field(message, "message-id"))
    return found[0] if found else ""


def moment(message: Message) -> datetime | None:
    """Return when the mail says that it was sent, in UTC; None for a date that is missing or makes no sense."""
    try:
        read = parsedate_to_datetime(one_line(plain(field(message, "date")[:200])))
        at = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if 1970 <= at.year <= 2200 else None
