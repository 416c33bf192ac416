"""Signed words of pages that keep no cookie: when a page was opened, and which booking a link is about. Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

_LONGEST = 200


@dataclass(frozen=True)
class Stamp:
    """A page as it was opened: ``key`` is its own, so that it is taken once."""

    opened_at: datetime
    key: str
    text: str


def make_stamp(secret: str | bytes, purpose: str, now: datetime) -> str:
    """Return what a page carries in a hidden field; ``purpose`` is what the page is of."""
    body = f"{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{body}.{_sign(secret, purpose, body)}"


def read_stamp(secret: str | bytes, purpose: str, text: str) -> Stamp | None:
    """Return when a page was opened, None for what we have not made for this purpose."""
    body, _dot, sent = text[:_LONGEST].rpartition(".")
    moment, _dot, key = body.partition(".")
    if not key or not _is_same(sent, _sign(secret, purpose, body)):
        return None
    return Stamp(datetime.fromtimestamp(int(moment), UTC), key, text)


def seal_id(secret: str | bytes, purpose: str, id: int) -> str:
    """Return an id as a word that cannot be made for another one."""
    return f"{id}-{_sign(secret, purpose, str(id))}"


def open_seal(secret: str | bytes, purpose: str, word: str) -> int | None:
    """Return the id in a word of `seal_id`, None for any other word."""
    number, _dash, sent = word[:_LONGEST].partition("-")
    return int(number) if _is_same(sent, _sign(secret, purpose, number)) else None


def _sign(secret: str | bytes, purpose: str, body: str) -> str:
    key = secret if isinstance(secret, bytes) else secret.encode()
    signed = hmac.new(key, f"crm_inquiries.intake\n{purpose}\n{body}".encode("utf-8", "replace"), hashlib.sha256)
    return signed.hexdigest()


def _is_same(sent: str, made: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), made.encode())
