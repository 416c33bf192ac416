"""Use cases of the module. Services take a session, never commit, and know no web."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, demand, find, settle
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts, clean_block, clean_line
from [[ package ]].fields import NOTE, WRITE
from [[ package ]].models import Note

_ = Texts("[[ name ]]")

LONGEST_SUBJECT = 200


def add_note(session: Session, client_id: int, values: Mapping[str, Any]) -> Note:
    """Add a note to a client that the actor sees. Raises NotFound, Forbidden and InvalidInput."""
    demand(session, WRITE)
    client = find(session, Client, client_id)
    note = Note(client_id=client.id, **_checked(values))
    session.add(note)
    session.flush()
    return note


def change_note(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Note:
    """Change a note, typed over ``version``; raises EditConflict beside what `add_note` raises."""
    demand(session, WRITE)
    note = find(session, Note, id)
    for name, value in settle(session, note, NOTE, _checked(values), version).items():
        setattr(note, name, value)
    session.flush()
    return note


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    subject, day = clean_line(values.get("subject")), values.get("day")
    errors = {}
    if not subject:
        errors["subject"] = _("Write what the note is about.")
    elif len(subject) > LONGEST_SUBJECT:
        errors["subject"] = _("This is too long.")
    if day is None:
        errors["day"] = _("Choose a day.")
    if errors:
        raise InvalidInput(errors)
    return {"day": day, "subject": subject, "details": clean_block(values.get("details"))}
