"""Names of files as they come from outside, what sort of file they mean, and which are not taken."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from typing import Final

from kartoteka.builtin.files.models import NAME_LENGTH

_RUN = (
    "ade adp appx apk application bat bin chm class cmd com cpl dll dmg exe gadget hta img inf ins iso isp jar jnlp"
    " js jse lib lnk mde msc msh msi msix msp mst nsh ocx pif ps1 ps1xml ps2 psc1 psd1 psm1 reg scf scr sct sh shb"
    " sys url vb vbe vbs vxd ws wsc wsf wsh xbap xll"
)
FORBIDDEN: Final = frozenset(_RUN.split())
"""Ends of names of what a machine may run when somebody opens it."""
_BAD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_KNOWN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "eml": "message/rfc822",
    "webp": "image/webp",
    "md": "text/plain",
    "csv": "text/csv",
}
PLAIN: Final = "application/octet-stream"
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
_SHOWN = frozenset(kind for _sign, kind in _SIGNS) | {"image/webp"}


def clean_filename(name: str | None) -> str:
    """Return a name that is one on every system: the last part of a path, without signs that systems take for more."""
    last = re.split(r"[\\/]", name or "")[-1]
    last = _BAD.sub("_", unicodedata.normalize("NFC", last)).strip(" .")
    if not last or _RESERVED.match(last):
        last = f"_{last}" if last else "file"
    stem, dot, end = last.rpartition(".")
    if len(last) > NAME_LENGTH and dot and len(end) < 20:
        return f"{stem[: NAME_LENGTH - len(end) - 1]}.{end}"
    return last[:NAME_LENGTH]


def extension(name: str) -> str:
    """Return what stands behind the last dot of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def mimetype_of(name: str, beginning: bytes) -> str:
    """Return what sort of content a file has, by its first bytes where they tell and by its name otherwise.

    What a browser would show is believed only when the bytes say so too.
    """
    for sign, kind in _SIGNS:
        if beginning.startswith(sign):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    end = extension(name)
    named = _KNOWN.get(end) or mimetypes.types_map.get(f".{end}", PLAIN)
    return PLAIN if named in _SHOWN else named[:120]
