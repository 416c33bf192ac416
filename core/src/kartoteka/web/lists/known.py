"""The lists that modules have named, as far as somebody may see them."""

from __future__ import annotations

from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.web.lists.definition import RecordList


def find_list(session: Session, name: str) -> RecordList | None:
    """Return the list of this name, None when its module is off or the session's actor may not see its records."""
    return next((one for one in all_lists(session) if one.name == name), None)


def all_lists(session: Session) -> list[RecordList]:
    """Return all lists that the session's actor may see."""
    registry, active, actor = extension_of(session).registry, active_set(session), actor_of(session)
    found: list[RecordList] = []
    for module, one in registry.lists:
        kind = registry.find_kind(one.kind)
        if module in active and kind is not None and actor.can(kind.permission) and isinstance(one, RecordList):
            found.append(one)
    return found
