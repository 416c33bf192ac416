"""What the module shows on the client card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.db import Session, actor_of
from kartoteka.api.records import RecordRef
from [[ package ]].fields import WRITE
from [[ package ]].queries import notes_of

LATEST = 3


def load_latest_notes(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return a client's latest notes; None when there is nothing to show and nothing to do."""
    notes = notes_of(session, record.id, LATEST + 1)
    if not notes and not actor_of(session).can(WRITE):
        return None
    return {"notes": notes[:LATEST], "has_more": len(notes) > LATEST}
