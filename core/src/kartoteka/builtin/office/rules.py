"""From which pages the add-in may be shown in a frame, and the names it goes by."""

from __future__ import annotations

import re
import uuid
from typing import Final

USE: Final = "office.use"
MANAGE: Final = "office.manage"
PROGRAMS: Final = ("word", "excel", "outlook")
SCRIPT_HOST: Final = "https://appsforoffice.microsoft.com"
"""Where the programs want their script (Office.js) loaded from: they refuse add-ins with a copy of it."""
SCRIPT: Final = f"{SCRIPT_HOST}/lib/1/hosted/office.js"
SCOPES: Final = ("clients.clients:read", "files.files:read", "files.files:create", "files.files:change")
MOST_ORIGINS: Final = 20
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?\Z")
_ORIGIN = re.compile(r"https://(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(:[0-9]{1,5})?\Z")


def read_origins(written: str) -> tuple[list[str], str | None]:
    """Return the origins in a text, apart by spaces or lines, and the first one that is none."""
    found = list(dict.fromkeys(one.rstrip("/").lower() for one in re.split(r"[\s,;]+", written) if one))
    wrong = next((one for one in found if not (_ORIGIN.match(one) or _HERE.match(one))), None)
    return found, wrong


def policy(origins: tuple[str, ...]) -> str:
    """Return the security policy of the page: the programs' script beside our own, frames of these origins only."""
    framed_by = " ".join(origins) or "'none'"
    return (
        f"default-src 'none'; script-src 'self' {SCRIPT_HOST}; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'none'; base-uri 'none'; frame-ancestors {framed_by}"
    )


def add_in_id(root: str, program: str) -> str:
    """Return the number by which a program knows the add-in: the same for the same server."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{root}/office/{program}"))
