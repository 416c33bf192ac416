"""Tells people of what is passed on to them, with the note of whoever did it (CORE-27)."""

from __future__ import annotations

from kartoteka.api.db import Session, actor_of
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify

_ = Texts("crm_inquiries")

LONGEST_NOTE = 300


def tell_passed_on(session: Session, type: str, record: RecordRef, number: str, user_id: int, note: str) -> None:
    """Tell somebody that a record was passed on to him by a notification of a type; oneself is told nothing."""
    actor, said = actor_of(session), " ".join(note.split())[:LONGEST_NOTE]
    if user_id == actor.user_id:
        return
    message = _("%(who)s passed %(number)s on to you: %(note)s", who=actor.name, number=number, note=said)
    if not said:
        message = _("%(who)s passed %(number)s on to you", who=actor.name, number=number)
    notify(session, [user_id], type, message, record)
