"""Planning and doing an undo; row rights and permissions are the caller's business."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from kartoteka.db.chunks import CHUNK
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.models import JournalEntry, Operation
from kartoteka.db.journal.operations import begin_undo, operation_of, raw_connection
from kartoteka.db.journal.undo.plan import (
    KEPT_DAYS,
    MOST_SHOWN,
    CannotUndo,
    OperationFacts,
    UndoBlocked,
    UndoConflict,
    UndoPlan,
    UndoReason,
    head_of,
)
from kartoteka.db.journal.undo.since import conflict_of
from kartoteka.db.journal.undo.taking import Entry, Key, TakingBack, key_of
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_entries: Any = JournalEntry.__table__
_operations: Any = Operation.__table__


class UndoCheck(Protocol):
    """What the caller has to say about the records: raises a Problem when the actor may not at all."""

    def foresee(self, operation_id: int, entries: Sequence[Entry]) -> Collection[Entry]:
        """Return those of the operation's entries that would have to be left alone, as far as that can be told."""

    def closed(self, entries: Sequence[Entry]) -> Iterable[tuple[Entry, tuple[str, ...]]]:
        """Return those with columns that the actor may not write, each with these columns."""

    def before(self, entries: Sequence[Entry]) -> None:
        """Look at entries that are about to be taken back."""

    def after(self, skipped: Collection[Key]) -> Collection[Entry]:
        """Look again at what was taken back and return what must be left alone; ``skipped`` records were already."""


class _NoCheck:
    def foresee(self, operation_id: int, entries: Sequence[Entry]) -> Collection[Entry]:
        return ()

    def closed(self, entries: Sequence[Entry]) -> Iterable[tuple[Entry, tuple[str, ...]]]:
        return ()

    def before(self, entries: Sequence[Entry]) -> None:
        pass

    def after(self, skipped: Collection[Key]) -> Collection[Entry]:
        return ()


_FREE = _NoCheck()


def plan_undo(session: Session, operation_id: int, *, check: UndoCheck = _FREE) -> UndoPlan:
    """Return what undoing an operation would do and what stands in its way; writes nothing.

    Raises NotFound when there is no such operation.
    """
    facts = operation_facts(session, operation_id)
    if (refusal := refusal_of(session, facts)) is not None:
        return UndoPlan(operation=facts, refusal=refusal)
    looking = TakingBack(session, operation_id, writes=False)
    try:
        for part in _backwards(session, operation_id):
            looking.keep_out(_unseen(check.foresee(operation_id, part), looking.skipped))
            looking.keep_out(_closed(check.closed(part), looking.skipped))
            looking.take(part)
    except CannotUndo as problem:
        return UndoPlan(operation=facts, refusal=problem.message)
    return _plan(facts, looking)


def undo_operation(session: Session, operation_id: int, *, rest_only: bool = False, check: UndoCheck = _FREE) -> int:
    """Undo an operation in this transaction and return the id of the undo, which can be undone itself.

    Raises NotFound, Refused when it cannot be undone at all, and UndoBlocked with the plan when some records are
    not as it left them or not the actor's to see; ``rest_only`` leaves those alone instead.
    """
    facts = operation_facts(session, operation_id)
    if (refusal := refusal_of(session, facts)) is not None:
        raise Refused(refusal)
    begin_undo(session, operation_id, _undo_title(facts))
    taking = _take(session, operation_id, lambda: _backwards(session, operation_id), (), check)
    if taking.conflicts and not rest_only:
        raise UndoBlocked(_plan(facts, taking))
    if not taking.taken:
        raise Refused(_("Nothing of it is left to be undone."))
    return operation_of(session)


def _take(
    session: Session,
    operation_id: int,
    parts: Callable[[], Iterable[Sequence[Entry]]],
    skipped: Iterable[Key],
    check: UndoCheck,
) -> TakingBack:
    """Take entries back; what turns out not to be the actor's to see or to write stays, and the rest is done anew.

    Only what is back shows who sees it: whoever handed a client over sees it again, and nobody else may learn of it.
    A record stays as a whole, with newer changes that would have been allowed.
    """
    not_ours: list[UndoConflict] = []
    while True:
        attempt = session.begin_nested()
        taking = TakingBack(session, operation_id, writes=True, skipped=skipped)
        taking.keep_out(not_ours)
        closed: list[UndoConflict] = []
        for part in parts():
            check.before(part)
            closed += _closed(check.closed(part), taking.skipped)
            taking.take(part)
        found = _unseen(check.after(taking.skipped), taking.skipped) or closed
        if not found:
            attempt.commit()
            return taking
        attempt.rollback()
        not_ours += found


