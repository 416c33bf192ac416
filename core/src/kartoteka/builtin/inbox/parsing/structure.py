"""Bytes to the tree of a mail's parts, with limits on depth, number and headers."""

from __future__ import annotations

import io
import re
from email.feedparser import BytesFeedParser
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

LARGEST_MAIL = 100_000_000
LONGEST_HEADERS = 1_000_000
MOST_LINES = 3_000_000
DEEPEST = 40
MOST_PARTS = 2000

TOO_DEEP, TOO_MANY_PARTS, HEADERS_CUT, TOO_LONG = "too_deep", "too_many_parts", "headers_cut", "too_long"
_MBOX_LINE = re.compile(rb"\A(?:[^\S\n]*\n)*>?From [^\n]*\n")
_BOUNDARY = re.compile(r"^--([^\s\"]{2,200})[ \t]*\r?\nContent-[A-Za-z-]+:", re.MULTILINE | re.IGNORECASE)
_PIECE = 1_000_000


class _Refused(Exception):
    """A mail made to exhaust whoever reads it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class _LimitedParser(BytesFeedParser):
    """The parser of the standard library, which stops at too many parts and at parts within parts within parts."""

    def __init__(self) -> None:
        super().__init__(policy=compat32)

    def _new_message(self) -> None:
        self._number = getattr(self, "_number", 0) + 1
        if len(self._msgstack) > DEEPEST:  # type: ignore[attr-defined]
            raise _Refused(TOO_DEEP)
        if self._number > MOST_PARTS:
            raise _Refused(TOO_MANY_PARTS)
        super()._new_message()  # type: ignore[misc]


def read_structure(raw: bytes) -> tuple[Message, list[str]]:
    """Return the tree of a mail's parts and what was wrong; never raises.

    A mail that goes beyond the limits comes back as one part with all of its body as text.
    """
    body = _MBOX_LINE.sub(b"", raw, count=1).lstrip(b"\r\n")
    problems: list[str] = []
    end = _end_of_headers(body)
    if end > LONGEST_HEADERS:
        body = body[:LONGEST_HEADERS].rpartition(b"\n")[0] + b"\n" + body[end:]
        problems.append(HEADERS_CUT)
    if body.count(b"\n") > MOST_LINES:
        return _flat(body), [*problems, TOO_LONG]
    try:
        return _parse(body), problems
    except _Refused as refused:
        return _flat(body), [*problems, refused.problem]
    except (RecursionError, ValueError, TypeError, IndexError, KeyError, AttributeError, AssertionError, LookupError):
        return _flat(body), [*problems, TOO_DEEP]


def payload_of(part: Message) -> list[Message] | str:
    """Return a part's own parts, or its text as it came, with undecoded bytes as surrogates."""
    # `get_payload` has its own opinion of what bytes mean, and loses those it doesn't know.
    payload = getattr(part, "_payload", "")
    return payload if isinstance(payload, list) else str(payload or "")


def mend_structure(payload: str) -> Message | None:
    """Return the parts of a multipart body whose real boundary is not the one that the mail names."""
    found = _BOUNDARY.search(payload[:_PIECE])
    if found is None:
        return None
    raw = payload.encode("utf-8", "surrogateescape")
    boundary = found[1].encode("utf-8", "surrogateescape")
    head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n'
    message, problems = read_structure(head + raw)
    return message if not problems and isinstance(payload_of(message), list) else None


def bytes_of(message: Message) -> bytes:
    """Return a part as bytes, as near to how it came as the standard library gets."""
    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, policy=compat32.clone(max_line_length=0)).flatten(message)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return out.getvalue()
    return out.getvalue()


def _parse(body: bytes) -> Message:
    parser = _LimitedParser()
    for place in range(0, len(body), _PIECE):
        parser.feed(body[place : place + _PIECE])
    return parser.close()


def _flat(body: bytes) -> Message:
    end = _end_of_headers(body)
    message: Message = BytesHeaderParser(policy=compat32).parsebytes(body[:end] + b"\n")
    for name in ("content-type", "content-transfer-encoding"):
        del message[name]
    message.set_payload(body[end:].decode("ascii", "surrogateescape"))
    return message


def _end_of_headers(body: bytes) -> int:
    ends = [place for place in (body.find(b"\n\n"), body.find(b"\n\r\n")) if place >= 0]
    return min(ends, default=len(body))
