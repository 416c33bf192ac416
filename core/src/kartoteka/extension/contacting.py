"""Lets the modules plan what people are to do with clients."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import orm

from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.people import PlannedContact
from kartoteka.vocabulary.record import RecordRef


def plan_contacts(session: orm.Session, contacts: Sequence[PlannedContact]) -> list[RecordRef] | None:
    """Let the first active module that can plan contacts with clients; None where none can. An error stops everything.

    The caller has found the clients by a restricted SELECT.
    """
    for _module, plan in extension_of(session).registry.calls.each("plan_contacts", active_set(session)):
        planned = next((one for one in plan(session=session, contacts=tuple(contacts)) if one is not None), None)
        if planned is not None:
            return list(planned)
    return None
