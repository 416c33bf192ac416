"""``winmail.dat``: the files that Outlook packs into one (MS-OXTNEF, MS-OXRTFCP)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from kartoteka.builtin.inbox.parsing.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 500
LARGEST_RTF = 20_000_000

_RENDER, _TITLE, _DATA, _PROPERTIES_OF_FILE = 0x9002, 0x8010, 0x800F, 0x9005
_PROPERTIES, _BODY, _CODEPAGE = 0x9003, 0x800C, 0x9007
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _FILE_DATA, _MIME = 0x3707, 0x3704, 0x3001, 0x3701, 0x370E
_BODY_TEXT, _BODY_HTML, _BODY_RTF = 0x1000, 0x1013, 0x1009
_WIDTHS = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_SIZED = {0x1E, 0x1F, 0x102, 0xD}
_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


class Damaged(ValueError):
    """The bytes end or turn into nonsense in the middle."""


@dataclass
class PackedFile:
    """A file in a ``winmail.dat``."""

    name: str = ""
    data: bytes = b""
    content_type: str = ""


@dataclass
class Unpacked:
    """What lies in a ``winmail.dat``; ``damaged`` when it could be read in part only."""

    files: list[PackedFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    codepage: str = "cp1252"
    damaged: bool = False


def is_tnef(data: bytes) -> bool:
    """Tell whether bytes begin like a ``winmail.dat``."""
    return data[:4] == SIGNATURE


def unpack(data: bytes) -> Unpacked:
    """Return the files and texts in a ``winmail.dat``; a damaged one gives what can be read before the damage."""
    found = Unpacked()
    try:
        for kind, value in _attributes(data):
            _take(found, kind, value)
    except (Damaged, struct.error):
        found.damaged = True
    found.files = [one for one in found.files if one.name or one.data]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not is_tnef(data):
        raise Damaged
    place = 6
    while place + 9 <= len(data):
        level, kind, _type, length = struct.unpack_from("<BHHI", data, place)
        if level not in (1, 2):
            raise Damaged
        end = place + 9 + length
        if end > len(data):
            yield kind, data[place + 9 :]
            raise Damaged
        yield kind, data[place + 9 : end]
        place = end + 2


def _take(found: Unpacked, kind: int, value: bytes) -> None:
    if kind == _CODEPAGE and len(value) >= 4:
        found.codepage = f"cp{struct.unpack_from('<I', value)[0]}"
    elif kind == _BODY:
        found.text = found.text or _text(value, found.codepage)
    elif kind == _PROPERTIES:
        _take_body(found, value)
    elif kind == _RENDER or (kind in (_TITLE, _DATA, _PROPERTIES_OF_FILE) and not found.files):
        if len(found.files) >= MOST_FILES:
            raise Damaged
        found.files.append(PackedFile())
    _take_file(found, kind, value)


def _take_file(found: Unpacked, kind: int, value: bytes) -> None:
    if kind not in (_TITLE, _DATA, _PROPERTIES_OF_FILE):
        return
    file = found.files[-1]
    if kind == _TITLE:
        file.name = file.name or _text(value, found.codepage)
    elif kind == _DATA:
        file.data = value
    else:
        _take_properties_of_file(file, value, found.codepage)


def _take_properties_of_file(file: PackedFile, value: bytes, codepage: str) -> None:
    names: dict[int, str] = {}
    for number, kind, content in _properties(value):
        if number in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME):
            names[number] = _string(kind, content, codepage)
        elif number == _MIME:
            file.content_type = _string(kind, content, codepage).lower()
        elif number == _FILE_DATA and not file.data:
            # An embedded object begins with the 16 bytes that say what sort it is.
            file.data = content[16:] if kind == 0xD else content
    file.name = names.get(_LONG_NAME) or file.name or names.get(_SHORT_NAME) or names.get(_DISPLAY_NAME) or ""


def _take_body(found: Unpacked, value: bytes) -> None:
    for number, kind, content in _properties(value):
        if number == _BODY_TEXT:
            found.text = found.text or _string(kind, content, found.codepage)
        elif number == _BODY_HTML:
            found.html = decode(content.rstrip(b"\0"), found.codepage).text
        elif number == _BODY_RTF:
            found.rtf = unpack_rtf(content)


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    count, place = struct.unpack_from("<I", value)[0], 4
    for _each in range(min(count, 5000)):
        kind, number = struct.unpack_from("<HH", value, place)
        place += 4
        if number >= 0x8000:
            place = _after_name(value, place)
        many, plain = bool(kind & 0x1000), kind & 0x0FFF
        times = 1
        if many or plain in _SIZED:
            times = struct.unpack_from("<I", value, place)[0]
            place += 4
        for _one in range(min(times, 5000)):
            content, place = _content(value, place, plain)
            yield number, plain, content


def _after_name(value: bytes, place: int) -> int:
    way = struct.unpack_from("<I", value, place + 16)[0]
    if way == 0:
        return place + 24
    length = struct.unpack_from("<I", value, place + 20)[0]
    return place + 24 + _padded(length)


def _content(value: bytes, place: int, kind: int) -> tuple[bytes, int]:
    if kind in _SIZED:
        length = struct.unpack_from("<I", value, place)[0]
        if place + 4 + length > len(value):
            raise Damaged
        return value[place + 4 : place + 4 + length], place + 4 + _padded(length)
    width = _WIDTHS.get(kind)
    if width is None or place + width > len(value):
        raise Damaged
    return value[place : place + width], place + width


def _padded(length: int) -> int:
    return length + (-length % 4)


def _string(kind: int, content: bytes, codepage: str) -> str:
    if kind == 0x1F:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return _text(content, codepage)


def _text(value: bytes, codepage: str) -> str:
    return decode(value.rstrip(b"\0"), codepage).text


def unpack_rtf(packed: bytes) -> bytes:
    """Return the RTF of a compressed one (MS-OXRTFCP 2.2); raises Damaged, also for more than 20 MB."""
    if len(packed) < 16:
        raise Damaged
    size, sort = struct.unpack_from("<I", packed, 4)[0], packed[8:12]
    if size > LARGEST_RTF:
        raise Damaged
    if sort == b"MELA":
        return packed[16 : 16 + size]
    if sort != b"LZFu":
        raise Damaged
    return bytes(_loosen(packed, size))


def _loosen(packed: bytes, size: int) -> bytearray:
    window = bytearray(_RTF_START.ljust(4096, b"\0"))
    write, out, place = len(_RTF_START), bytearray(), 16
    while place < len(packed) and len(out) < size:
        flags, place = packed[place], place + 1
        for bit in range(8):
            if place >= len(packed) or len(out) >= size:
                break
            if not flags >> bit & 1:
                piece, place = packed[place : place + 1], place + 1
            else:
                token, place = int.from_bytes(packed[place : place + 2], "big"), place + 2
                offset, length = token >> 4, (token & 0xF) + 2
                if offset == write:
                    return out
                piece, write = _copy(window, offset, length, write)
                out += piece
                continue
            out += piece
            window[write : write + 1] = piece
            write = (write + 1) % 4096
    return out


def _copy(window: bytearray, offset: int, length: int, write: int) -> tuple[bytes, int]:
    piece = bytearray()
    for step in range(length):
        one = window[(offset + step) % 4096]
        piece.append(one)
        window[write] = one
        write = (write + 1) % 4096
    return bytes(piece), write
