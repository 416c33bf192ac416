"""What is hashed, and how."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kartoteka.db.journal.coding import canonical


def link_hash(before: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry: SHA-256 over the hash before it and everything that must not change."""
    facts = entry["facts"]
    kept = {
        "id": entry["id"],
        "at": moment(entry["at"]),
        "user": entry["user_id"],
        "event": entry["event"],
        "about": [entry["about_kind"], entry["about_id"]],
        "operation": entry["operation_id"],
        "facts": facts if facts is None or isinstance(facts, str) else canonical(facts),
        "digest": entry["digest"],
    }
    return hashlib.sha256((before + canonical(kept)).encode()).hexdigest()


def seal_of(secret: str, last_id: int, last_hash: str, since_entry: int) -> str:
    """Return the seal of the chain's end: whoever has only the database cannot make it."""
    return hmac.new(secret.encode(), f"audit {last_id} {last_hash} {since_entry}".encode(), "sha256").hexdigest()


def moment(at: datetime) -> str:
    """Return a moment as it is hashed."""
    return at.astimezone(UTC).isoformat()
