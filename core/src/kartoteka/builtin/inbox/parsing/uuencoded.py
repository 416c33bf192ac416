"""Files written into the text of a mail by uuencode, as programs did before MIME."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})$", re.MULTILINE)
_END = re.compile(r"^(?:`|\s)?\n?end[ \t]*$", re.MULTILINE)
MOST_FILES = 50


def take_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a text without the files in it, and the files (name, bytes); what isn't whole stays in the text."""
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    place = 0
    while len(files) < MOST_FILES and (begin := _BEGIN.search(text, place)):
        end = _END.search(text, begin.end())
        data = _read(text[begin.end() : end.start()]) if end else None
        if end is None or data is None:
            break
        kept.append(text[place : begin.start()])
        files.append((begin[1].strip(), data))
        place = end.end()
    kept.append(text[place:])
    return "".join(kept), files


def _read(lines: str) -> bytes | None:
    try:
        return b"".join(_read_line(one.encode("ascii")) for one in lines.split("\n") if one.strip())
    except (binascii.Error, UnicodeError):
        return None


def _read_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some programs fill the last group with what they had at hand, or end lines with a check sum.
        whole = (((line[0] - 32) & 63) * 4 + 5) // 3
        if not whole < len(line) <= whole + 4:
            raise
        return binascii.a2b_uu(line[:whole])
