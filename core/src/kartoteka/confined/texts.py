"""The words of a file, by what sort of file it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

MOST_TEXT = 2_000_000
_HEAD = 4 * 1024 * 1024
_CODES = ["utf_8", "utf_16", "cp1257", "cp1251", "koi8_r"]
"""Encodings that texts of this region come in: a longer list makes the guess worse (tried)."""
_HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,5000}>")
_NOTHING_THERE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def text_of(path: Path, suffix: str) -> tuple[str, bool]:
    """Return the words of a file and whether there were more than are read."""
    reader = READERS.get(suffix)
    if reader is None:
        return "", False
    found, length = [], 0
    for part in reader(path):
        clean = _NOTHING_THERE.sub(" ", part)
        found.append(clean)
        length += len(clean) + 1
        if length > MOST_TEXT:
            return "\n".join(found)[:MOST_TEXT], True
    return "\n".join(found), False


def _pdf(path: Path) -> Iterator[str]:
    from kartoteka.confined.pdf import words_of

    return words_of(path)


def _office(path: Path) -> Iterator[str]:
    from kartoteka.confined.office import words_of

    return words_of(path)


def _sheet(path: Path) -> Iterator[str]:
    from kartoteka.confined.office import cells_of

    return cells_of(path)


def _plain(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        yield decoded(file.read(_HEAD))


def _page(path: Path) -> Iterator[str]:
    for text in _plain(path):
        yield without_tags(text)


def _mail(path: Path) -> Iterator[str]:
    from email import message_from_binary_file, policy

    with path.open("rb") as file:
        message: Any = message_from_binary_file(file, policy=policy.default)
    for name in ("subject", "from", "to", "cc"):
        yield str(message.get(name, ""))
    for part in message.walk():
        yield from _part(part)


def _part(part: EmailMessage) -> Iterator[str]:
    if part.is_multipart():
        return
    if name := part.get_filename():
        yield str(name)
        return
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return
    if part.get_content_type() == "text/plain":
        yield _in_charset(content, part.get_content_charset())
    elif part.get_content_type() == "text/html":
        yield without_tags(_in_charset(content, part.get_content_charset()))


def _in_charset(content: bytes, charset: str | None) -> str:
    try:
        return content[:_HEAD].decode(charset or "", "replace") if charset else decoded(content[:_HEAD])
    except LookupError:
        return decoded(content[:_HEAD])


def decoded(content: bytes) -> str:
    """Return bytes of an unknown encoding as text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(content[:65536], cp_isolation=_CODES).best()
        return content.decode(best.encoding if best else "cp1257", "replace")


def without_tags(text: str) -> str:
    """Return the words of HTML."""
    return html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text)))


Reader = Callable[[Path], Iterator[str]]
_BY_READER: tuple[tuple[Reader, str], ...] = (
    (_pdf, ".pdf"),
    (_office, ".docx .docm .dotx .odt .pptx .odp"),
    (_sheet, ".xlsx .xlsm .xls .xlsb .ods"),
    (_plain, ".txt .csv .tsv .md .log .json .xml .ics .vcf .rtf"),
    (_page, ".html .htm"),
    (_mail, ".eml"),
)
READERS: dict[str, Reader] = {suffix: reader for reader, ends in _BY_READER for suffix in ends.split()}
"""How each sort of file is read, by the end of its name."""
