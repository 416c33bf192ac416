"""Documents as other programs read and change them; contents are reached over WebDAV."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.files.fields import DELETE, EDIT, FILE
from kartoteka.builtin.files.service import change_file, set_state
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.vocabulary.errors import Forbidden
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

_FIXED = ("number", "registered_by", "filename", "size", "latest")


def change(session: Session, id: int, values: dict[str, Any]) -> None:
    """Change what the register says; its version was compared already."""
    _demand(session, EDIT)
    change_file(session, id, values)


def remove(session: Session, id: int) -> None:
    """Put a document into the bin."""
    _demand(session, DELETE)
    set_state(session, id, RecordState.DELETED)


def _demand(session: Session, permission: str) -> None:
    actor = actor_of(session)
    if not actor.is_system and not actor.can(permission):
        raise Forbidden(permission=permission)


API_RESOURCES = [
    ApiResource(
        name="files",
        title=_("Documents"),
        kind=FILE,
        fields=(*_FIXED, "title", "kind", "status", "registered_on", "note", "keep_until"),
        fixed=_FIXED,
        change=change,
        remove=remove,
    )
]
