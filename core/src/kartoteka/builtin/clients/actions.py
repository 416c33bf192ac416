"""What is done with clients from their card and from the list: archive and restore."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.clients.bin.views import BIN_ACTIONS
from kartoteka.builtin.clients.fields import ARCHIVE, CLIENT_KIND
from kartoteka.builtin.clients.many import CHANGE
from kartoteka.builtin.clients.merging.views import MERGE_ACTION
from kartoteka.builtin.clients.queries_card import known_client
from kartoteka.builtin.clients.service import archive_clients, restore_clients
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState


def archive(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Put clients away."""
    number = archive_clients(session, [record.id for record in records])
    return Outcome(plural_text("One client is archived.", "%(count)s clients are archived.", number), number)


def restore(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Take clients out of the archive."""
    number = restore_clients(session, [record.id for record in records])
    return Outcome(plural_text("One client is back from the archive.", "%(count)s clients are back.", number), number)


def _is_active(session: Session, record: RecordRef) -> bool:
    return known_client(session, record.id).state == RecordState.ACTIVE


def _is_archived(session: Session, record: RecordRef) -> bool:
    return known_client(session, record.id).state == RecordState.ARCHIVED


ACTIONS = [
    CHANGE,
    MERGE_ACTION,
    Action(
        name="archive",
        kinds=(CLIENT_KIND,),
        title=_("Archive"),
        icon="archive",
        permission=ARCHIVE,
        run=archive,
        when=_is_active,
        bulk=True,
        confirm=_("Lists show archived clients only when asked. Nothing is deleted, and you can take them back."),
        weight=800,
        minor=True,
    ),
    Action(
        name="restore",
        kinds=(CLIENT_KIND,),
        title=_("Restore"),
        icon="archive-off",
        permission=ARCHIVE,
        run=restore,
        when=_is_archived,
        bulk=True,
        weight=810,
    ),
    *BIN_ACTIONS,
]
