"""Reads of notes, pins and followers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select

from kartoteka.builtin.timeline.models import Follower, Note, Pin
from kartoteka.builtin.timeline.rights import NOTE
from kartoteka.builtin.timeline.service import may_change
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.vocabulary.text import clean_line

_ABOUT = (Note.about_kind, Note.about_id)  # type: ignore[attr-defined]
_NOTE = (Note.id, Note.created_at, Note.text, *_ABOUT, Note.author_id, Note.changed_at, Note.mentions)
_SHORT = 80


def read_notes(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return notes on the record; in a client's stream also those on what belongs to the client."""
    statement = select(*_NOTE, User.name.label("author")).outerjoin(User, User.id == Note.author_id)
    if part.client_id is not None:
        rows = session.execute(part.newest(statement.where(Note.client_id == part.client_id), Note.created_at, Note.id))
    else:
        own = (Note.about_kind == part.record.kind, Note.about_id == part.record.id)  # type: ignore[attr-defined]
        with as_system(session, reason="notes are read by whoever sees what they are about"):
            rows = session.execute(part.newest(statement.where(*own), Note.created_at, Note.id))
    return [_entry(session, row) for row in rows.all()]


def _entry(session: Session, row: Any) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        at=row.created_at,
        title=_("Note"),
        who=row.author or "",
        text=row.text,
        about=RecordRef(row.about_kind, row.about_id),
        values={
            "changed_at": row.changed_at,
            "may_change": may_change(session, row.author_id),
            "lines": marked_names(row.text, [one["words"] for one in row.mentions or []]),
        },
    )


def marked_names(text: str, names: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is a name that the text mentions."""
    if not names:
        return [(text, False)]
    longest_first = sorted({f"@{name}" for name in names}, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def summarise_notes(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the beginning of each note; one statement."""
    rows = session.execute(select(Note.id, Note.text).where(Note.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(NOTE, row.id), title=clean_line(row.text)[:_SHORT], url=note_url(row.id))
        for row in rows
    }


def note_url(id: int) -> str:
    """Return the address of a note."""
    return f"/timeline/notes/{id}"


def pins_of(session: Session, record: RecordRef) -> list[tuple[str, int]]:
    """Return the pinned entries of a record's stream, by source and id; the caller has found the record."""
    wanted = (Pin.about_kind == record.kind, Pin.about_id == record.id)  # type: ignore[attr-defined]
    with as_system(session, reason="pins are seen by whoever sees the record"):
        return [(row.source, row.entry_id) for row in session.execute(select(Pin.source, Pin.entry_id).where(*wanted))]


def is_following(session: Session, record: RecordRef) -> bool:
    """Tell whether the actor follows a record."""
    wanted = (Follower.about_kind == record.kind, Follower.about_id == record.id)  # type: ignore[attr-defined]
    mine = select(Follower.id).where(*wanted, Follower.user_id == actor_of(session).user_id)
    return session.scalar(select(exists(mine))) or False
