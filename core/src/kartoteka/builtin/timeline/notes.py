"""Notes as records and as a source of streams, with their slot in the composer."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.timeline.forms import NoteForm
from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.queries import note_url, read_notes, summarise_notes
from kartoteka.builtin.timeline.rights import NOTE, VIEW, WRITE
from kartoteka.builtin.timeline.service import SavedNote, write_note
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClientWithRight
from kartoteka.extension.declarations.timeline import Composer, TimelineSource
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def save_note(session: Session, record: RecordRef, values: dict[str, Any]) -> Message:
    """Write what was typed above the stream."""
    return what_to_say(write_note(session, record, values["text"]))


def what_to_say(saved: SavedNote) -> Message:
    """Return what the author is told: also who was not told of the note, because it is not for them."""
    if not saved.untold:
        return _("The note is saved.")
    names = ", ".join(saved.untold)
    return _("The note is saved. %(names)s may not read it and was not told.", names=names)


KINDS = [
    RecordKind(
        kind=NOTE,
        title=_("Note"),
        plural_title=_("Notes"),
        icon="note",
        model=Note,
        permission=VIEW,
        change_permission=WRITE,
        scope=OwnedByClientWithRight(),
        client_column="client_id",
        fields=(
            Field(name="text", title=_("Text"), type=FieldType.BLOCK, required=True, personal=True),
            Field(name="author_id", title=_("Written by"), type=FieldType.USER),
            Field(name="changed_at", title=_("Changed"), type=FieldType.DATETIME, tracked=False),
        ),
        summarise=summarise_notes,
        url=note_url,
    )
]
NOTES = TimelineSource(
    name="notes",
    title=_("Notes"),
    icon="note",
    permission=VIEW,
    read=read_notes,
    tells=(NOTE,),
    template="timeline/note.html",
    composer=Composer(title=_("Note"), icon="note", permission=WRITE, form=NoteForm, save=save_note),
    weight=10,
)
