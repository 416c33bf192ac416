"""PDF files: their words, and their pages as pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_PAGES = 2_000
_TALLEST = 4_000


def words_of(path: Path) -> Iterator[str]:
    """Return the text of each page."""
    with _opened(path) as document:
        for index in range(min(len(document), MOST_PAGES)):
            page = document[index]
            try:
                yield page.get_textpage().get_text_range(errors="replace")
            finally:
                page.close()


def count_pages(path: Path) -> int:
    """Return how many pages there are."""
    with _opened(path) as document:
        return len(document)


def draw_page(path: Path, index: int, width: int) -> bytes:
    """Return a page as PNG, ``width`` pixels wide and never higher than 4,000."""
    with _opened(path) as document:
        page = document[index]
        across, down = page.get_size()
        scale = min(width / max(across, 1), _TALLEST / max(down, 1))
        bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
        return _png(bitmap)


def _opened(path: Path) -> Any:
    import pypdfium2

    return pypdfium2.PdfDocument(path)


def _png(bitmap: Any) -> bytes:
    """Write a picture of 3 or 4 bytes per pixel as PNG (ISO/IEC 15948)."""
    wide, high, stride, channels = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    raw = memoryview(bitmap.buffer)
    lines = b"".join(b"\0" + bytes(raw[line * stride : line * stride + wide * channels]) for line in range(high))
    colours = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", wide, high, 8, colours, 0, 0, 0)
    packed = zlib.compress(lines, 6)
    return b"\x89PNG\r\n\x1a\n" + _piece(b"IHDR", head) + _piece(b"IDAT", packed) + _piece(b"IEND", b"")


def _piece(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check
