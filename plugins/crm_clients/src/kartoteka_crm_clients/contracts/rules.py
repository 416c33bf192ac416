"""What is true of contracts without any database."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """Whether a contract is valid on a day."""

    COMING = "coming"
    VALID = "valid"
    EXPIRED = "expired"


def standing(since: date | None, until: date | None, today: date) -> Standing:
    """Return whether a contract is valid today; its first and its last day count."""
    if until is not None and until < today:
        return Standing.EXPIRED
    if since is not None and since > today:
        return Standing.COMING
    return Standing.VALID


def terms_of(text: str) -> list[str]:
    """Return the terms of a contract: each line is one, marks of lists in front of it are left out."""
    return [line for written in text.splitlines() if (line := written.strip().lstrip("-–•* ").strip())]
