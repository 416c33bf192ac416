"""Writes a mail without files by hand: the library takes ten times as long, which counts where thousands leave.

What it makes is what `kartoteka.builtin.mail.building` makes through the library (RFC 5322, 2045, 2047); whatever is
unusual is left to the library.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from email.headerregistry import Address
from hashlib import sha256

_LONGEST_LINE = 76
_WORD_BYTES = 45
"""Bytes of text in an encoded word: with its frame it stays below 75 signs."""
_PLAIN = re.compile(r"[ -~]*\Z")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")
_LIKE_A_WORD = re.compile(r"=\?[^ ]*\?=")


class Unusual(ValueError):
    """Something that the library had better write."""


def text_field(name: str, text: str) -> str:
    """Return a field whose text is one that people wrote."""
    if not _PLAIN.match(text) or _LIKE_A_WORD.search(text):
        return _folded(name, _encoded(text))
    return (
        _folded(name, text.split(" ")) if text.strip() == text and "  " not in text else _folded(name, _encoded(text))
    )


def address_field(name: str, addresses: Iterable[Address]) -> str:
    """Return a field with addresses."""
    parts: list[str] = []
    for address in addresses:
        if parts:
            parts[-1] += ","
        parts += _address(address)
    return _folded(name, parts)


def plain_field(name: str, value: str) -> str:
    """Return a field whose value is written as it stands; raises Unusual for one that has to be encoded."""
    if not _PLAIN.match(value):
        raise Unusual(name)
    return _folded(name, value.split(" "))


def body(text: str, html: str | None, message_id: str) -> Iterator[str | bytes]:
    """Return the fields and the lines of a text, and of the same as HTML beside it."""
    if html is None:
        yield from _part("plain", text)
        return
    # Made of what is nobody's choice, so that no text can hold it.
    border = f"=_{sha256(message_id.encode()).hexdigest()[:32]}"
    if border in text or border in html:
        raise Unusual("boundary")
    yield f'Content-Type: multipart/alternative;\r\n boundary="{border}"\r\n\r\n'
    for kind, content in (("plain", text), ("html", html)):
        yield f"--{border}\r\n"
        yield from _part(kind, content)
    yield f"--{border}--\r\n"


def _part(kind: str, text: str) -> Iterator[str | bytes]:
    yield f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = re.sub(r"\r\n|\r|\n", "\r\n", text)
    yield b2a_qp((lines if lines.endswith("\r\n") else f"{lines}\r\n").encode("utf-8", "replace"), istext=True)


def _address(address: Address) -> list[str]:
    spec, name = address.addr_spec, address.display_name
    if not _PLAIN.match(spec):
        raise Unusual(spec)
    if not name:
        return [spec]
    if not _PLAIN.match(name) or _LIKE_A_WORD.search(name) or "  " in name:
        return [*_encoded(name), f"<{spec}>"]
    if _ATOMS.match(name):
        return [*name.split(), f"<{spec}>"]
    quoted = re.sub(r'(["\\\\])', r"\\\1", name)
    return [f'"{quoted}"', f"<{spec}>"]


def _encoded(text: str) -> list[str]:
    """Return a text as encoded words (RFC 2047), none of them cutting a letter in two."""
    words, piece = [], b""
    for sign in text:
        one = sign.encode("utf-8", "replace")
        if len(piece) + len(one) > _WORD_BYTES:
            words.append(piece)
            piece = b""
        piece += one
    return [f"=?utf-8?b?{b64encode(one).decode()}?=" for one in (*words, piece)]


def _folded(name: str, parts: list[str]) -> str:
    lines, line = [], f"{name}:"
    for part in parts:
        if len(line) + 1 + len(part) > _LONGEST_LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {part}"
    return "\r\n".join((*lines, line)) + "\r\n"
