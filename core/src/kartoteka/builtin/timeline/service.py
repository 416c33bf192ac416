"""Writing, changing and deleting notes; pinning entries; following records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.timeline.models import Follower, Note, Pin
from kartoteka.builtin.timeline.rights import CHANGE_ANY, NOTE, WRITE
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.db.settling import settle
from kartoteka.extension.binding import extension_of
from kartoteka.extension.dispatch import active_set
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import LARGEST_ID, RecordRef
from kartoteka.vocabulary.text import clean_block

TEXT_LENGTH = 10_000


def seen_record(session: Session, record: RecordRef) -> Any:
    """Return the record if the actor may see it; raises NotFound otherwise, also while its module is off."""
    kind = extension_of(session).registry.find_kind(record.kind)
    actor = actor_of(session)
    if kind is None or kind.module not in active_set(session) or not 0 < record.id <= LARGEST_ID:
        raise NotFound
    if not actor.is_system and not actor.can(kind.permission):
        raise NotFound
    found = session.scalar(select(kind.model).where(kind.model.id == record.id))
    if found is None:
        raise NotFound
    return found


def client_of(session: Session, record: RecordRef) -> int | None:
    """Return the client that a record belongs to, the client itself included, None when there is none."""
    found = seen_record(session, record)
    if record.kind == CLIENT:
        return record.id
    column = extension_of(session).registry.kind(record.kind).client_column
    return getattr(found, column) if column else None


def write_note(session: Session, record: RecordRef, text: str) -> Note:
    """Write a note on a record. Raises NotFound, Forbidden without the right, and InvalidInput naming ``text``."""
    _demand(session, WRITE)
    client_id = client_of(session, record)
    kind = extension_of(session).registry.kind(record.kind)
    note = Note(
        about=record,
        client_id=client_id,
        needs="" if record.kind == CLIENT else kind.permission,
        author_id=actor_of(session).user_id,
        text=_sound(text),
    )
    session.add(note)
    session.flush()
    return note


def change_note(session: Session, note_id: int, values: Mapping[str, Any], version: int | None = None) -> Note:
    """Change a note of one's own, or any with the right to; raises as `write_note` does, and EditConflict."""
    note = own_note(session, note_id)
    sound = {"text": _sound(str(values.get("text") or ""))}
    for name, value in settle(session, note, NOTE, sound, version).items():
        setattr(note, name, value)
        note.changed_at = utc_now()
    session.flush()
    return note


def delete_note(session: Session, note_id: int) -> RecordRef:
    """Delete a note of one's own, or any with the right to, and return what it was about."""
    note = own_note(session, note_id)
    about = note.about
    session.delete(note)
    session.flush()
    return about


def find_note(session: Session, note_id: int) -> Note:
    """Return a note that the actor may read; raises NotFound otherwise."""
    if not 0 < note_id <= LARGEST_ID:
        raise NotFound
    with as_system(session, reason="a note is read by whoever sees what it is about"):
        note = session.scalar(select(Note).where(Note.id == note_id))
    if note is None:
        raise NotFound
    seen_record(session, note.about)
    return note


def own_note(session: Session, note_id: int) -> Note:
    """Return a note that the actor may change; raises NotFound and Forbidden."""
    _demand(session, WRITE)
    note = find_note(session, note_id)
    actor = actor_of(session)
    if not actor.is_system and note.author_id != actor.user_id and not actor.can(CHANGE_ANY):
        raise Forbidden(permission=CHANGE_ANY)
    return note


def may_change(session: Session, author_id: int | None) -> bool:
    """Tell whether the actor may change a note of this author."""
    actor = actor_of(session)
    return actor.can(WRITE) and (author_id == actor.user_id or actor.can(CHANGE_ANY))


def pin_entry(session: Session, record: RecordRef, source: str, entry_id: int) -> None:
    """Keep an entry at the top of a record's stream; the caller has found that the actor may see it."""
    _demand(session, WRITE)
    seen_record(session, record)
    values = {"about_kind": record.kind, "about_id": record.id, "source": source, "entry_id": entry_id}
    _insert_once(session, Pin, {**values, "user_id": actor_of(session).user_id, "at": utc_now()})


def unpin_entry(session: Session, record: RecordRef, source: str, entry_id: int) -> None:
    """Let an entry go back to where it stands in a record's stream."""
    _demand(session, WRITE)
    seen_record(session, record)
    wanted = (Pin.about_kind == record.kind, Pin.about_id == record.id, Pin.source == source, Pin.entry_id == entry_id)  # type: ignore[attr-defined]
    with as_system(session, reason="unpin an entry"):
        session.execute(delete(Pin).where(*wanted))


def follow(session: Session, record: RecordRef) -> None:
    """Let the actor follow a record that he may see."""
    seen_record(session, record)
    add_followers(session, record, [actor_of(session).user_id])


def unfollow(session: Session, record: RecordRef) -> None:
    """Let the actor follow a record no more."""
    mine = (Follower.about_kind == record.kind, Follower.about_id == record.id)  # type: ignore[attr-defined]
    with as_system(session, reason="unfollow a record"):
        session.execute(delete(Follower).where(*mine, Follower.user_id == actor_of(session).user_id))


def add_followers(session: Session, record: RecordRef, user_ids: list[int | None]) -> None:
    """Let users follow a record; they are told of it only as long as they may see it."""
    for user_id in user_ids:
        if user_id is not None:
            values = {"about_kind": record.kind, "about_id": record.id, "user_id": user_id, "at": utc_now()}
            _insert_once(session, Follower, values)


def _insert_once(session: Session, model: type[Any], values: Mapping[str, Any]) -> None:
    insert = sqlite.insert if session.database.is_sqlite else postgresql.insert
    with as_system(session, reason="once only"):
        session.execute(insert(model.__table__).values(dict(values)).on_conflict_do_nothing())


def _demand(session: Session, permission: str) -> None:
    actor = actor_of(session)
    if not actor.is_system and not actor.can(permission):
        raise Forbidden(permission=permission)


def _sound(text: str) -> str:
    sound = clean_block(text)
    if not sound:
        raise InvalidInput({"text": _("Write something first.")})
    if len(sound) > TEXT_LENGTH:
        raise InvalidInput({"text": _("Use at most %(count)s characters.", count=TEXT_LENGTH)})
    return sound
