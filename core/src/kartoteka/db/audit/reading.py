"""What the chain tells, and the erasure of what is personal in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import orm, update

from kartoteka.db.audit.models import AuditEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.vocabulary.record import RecordRef

_entries: Any = AuditEntry.__table__


def blank_audit_values(session: orm.Session, *, ref: RecordRef) -> int:
    """Erase the names and details of entries about a record; return how many had some. The chain still holds."""
    about = (_entries.c.about_kind == ref.kind, _entries.c.about_id == ref.id, _entries.c.personal.is_not(None))
    return raw_connection(session).execute(update(_entries).where(*about).values(personal=None, salt=None)).rowcount
