"""Programs that sign in with a name and an app password (RFC 7617): reading what they send, asking for it."""

from __future__ import annotations

import base64
import binascii

LONGEST_HEADER = 2_000


def basic_credentials(header: str) -> tuple[str, str]:
    """Return login and password of an Authorization header; empty ones for anything else."""
    scheme, _space, written = header[:LONGEST_HEADER].partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _colon, password = base64.b64decode(written, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, password
