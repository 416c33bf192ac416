"""How tokens are kept."""

from __future__ import annotations

import hashlib


def digest(token: str) -> str:
    """Return what is stored of a token: whoever reads the database can't sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
