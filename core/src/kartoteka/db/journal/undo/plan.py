"""What an undo would do, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

KEPT_DAYS = 30
"""How long an operation can be undone."""
MOST_SHOWN = 200
"""Conflicts that are kept to be shown; the others are only counted."""


class UndoReason(StrEnum):
    """Why a record cannot be put back."""

    CHANGED = "changed"
    GONE = "gone"
    THERE = "there"
    REFERRED = "referred"
    TARGET_GONE = "target_gone"
    TAKEN = "taken"
    ERASED = "erased"
    OUTSIDE = "outside"
    NO_CODE = "no_code"
    UNSEEN = "unseen"
    CLOSED = "closed"


REASONS: Mapping[UndoReason, Message] = {
    UndoReason.CHANGED: _("It was changed afterwards."),
    UndoReason.GONE: _("It was deleted afterwards."),
    UndoReason.THERE: _("It is there again already."),
    UndoReason.REFERRED: _("Something else refers to it now."),
    UndoReason.TARGET_GONE: _("What it refers to is not there any more."),
    UndoReason.TAKEN: _("Another record has the same value now, and only one may have it."),
    UndoReason.ERASED: _("The values were erased permanently."),
    UndoReason.OUTSIDE: _("It was changed by an update of the program."),
    UndoReason.NO_CODE: _("Its module is needed to restore it."),
    UndoReason.UNSEEN: _("You can no longer see it."),
    UndoReason.CLOSED: _("You may not change this."),
}


@dataclass(frozen=True, kw_only=True)
class UndoConflict:
    """A record that is not as the operation left it.

    ``columns`` are those that differ, ``user_name`` and ``at`` say who changed it last and when, where that is known;
    ``other_kind`` (or ``other_table``) and ``other_id`` name the record that refers to it.
    """

    kind: str
    table: str
    record_id: int
    client_id: int | None
    reason: UndoReason
    columns: tuple[str, ...] = ()
    user_name: str = ""
    at: datetime | None = None
    other_kind: str | None = None
    other_table: str | None = None
    other_id: int | None = None

    @property
    def message(self) -> Message:
        """The reason as a sentence."""
        return REASONS[self.reason]


@dataclass(frozen=True, kw_only=True)
class OperationHead:
    """What an operation is called, and who did it when; ``undo_of_id`` is the operation that it undid."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str
    title: Translatable
    kind: str
    undo_of_id: int | None


def head_of(row: Row[Any]) -> dict[str, Any]:
    """Return the values of an OperationHead from a row with the columns of Operation."""
    values = {each.name: getattr(row, each.name) for each in fields(OperationHead)}
    return {**values, "title": row.message or row.title}


@dataclass(frozen=True, kw_only=True)
class OperationFacts(OperationHead):
    """An operation as its page and undo know it; ``counts`` are the numbers of entries by action."""

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class UndoPlan:
    """What an undo would do; with a ``refusal`` it cannot be done at all.

    ``conflicts`` are the first of ``conflict_count``; ``ready`` is the number of entries that can be taken back.
    """

    operation: OperationFacts
    refusal: Message | None = None
    conflicts: tuple[UndoConflict, ...] = ()
    conflict_count: int = 0
    ready: int = 0

    @property
    def is_free(self) -> bool:
        """Whether everything can be taken back."""
        return self.refusal is None and not self.conflict_count

    @property
    def has_rest(self) -> bool:
        """Whether something can be taken back although other things cannot."""
        return self.refusal is None and bool(self.conflict_count) and bool(self.ready)


class UndoBlocked(Refused):
    """Some records are not as the operation left them; ``plan`` lists them. Nothing was undone."""

    def __init__(self, plan: UndoPlan) -> None:
        super().__init__(_("Some records stand in the way. Undo the rest, or leave everything as it is."))
        self.plan = plan


class CannotUndo(Refused):
    """The tables are not what they were: nothing of the operation can be undone."""
