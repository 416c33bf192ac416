"""Documents in the streams of clients and records: each that was added, and each new version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.files.fields import FILE, VERSION, VIEW
from kartoteka.builtin.files.models import File, FileVersion
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry, TimelineSource
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

_VERSION = (FileVersion.id, FileVersion.created_at, FileVersion.number, FileVersion.file_id, FileVersion.comment)


def read_versions(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return what was saved for a record; in a client's stream for everything that belongs to the client."""
    saved = select(*_VERSION, User.name.label("who")).outerjoin(User, User.id == FileVersion.saved_by)
    if part.client_id is not None:
        mine = saved.where(FileVersion.client_id == part.client_id)
        rows = session.execute(part.newest(mine, FileVersion.created_at, FileVersion.id)).all()
    else:
        mine = saved.join(File, File.id == FileVersion.file_id).where(_is_of(part.record))
        with as_system(session, reason="documents of a record that is seen"):
            rows = session.execute(part.newest(mine, FileVersion.created_at, FileVersion.id)).all()
    return [_entry(row) for row in rows]


def _is_of(record: RecordRef) -> Any:
    if record.kind == FILE:
        return File.id == record.id
    return (File.about_kind == record.kind) & (File.about_id == record.id)  # type: ignore[attr-defined]


def _entry(row: Any) -> TimelineEntry:
    number = row.number
    return TimelineEntry(
        id=row.id,
        at=row.created_at,
        title=_("Document added") if number == 1 else _("Version %(number)s of a document", number=number),
        who=row.who or "",
        text=row.comment,
        about=RecordRef(FILE, row.file_id),
        permission=VIEW,
    )


SOURCES = [
    TimelineSource(
        name="files",
        title=_("Files"),
        icon="files",
        permission=VIEW,
        read=read_versions,
        tells=(FILE, VERSION),
        weight=40,
    )
]
