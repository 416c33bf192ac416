"""The parts of a mail: its text, its HTML, its files, and what servers report in it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from email.message import Message
from email.utils import unquote
from html import escape
from typing import Any

from kartoteka.builtin.inbox.parsing import headers, tnef
from kartoteka.builtin.inbox.parsing.charsets import decode
from kartoteka.builtin.inbox.parsing.flowed import unflow
from kartoteka.builtin.inbox.parsing.html import html_to_text
from kartoteka.builtin.inbox.parsing.names import clean_name, invented_name
from kartoteka.builtin.inbox.parsing.rtf import rtf_to_text
from kartoteka.builtin.inbox.parsing.structure import bytes_of, mend_structure, payload_of
from kartoteka.builtin.inbox.parsing.uuencoded import take_uuencoded

Part = Message

UNKNOWN_CHARSET, WRONG_CHARSET, LOST_SIGNS = "unknown_charset", "wrong_charset", "lost_signs"
BROKEN_ENCODING, BROKEN_STRUCTURE, TNEF_DAMAGED = "broken_encoding", "broken_structure", "tnef_damaged"

_TNEF_TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}
_TEXTS = {"text/plain", "text/html", "text/enriched", "text/richtext"}
_POOR = 300
"""A plain text shorter than this beside a long HTML text is a notice such as "use another program"."""


@dataclass(frozen=True)
class FileInMail:
    """A file with its bytes."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


@dataclass
class Body:
    """The text of a part, and its HTML when it has one."""

    text: str = ""
    html: str = ""
    made: bool = False
    """Whether the text was made of the HTML."""


@dataclass
class Contents:
    """What a mail holds."""

    body: Body = field(default_factory=Body)
    files: list[FileInMail] = field(default_factory=list)
    statuses: list[Part] = field(default_factory=list)
    returned: list[Part] = field(default_factory=list)
    feedback: bool = False
    report: bool = False
    problems: list[str] = field(default_factory=list)
    packed_text: str = ""

    def note(self, problem: str) -> None:
        """Remember a problem once."""
        if problem not in self.problems:
            self.problems.append(problem)


def read_contents(message: Part) -> Contents:
    """Walk through a mail's parts."""
    contents = Contents()
    contents.body = _walk(message, contents, top=True)
    if not contents.body.text.strip() and contents.packed_text:
        contents.body.text = contents.packed_text
    return contents


def type_of(part: Part) -> str:
    """Return the content type in lower case; ``text/plain`` for one that makes no sense."""
    try:
        return str(part.get_content_type()).encode("ascii", "replace").decode()
    except (ValueError, TypeError, IndexError):
        return "text/plain"


def parameter(part: Part, name: str, header: str = "content-type") -> str:
    """Return a parameter of a header field, decoded (RFC 2231 and, as many write it, RFC 2047); empty without one."""
    try:
        found = part.get_param(name, header=header)
    except (ValueError, TypeError, IndexError, LookupError, AttributeError):
        return ""
    if found is None:
        return ""
    if isinstance(found, tuple):
        charset, _language, value = found
        return decode(unquote(value).encode("latin-1", "replace"), charset or "").text
    return headers.one_line(headers.decode_words(str(found)))


def _walk(part: Part, contents: Contents, *, top: bool = False) -> Body:
    payload = payload_of(part)
    kind = type_of(part)
    if isinstance(payload, list):
        return _walk_list(part, kind, payload, contents)
    if kind.startswith("multipart/"):
        contents.note(BROKEN_STRUCTURE)
        mended = mend_structure(payload)
        return _text_body(part, "text/plain", contents) if mended is None else _walk(mended, contents)
    if kind in _TEXTS and not _is_file(part, top=top) and not _is_binary(part, payload):
        return _text_body(part, kind, contents)
    _take_file(part, kind, contents)
    return Body()


def _walk_list(part: Part, kind: str, parts: list[Any], contents: Contents) -> Body:
    if kind == "message/delivery-status":
        contents.statuses.extend(parts)
        data = b"\n".join(bytes_of(one) for one in parts)
        contents.files.append(_file(part, kind, data, number=len(contents.files) + 1))
        return Body()
    if kind.startswith("message/"):
        _take_mail(part, kind, parts, contents)
        return Body()
    if kind == "multipart/report":
        contents.report = contents.report or "delivery" in parameter(part, "report-type").lower()
    bodies = [_walk(one, contents) for one in parts]
    return _one_of(bodies) if kind == "multipart/alternative" else _all_of(bodies)


def _one_of(bodies: list[Body]) -> Body:
    html = next((one.html for one in reversed(bodies) if one.html), "")
    plain = next((one.text for one in bodies if one.text.strip() and not one.made), "")
    made = next((one.text for one in reversed(bodies) if one.text.strip() and one.made), "")
    if plain and not (len(plain) < _POOR and len(made) > 10 * len(plain)):
        return Body(plain, html)
    return Body(made or plain, html, made=True)


def _all_of(bodies: list[Body]) -> Body:
    filled = [one for one in bodies if one.text.strip() or one.html]
    text = "\n\n".join(one.text.strip("\n") for one in filled if one.text.strip())
    if not any(one.html for one in filled):
        return Body(text)
    html = "\n".join(one.html or f"<pre>{escape(one.text)}</pre>" for one in filled)
    return Body(text, html, made=all(one.made for one in filled))


