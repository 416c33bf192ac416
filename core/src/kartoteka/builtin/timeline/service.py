"""Writing, changing and deleting notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.timeline.mentions import Mentioned, find_mentions
from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.rights import CHANGE_ANY, NOTE, WRITE
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.builtin.timeline.telling import tell_of_note
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, demand
from kartoteka.db.settling import settle
from kartoteka.extension.binding import extension_of
from kartoteka.extension.seeing import client_of, demand_seen
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, is_id
from kartoteka.vocabulary.text import clean_block

TEXT_LENGTH = 10_000


@dataclass(frozen=True)
class SavedNote:
    """A note that was saved; ``untold`` are the names of those whom it names and who may not read it."""

    note: Note
    untold: Sequence[str] = ()


def write_note(session: Session, record: RecordRef, text: str) -> SavedNote:
    """Write a note on a record, and tell whom it names and who follows the record.

    Raises NotFound, Forbidden without the right, and InvalidInput naming ``text``.
    """
    demand(session, WRITE)
    client_id = client_of(session, record)
    kind = extension_of(session).registry.kind(record.kind)
    sound = _sound(text)
    note = Note(
        about=record,
        client_id=client_id,
        needs="" if record.kind == CLIENT else kind.permission,
        author_id=actor_of(session).user_id,
        text=sound,
    )
    return _addressed(session, note, find_mentions(session, sound))


def change_note(session: Session, note_id: int, values: Mapping[str, Any], version: int | None = None) -> SavedNote:
    """Change a note of one's own, or any with the right to; raises as `write_note` does, and EditConflict."""
    note = own_note(session, note_id)
    sound = {"text": _sound(str(values.get("text") or ""))}
    changes = settle(session, note, NOTE, sound, version)
    mentioned = find_mentions(session, changes.get("text", note.text))
    if changes:
        note.text, note.changed_at = changes["text"], utc_now()
    return _addressed(session, note, mentioned)


def delete_note(session: Session, note_id: int) -> RecordRef:
    """Delete a note of one's own, or any with the right to, and return what it was about."""
    note = own_note(session, note_id)
    about = note.about
    session.delete(note)
    session.flush()
    return about


def find_note(session: Session, note_id: int) -> Note:
    """Return a note that the actor may read; raises NotFound otherwise."""
    if not is_id(note_id):
        raise NotFound
    with as_system(session, reason="a note is read by whoever sees what it is about"):
        note = session.scalar(select(Note).where(Note.id == note_id))
    if note is None:
        raise NotFound
    demand_seen(session, note.about)
    return note


def own_note(session: Session, note_id: int) -> Note:
    """Return a note that the actor may change; raises NotFound and Forbidden."""
    demand(session, WRITE)
    note = find_note(session, note_id)
    if note.author_id != actor_of(session).user_id:
        demand(session, CHANGE_ANY)
    return note


def may_change(session: Session, author_id: int | None) -> bool:
    """Tell whether the actor may change a note of this author."""
    actor = actor_of(session)
    return actor.can(WRITE) and (author_id == actor.user_id or actor.can(CHANGE_ANY))


def _addressed(session: Session, note: Note, mentioned: list[Mentioned]) -> SavedNote:
    """Save a note with whom it names; those who were named before are not told again."""
    before = {one["id"] for one in note.mentions or []}
    named = [{"id": one.user_id, "words": one.words} for one in mentioned]
    if named != note.mentions:
        note.mentions = named
    session.add(note)
    session.flush()
    new = [one for one in mentioned if one.user_id not in before]
    return SavedNote(note, tell_of_note(session, note, new))


def _sound(text: str) -> str:
    sound = clean_block(text)
    if not sound:
        raise InvalidInput({"text": _("Write something first.")})
    if len(sound) > TEXT_LENGTH:
        raise InvalidInput({"text": _("Use at most %(count)s characters.", count=TEXT_LENGTH)})
    return sound
