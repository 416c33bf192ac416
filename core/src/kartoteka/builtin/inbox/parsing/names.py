"""Names of files in mails: what is left of them is a plain file name, whatever they tried to be."""

from __future__ import annotations

import mimetypes
import re

LONGEST_NAME = 200
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/feedback-report": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/ms-tnef": ".dat",
    "text/calendar": ".ics",
}


def clean_name(written: str) -> str:
    """Return a file name without folders, unseen signs and signs that some systems forbid; empty when none is left."""
    last = re.split(r"[/\\]", _UNSEEN.sub("", written).encode("utf-8", "replace").decode())[-1]
    name = _FORBIDDEN.sub("_", last).strip(" .")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def invented_name(content_type: str, number: int) -> str:
    """Return a name for the file that came without one."""
    ending = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    return f"part-{number}{ending}"
