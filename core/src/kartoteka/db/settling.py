"""Two people edit one record: what only one side touched is merged, what both touched is asked about (X-30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kartoteka.db.journal import changes_of
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Conflict
from kartoteka.vocabulary.record import RecordRef

MOST_ENTRIES = 200
"""Changes looked back at; a form older than that asks about every field."""


class EditConflict(Conflict):
    """Both sides changed a field; ``merged`` holds the fields that only the others changed, with their new values."""

    def __init__(self, merged: Mapping[str, Any], **facts: Any) -> None:
        super().__init__(**facts)
        self.merged = dict(merged)


@dataclass(frozen=True)
class _Since:
    """What happened to a record since a version: each touched attribute's value back then, and who was last."""

    before: Mapping[str, Any]
    is_complete: bool
    by: str | None = None
    at: datetime | None = None


def settle(session: Session, record: Any, kind: str, values: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """Return the changes to make so that the values typed over ``version`` are saved and nobody's work is lost.

    ``record`` is of the tracked ``kind`` and was found by a restricted SELECT; ``values`` are by attribute. Raises
    EditConflict with both values of the attributes that both sides changed. Without a version the last one wins.
    """
    wanted = {name: value for name, value in values.items() if getattr(record, name) != value}
    if version is None or version == record.version or not wanted:
        return wanted
    since = _changes_since(session, record, kind, version)
    disputed = {name: value for name, value in wanted.items() if _is_disputed(name, value, since)}
    if disputed:
        merged = [name for name in wanted if name not in disputed and name in since.before]
        raise EditConflict(
            {name: getattr(record, name) for name in merged},
            theirs={name: getattr(record, name) for name in disputed},
            mine=disputed,
            by=since.by,
            at=since.at,
        )
    # A value that is still what it was back then was not typed now: the newer one stays.
    return {name: value for name, value in wanted.items() if name not in since.before}


def _is_disputed(name: str, value: Any, since: _Since) -> bool:
    if not since.is_complete:
        return True
    return name in since.before and since.before[name] != value


def _changes_since(session: Session, record: Any, kind: str, version: int) -> _Since:
    entries = changes_of(session, RecordRef(kind, record.id), limit=MOST_ENTRIES)
    newer = [entry for entry in entries if entry.version is not None and entry.version > version]
    before: dict[str, Any] = {}
    for entry in newer:  # the newest first, so that the oldest old value is the last to be noted
        before |= {name: pair[0] for name, pair in (entry.changes or {}).items()}
    complete = version < record.version and 0 < len(newer) < len(entries) and all(entry.changes for entry in newer)
    latest = newer[0] if newer else None
    return _Since(before, complete, latest.user_name if latest else None, latest.at if latest else None)
