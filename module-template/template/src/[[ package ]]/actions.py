"""What users do with clients by this module."""

from __future__ import annotations

from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import Action, Outcome
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from [[ package ]] import service
from [[ package ]].fields import WRITE
from [[ package ]].forms import NoteForm

_ = Texts("[[ name ]]")


def add_notes(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Add the same note to each of the clients."""
    for record in records:
        service.add_note(session, record.id, data)
    message = _.plural("The note is added.", "The note is added to %(count)s clients.", len(records))
    return Outcome(message, len(records))


ADD_NOTE = Action(
    name="add_note",
    kinds=(CLIENT_KIND,),
    title=_("Add a note"),
    icon="note",
    permission=WRITE,
    form=NoteForm,
    run=add_notes,
    bulk=True,
)
