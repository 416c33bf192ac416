"""Codes of phones (TOTP) and recovery codes: pure functions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

INTERVAL = 30
"""Seconds that a code of a phone lasts (RFC 6238, 5.2)."""
CLOCKS_DIFFER = 1
"""How many intervals a phone's clock may be off, before or behind."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_HALF = 5


def new_secret() -> str:
    """Return a secret for a phone: 160 bits in base 32 (RFC 4226, 4)."""
    import pyotp

    return pyotp.random_base32()


def address_for_phone(secret: str, *, login: str, company: str) -> str:
    """Return the otpauth address that a phone reads from a picture."""
    import pyotp

    return pyotp.TOTP(secret, interval=INTERVAL).provisioning_uri(name=login, issuer_name=company.replace(":", " "))


def step_of_code(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """Return the time step that a code belongs to, None when it is wrong.

    Steps up to ``after`` don't count: their codes were taken, and no code is good twice.
    """
    import pyotp

    digits = "".join(letter for letter in code if not letter.isspace())
    generator, now = pyotp.TOTP(secret, interval=INTERVAL), int(at.timestamp()) // INTERVAL
    found = None
    for step in range(now - CLOCKS_DIFFER, now + CLOCKS_DIFFER + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), digits.encode()) and step > after:
            found = step
    return found


def looks_like_phone_code(code: str) -> bool:
    """Tell a phone's code of six digits from a recovery code, which always has letters' room: ten signs."""
    bare = "".join(code.split())
    return len(bare) == 6 and bare.isascii() and bare.isdigit()


def new_recovery_codes() -> list[str]:
    """Return codes of 50 bits each, in two halves that are easy to copy."""
    return [f"{_half()}-{_half()}" for _number in range(RECOVERY_CODES)]


def recovery_digest(secret: str, user_id: int, code: str) -> str:
    """Return what is stored of a recovery code; without the installation's secret nobody can try all codes."""
    bare = "".join(letter for letter in code.lower() if letter.isalnum())[:40]
    return hmac.new(secret.encode(), f"recovery code {user_id} {bare}".encode(), hashlib.sha256).hexdigest()


def _half() -> str:
    return "".join(secrets.choice(_LETTERS) for _letter in range(_HALF))
