"""The text of RTF, as far as mails from Outlook need it: paragraphs and letters, also of RTF that wraps HTML."""

from __future__ import annotations

import re

from kartoteka.builtin.inbox.parsing.charsets import decode

LONGEST_RTF = 2_000_000
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SILENT = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"htmltag", b"header", b"footer"}
_SIGNS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"emdash": "—", b"endash": "–", b"bullet": "•"}
_SIGNS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"cell": " ", b"row": "\n"}


class _Reader:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.bytes = bytearray()
        self.codepage = "cp1252"
        self.silent = False
        self.outer: list[bool] = []
        self.skip = 0

    def write(self, text: str) -> None:
        if self.bytes:
            self.out.append(decode(bytes(self.bytes), self.codepage).text)
            self.bytes.clear()
        if text:
            self.out.append(text)

    def word(self, word: bytes, number: int | None) -> None:
        if word == b"ansicpg" and number:
            self.codepage = f"cp{number}"
        elif word in _SILENT:
            self.silent = True
        elif word == b"htmlrtf":
            self.silent = number != 0
        elif not self.silent and word == b"u" and number is not None:
            self.write(chr(number % 0x10000) if not 0xD800 <= number % 0x10000 <= 0xDFFF else "�")
            self.skip = 1
        elif not self.silent and word in _SIGNS:
            self.write(_SIGNS[word])

    def brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.outer.append(self.silent)
        elif self.outer:
            self.silent = self.outer.pop()

    def letters(self, letters: bytes) -> None:
        if not self.silent:
            self.bytes += letters[self.skip :]
            self.skip = 0


def rtf_to_text(rtf: bytes) -> str:
    """Return the text of RTF, empty for anything else; at most two million bytes are read."""
    if not rtf.startswith(b"{\\rtf"):
        return ""
    reader = _Reader()
    for found in _TOKEN.finditer(rtf[:LONGEST_RTF]):
        word, number, hexed, sign, brace, letters = found.groups()
        if word:
            reader.word(word, int(number) if number else None)
        elif brace:
            reader.brace(brace)
        elif hexed:
            reader.letters(bytes([int(hexed, 16)]))
        elif sign == b"*":
            reader.silent = True
        elif sign in (b"\\", b"{", b"}"):
            reader.letters(sign)
        elif sign == b"~":
            reader.letters(b" ")
        elif letters:
            reader.letters(letters)
    reader.write("")
    return "".join(reader.out).strip()
