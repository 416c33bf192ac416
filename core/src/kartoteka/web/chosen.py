"""What somebody has chosen to do something with: ticked rows, or everything that a list finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.work import EVERY_KIND, Action
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.asked import asked_ids
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.lists.everything import ids_of_everything, mark_of

MOST_TICKED = 500
AT_ONCE = 100
"""So many records are worked on while the clerk waits; more are done in the background."""


@dataclass(frozen=True)
class Chosen:
    """The records that were chosen: their kind and ids, in ascending order when they are everything of a list.

    ``list_name`` and ``where`` say which list, ``confirmed`` is the mark of the records that the user was shown.
    """

    kind: RecordKind
    ids: Sequence[int]
    list_name: str = ""
    where: str = ""
    confirmed: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether all results of a list were chosen and not single rows."""
        return bool(self.list_name)

    @property
    def is_long(self) -> bool:
        """Whether working on them takes too long to wait for."""
        return len(self.ids) > AT_ONCE

    @cached_property
    def mark(self) -> str:
        """What these records are recognised by when they are confirmed; empty for rows that were ticked."""
        return mark_of(self.ids) if self.is_everything else ""

    @property
    def has_changed(self) -> bool:
        """Whether the list finds other records now than the user was shown."""
        return bool(self.confirmed) and self.confirmed != self.mark

    def refs(self, ids: Sequence[int] | None = None) -> list[RecordRef]:
        """Return the records, or those with these ids."""
        return [RecordRef(self.kind.kind, number) for number in (self.ids if ids is None else ids)]


def read_chosen(session: Session, action: Action) -> Chosen:
    """Return the records that this request chooses for an action.

    Raises NotFound for what is no kind or id, BadRequest for more ticked rows than a page has, Refused for several
    records where the action takes one.
    """
    kind = _kind_of(action)
    name = request.values.get("list", "")
    if name and "everything" in request.values:
        return _everything(session, action, kind, name)
    ids = _ids()
    if not action.bulk and len(ids) > 1:
        raise Refused(_("“%(title)s” is done with one record at a time. Go back and choose one.", title=action.title))
    if not action.bulk and not ids:
        raise NotFound
    return Chosen(kind, ids)


def _everything(session: Session, action: Action, kind: RecordKind, name: str) -> Chosen:
    definition = current().registry.find_list(name, modules_on())
    if definition is None or definition.kind != kind.kind:
        raise NotFound
    if not action.bulk:
        raise Refused(_("“%(title)s” is done with one record at a time. Go back and choose one.", title=action.title))
    where = request.values.get("where", "")
    ids = ids_of_everything(session, definition, where)  # type: ignore[arg-type]
    return Chosen(kind, ids, name, where, request.values.get("mark", "")[:64])


def _kind_of(action: Action) -> RecordKind:
    name = request.values.get("kind") or action.kinds[0]
    kind = current().registry.find_kind(name) if {name, EVERY_KIND} & {*action.kinds} else None
    if kind is None or kind.module not in modules_on() or not visitor().can(kind.permission):
        raise NotFound
    return kind


def _ids() -> list[int]:
    """Return the ids asked for; raises NotFound for what is no id."""
    ids = asked_ids()
    if len(ids) > MOST_TICKED:
        raise BadRequest
    return ids
