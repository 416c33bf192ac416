"""The token that only whoever started the server knows: nobody else on the network may take a new installation over."""

from __future__ import annotations

import base64
import hashlib
import hmac

_PURPOSE = b"kartoteka: first steps"
_GROUP = 4


def setup_token(secret: str) -> str:
    """Return the token of an installation, the same in all its processes: 16 letters and digits in four groups."""
    found = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
    letters = base64.b32encode(found[:10]).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def is_token(typed: str, secret: str) -> bool:
    """Tell whether this is the token; small letters, spaces and missing dashes don't matter."""
    return hmac.compare_digest(_bare(typed), _bare(setup_token(secret)))


def _bare(token: str) -> bytes:
    return "".join(token.split()).replace("-", "").upper().encode()