def _text_body(part: Part, kind: str, contents: Contents) -> Body:
    raw = content_of(part, contents)
    decoded = decode(raw, _charset(part, raw, kind))
    for problem, is_there in (
        (UNKNOWN_CHARSET, decoded.unknown),
        (WRONG_CHARSET, decoded.wrong),
        (LOST_SIGNS, decoded.lossy),
    ):
        if is_there:
            contents.note(problem)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if kind != "text/plain":
        return Body(html_to_text(text), text if kind == "text/html" else "", made=True)
    if parameter(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=parameter(part, "delsp").lower() == "yes")
    text, packed = take_uuencoded(text)
    contents.files.extend(FileInMail(clean_name(name), "application/octet-stream", data) for name, data in packed)
    return Body(text)


def _charset(part: Part, raw: bytes, kind: str) -> str:
    named = parameter(part, "charset")
    if not named and kind == "text/html":
        found = re.search(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", raw[:5000], re.IGNORECASE)
        return found[1].decode() if found else ""
    return named


def content_of(part: Part, contents: Contents) -> bytes:
    """Return the bytes of a part without its transfer encoding; what is broken is read as far as it goes."""
    payload = payload_of(part)
    raw = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    way = headers.one_line(headers.field(part, "content-transfer-encoding")).lower().strip("\"' ;")
    if way == "base64":
        return _from_base64(raw, contents)
    if way == "quoted-printable":
        return binascii.a2b_qp(raw)
    if way in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        _text, packed = take_uuencoded(raw.decode("latin-1"))
        if not packed and raw.strip():
            contents.note(BROKEN_ENCODING)
        return packed[0][1] if packed else raw
    return raw


def _from_base64(raw: bytes, contents: Contents) -> bytes:
    if re.search(rb"=\s*[A-Za-z0-9+/]", raw):
        pieces = _pieces_of_base64(raw)
        if pieces is not None:
            return pieces
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    cut = len(clean) % 4 == 1
    if cut or re.search(rb"[^A-Za-z0-9+/=\s]", raw):
        contents.note(BROKEN_ENCODING)
    clean = clean[:-1] if cut else clean
    return b64decode(clean + b"=" * (-len(clean) % 4))


def _pieces_of_base64(raw: bytes) -> bytes | None:
    # Some programs encode a text piece by piece, each with its own padding.
    pieces = [one for one in re.findall(rb"[A-Za-z0-9+/\s]+=*", raw) if one.strip()]
    try:
        return b"".join(b64decode(re.sub(rb"\s", b"", one), validate=True) for one in pieces)
    except (binascii.Error, ValueError):
        return None


# --- Files -----------------------------------------------------------------------------------------------------------


def _disposition(part: Part) -> str:
    return headers.field(part, "content-disposition").partition(";")[0].strip().lower()


def _is_file(part: Part, *, top: bool) -> bool:
    return not top and (_disposition(part) == "attachment" or bool(_own_name(part)))


def _is_binary(part: Part, payload: object) -> bool:
    # Programs have called pictures text; text of two bytes a sign is the exception.
    if "base64" not in headers.field(part, "content-transfer-encoding").lower():
        return False
    raw = content_of(part, Contents())
    return raw[:8].startswith((b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04")) and bool(payload)


def _own_name(part: Part) -> str:
    named = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    return clean_name(named)


def _file(part: Part, kind: str, data: bytes, name: str = "", number: int = 1) -> FileInMail:
    return FileInMail(
        name or _own_name(part) or invented_name(kind, number),
        kind,
        data,
        headers.one_line(headers.field(part, "content-id")).strip("<> ")[:250],
        _disposition(part) == "inline" or bool(headers.field(part, "content-id")),
    )


def _take_file(part: Part, kind: str, contents: Contents) -> None:
    data = content_of(part, contents)
    if not data and not _own_name(part) and _disposition(part) != "attachment":
        return
    if kind == "message/feedback-report":
        contents.feedback = True
    if kind == "text/rfc822-headers":
        contents.returned.append(_headers_of(data))
    contents.files.append(_file(part, kind, data, number=len(contents.files) + 1))
    if kind in _TNEF_TYPES or tnef.is_tnef(data):
        _take_packed(data, contents)


def _take_packed(data: bytes, contents: Contents) -> None:
    found = tnef.unpack(data)
    if found.damaged:
        contents.note(TNEF_DAMAGED)
    for one in found.files:
        number = len(contents.files) + 1
        kind = one.content_type or "application/octet-stream"
        contents.files.append(FileInMail(clean_name(one.name) or invented_name(kind, number), kind, one.data))
    if found.rtf:
        contents.files.append(FileInMail("body.rtf", "application/rtf", found.rtf))
    contents.packed_text = contents.packed_text or found.text or html_to_text(found.html) or rtf_to_text(found.rtf)


def _take_mail(part: Part, kind: str, parts: list[Any], contents: Contents) -> None:
    contents.feedback = contents.feedback or kind == "message/feedback-report"
    for one in parts:
        contents.returned.append(one)
        subject = clean_name(headers.text_field(one, "subject")[:100])
        name = _own_name(part) or (f"{subject}.eml" if subject else "")
        data = bytes_of(one)
        if kind == "message/rfc822" and headers.field(part, "content-transfer-encoding").strip().lower() == "base64":
            data = _from_base64(data, contents)
        contents.files.append(_file(part, kind, data, name, len(contents.files) + 1))


def _headers_of(data: bytes) -> Part:
    from email.parser import BytesHeaderParser
    from email.policy import compat32

    return BytesHeaderParser(policy=compat32).parsebytes(data[:200_000].lstrip())