def _unseen(entries: Iterable[Entry], skipped: Collection[Key]) -> list[UndoConflict]:
    """Return a conflict for each record of these entries that is not left alone anyway."""
    found = {key_of(entry): conflict_of(entry, UndoReason.UNSEEN) for entry in entries}
    return [conflict for key, conflict in found.items() if key not in skipped]


def _closed(entries: Iterable[tuple[Entry, tuple[str, ...]]], skipped: Collection[Key]) -> list[UndoConflict]:
    """Return likewise a conflict for each record with columns that are not the actor's to write."""
    found = {key_of(entry): conflict_of(entry, UndoReason.CLOSED, columns=columns) for entry, columns in entries}
    return [conflict for key, conflict in found.items() if key not in skipped]


@dataclass(frozen=True)
class UndoStep:
    """One step of a long undo: where the next one goes on (None at the end), what was left alone, how much was done."""

    before: int | None
    skipped: tuple[Key, ...]
    conflicts: tuple[UndoConflict, ...]
    taken: int
    entries: int


def undo_step(
    session: Session,
    operation_id: int,
    *,
    before: int | None = None,
    skipped: Iterable[Key] = (),
    size: int = CHUNK,
    check: UndoCheck = _FREE,
) -> UndoStep:
    """Undo the next ``size`` entries of an operation, the newest first; conflicts are left alone and returned.

    ``before`` and ``skipped`` are those of the step before. Raises as undo_operation does, but never UndoBlocked.
    """
    facts = operation_facts(session, operation_id)
    if before is None and (refusal := refusal_of(session, facts)) is not None:
        raise Refused(refusal)
    begin_undo(session, operation_id, _undo_title(facts))
    part = _read(session, operation_id, before, size)
    taking = _take(session, operation_id, lambda: [part], tuple(skipped), check)
    rest = part[-1]["id"] if len(part) == size else None
    return UndoStep(rest, tuple(sorted(taking.skipped)), tuple(taking.conflicts), taking.taken, len(part))


def operation_facts(session: Session, operation_id: int) -> OperationFacts:
    """Return an operation with the numbers of its entries; raises NotFound."""
    connection = raw_connection(session)
    row = connection.execute(select(_operations).where(_operations.c.id == operation_id)).one_or_none()
    if row is None:
        raise NotFound
    counted = select(_entries.c.action, func.count()).where(_entries.c.operation_id == operation_id)
    counts = {row[0]: row[1] for row in connection.execute(counted.group_by(_entries.c.action))}
    return OperationFacts(**head_of(row), counts=counts)


def undone_by(session: Session, operation_ids: Iterable[int]) -> dict[int, int]:
    """Return for each operation that is undone now which undo did it; an undo that was itself undone does not count."""
    wanted = set(operation_ids)
    if not wanted:
        return {}
    found: dict[int, list[int]] = {}
    statement = select(_operations.c.undo_of_id, _operations.c.id).where(_operations.c.undo_of_id.in_(wanted))
    for target, number in raw_connection(session).execute(statement.order_by(_operations.c.id)):
        found.setdefault(target, []).append(number)
    again = undone_by(session, [number for numbers in found.values() for number in numbers])
    standing = {target: [one for one in numbers if one not in again] for target, numbers in found.items()}
    return {target: numbers[-1] for target, numbers in standing.items() if numbers}


def refusal_of(session: Session, facts: OperationFacts) -> Message | None:
    """Return why an operation cannot be undone whatever its records are like now, None when it can."""
    if not facts.entries:
        return _("Nothing was changed, so there is nothing to undo.")
    if facts.at < utc_now() - timedelta(days=KEPT_DAYS):
        return _("Work can be undone for %(days)s days only.", days=KEPT_DAYS)
    if facts.id in undone_by(session, [facts.id]):
        return _("This was undone already.")
    return None


def _undo_title(facts: OperationFacts) -> Message:
    return _("Undo: %(title)s", title=facts.title or f"#{facts.id}")


def _plan(facts: OperationFacts, taking: TakingBack) -> UndoPlan:
    return UndoPlan(
        operation=facts,
        conflicts=tuple(taking.conflicts[:MOST_SHOWN]),
        conflict_count=len(taking.conflicts),
        ready=taking.taken,
    )


def _backwards(session: Session, operation_id: int) -> Iterator[list[Entry]]:
    part = _read(session, operation_id, None, CHUNK)
    while part:
        yield part
        part = _read(session, operation_id, part[-1]["id"], CHUNK)


def _read(session: Session, operation_id: int, before: int | None, size: int) -> list[Entry]:
    statement = select(_entries).where(_entries.c.operation_id == operation_id)
    if before is not None:
        statement = statement.where(_entries.c.id < before)
    return list(raw_connection(session).execute(statement.order_by(_entries.c.id.desc()).limit(size)).mappings())
