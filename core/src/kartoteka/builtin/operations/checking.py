"""Whether the actor may take back these changes: the rights that count now, and the records he sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import func, select

from kartoteka.builtin.operations.rules import CLIENT, OWN_WAYS, SEE_ALL, UNDO_ANY
from kartoteka.db.actor import Actor
from kartoteka.db.announce import announce
from kartoteka.db.chunks import chunks
from kartoteka.db.journal import JournalEntry
from kartoteka.db.journal.models import CHANGED
from kartoteka.db.journal.undo import OperationFacts
from kartoteka.db.session import Session, actor_of, as_system, demand
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.signals import client_changed, record_changed
from kartoteka.vocabulary.errors import Forbidden, NotFound, Refused
from kartoteka.vocabulary.message import text as _

Entry: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, int]


def may_see(session: Session, facts: OperationFacts) -> bool:
    """Tell whether the actor may look at an operation: an own one, or any with the right to."""
    actor = actor_of(session)
    return actor.can(SEE_ALL) or actor.can(UNDO_ANY) or (actor.user_id is not None and actor.user_id == facts.user_id)


def demand_undo(session: Session, facts: OperationFacts) -> None:
    """Raise NotFound, Forbidden or Refused when the actor may not undo an operation, whatever its records are."""
    actor = actor_of(session)
    if not may_see(session, facts):
        raise NotFound
    if not is_theirs(actor, facts):
        raise Forbidden(_("Only whoever did this can undo it, or an administrator."), permission=UNDO_ANY)
    names = kinds_of(session, [facts.id])[facts.id]
    if any(name.partition(".")[0] in OWN_WAYS for name in names):
        raise Refused(_("Users and rights are changed back on their own pages."))
    known = [kind for name in names if (kind := active_kind(session, name)) is not None]
    demand(session, *map(_needed, known))
    if not known and not actor.can(UNDO_ANY):
        raise Refused(_("The module that this belongs to is switched off. An administrator can undo it."))


def is_theirs(actor: Actor, facts: OperationFacts) -> bool:
    """Tell whether an operation is the actor's to undo, if he may change its records: an own one, or any."""
    return actor.user_id == facts.user_id or actor.can(UNDO_ANY)


def _needed(kind: RecordKind) -> str:
    return kind.change_permission or UNDO_ANY


def kinds_of(session: Session, operation_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return for each operation the kinds of its entries and how many there are; one statement."""
    found: dict[int, dict[str, int]] = {number: {} for number in operation_ids}
    counted = select(JournalEntry.operation_id, JournalEntry.kind, func.count(JournalEntry.record_id.distinct()))
    statement = counted.where(JournalEntry.operation_id.in_(found)).group_by(
        JournalEntry.operation_id, JournalEntry.kind
    )
    with as_system(session, reason="kinds of an operation"):
        for number, kind, count in session.execute(statement):
            found[number][kind] = count
    return found


def active_kind(session: Session, name: str) -> RecordKind | None:
    """Return a record kind whose module is on, or None."""
    kind = extension_of(session).registry.find_kind(name)
    return kind if kind is not None and kind.module in active_set(session) else None


def seen_ids(session: Session, kind: RecordKind, ids: Iterable[int]) -> set[int]:
    """Return those records that the actor sees; none without the kind's permission."""
    if not actor_of(session).can(kind.permission):
        return set()
    return read_ids(session, kind, ids)


def read_ids(session: Session, kind: RecordKind, ids: Iterable[int]) -> set[int]:
    """Return those records that are there, as far as the session reaches."""
    found: set[int] = set()
    for part in chunks(ids):
        found.update(session.scalars(select(kind.model.id).where(kind.model.id.in_(part))))
    return found


class RowCheck:
    """Lets only those records be put back that the actor sees before it or after it, with fields that he may write.

    After it counts too: whoever hands a client over does not see it any more and may still take that back. A long undo
    goes on when a right is taken away meanwhile, and leaves alone what it was needed for; all, if ``is_theirs`` is not
    true any more.
    """

    def __init__(self, session: Session, *, is_theirs: bool = True) -> None:
        self.session = session
        self.can = actor_of(session).can
        self.is_theirs = is_theirs
        self.unseen: dict[str, dict[int, list[Entry]]] = {}
        self.existing: dict[str, set[int]] = {}
        self.guarded: dict[str, Sequence[str]] = {}

    def foresee(self, operation_id: int, entries: Sequence[Entry]) -> list[Entry]:
        """Return entries of records that the actor does not see, unless who sees their client is taken back too."""
        out_of_sight = [
            entry
            for name, asked in self._asked(entries).items()
            for number in self._hidden(name, asked)
            for entry in asked[number]
        ]
        clients = self._with_other_eyes(operation_id, {entry["client_id"] for entry in out_of_sight} - {None})
        return [entry for entry in out_of_sight if entry["client_id"] not in clients]

    def closed(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, tuple[str, ...]]]:
        """Yield entries of fields that the actor may not write, each with their columns; of whole kinds without any."""
        for entry in entries:
            if not self._may_change(entry["kind"]):
                yield entry, ()
                continue
            changes = (entry["changes"] if entry["action"] == CHANGED else None) or {}
            if columns := tuple(name for name in self._guarded(entry["kind"]) if name in changes):
                yield entry, columns

    def before(self, entries: Sequence[Entry]) -> None:
        """Look at entries that are about to be taken back."""
        for name, asked in self._asked(entries).items():
            hidden = asked.keys() - self._seen(name, asked)
            waiting = self.unseen.setdefault(name, {})
            for number in hidden:
                waiting.setdefault(number, []).extend(asked[number])
            self.existing.setdefault(name, set()).update(self._existing(name, hidden))
            self._announce(name, set(asked))

    def after(self, skipped: Collection[Key]) -> list[Entry]:
        """Look again at what was not seen before, and return the entries of what is not seen now either."""
        self.session.flush()
        found: list[Entry] = []
        for name, waiting in self.unseen.items():
            asked = {number: some for number, entries in waiting.items() if (some := _without(entries, skipped))}
            there = (self.existing[name] & asked.keys()) | self._existing(name, asked)
            for number in there - self._seen(name, asked):
                found += asked[number]
        self.unseen.clear()
        self.existing.clear()
        return found

    def _asked(self, entries: Sequence[Entry]) -> dict[str, dict[int, list[Entry]]]:
        """Return what has to be seen, by kind and id, with the entries that need it: the record or else its client."""
        asked: dict[str, dict[int, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            if active_kind(self.session, entry["kind"]) is not None:
                asked[entry["kind"]][entry["record_id"]].append(entry)
            elif entry["client_id"] is not None and active_kind(self.session, CLIENT) is not None:
                asked[CLIENT][entry["client_id"]].append(entry)
        return asked

    def _hidden(self, name: str, ids: Collection[int]) -> set[int]:
        return self._existing(name, ids) - self._seen(name, ids)

    def _seen(self, name: str, ids: Collection[int]) -> set[int]:
        kind = active_kind(self.session, name)
        return set() if kind is None else seen_ids(self.session, kind, ids)

    def _existing(self, name: str, ids: Collection[int]) -> set[int]:
        kind = active_kind(self.session, name)
        if kind is None or not ids:
            return set()
        with as_system(self.session, reason="which records of an operation there are"):
            return read_ids(self.session, kind, ids)

    def _with_other_eyes(self, operation_id: int, client_ids: Collection[int]) -> set[int]:
        """Return those clients of which the operation changed who sees them."""
        kinds = extension_of(self.session).registry.record_kinds
        telling = {kind.kind: set(kind.owner_columns) for kind in kinds if kind.owner_columns}
        found: set[int] = set()
        columns = (JournalEntry.client_id, JournalEntry.kind, JournalEntry.action, JournalEntry.changes)
        of_owners = (JournalEntry.operation_id == operation_id, JournalEntry.kind.in_(telling))
        with as_system(self.session, reason="who saw the records of an operation"):
            for part in chunks(client_ids):
                statement = select(*columns).where(*of_owners, JournalEntry.client_id.in_(part))
                for client_id, name, action, changes in self.session.execute(statement):
                    if name != CLIENT or action != CHANGED or telling[name] & (changes or {}).keys():
                        found.add(client_id)
        return found

    def _may_change(self, name: str) -> bool:
        kind = active_kind(self.session, name)
        return self.is_theirs and (kind is None or self.can(_needed(kind)))

    def _guarded(self, name: str) -> Sequence[str]:
        """Return the columns of a kind that the actor may not write."""
        if name not in self.guarded:
            kind = active_kind(self.session, name)
            fields = () if kind is None else kind.fields
            needed = [(field.attribute, field.write_permission) for field in fields if field.write_permission]
            self.guarded[name] = [column for column, right in needed if not self.can(right)]
        return self.guarded[name]

    def _announce(self, name: str, ids: set[int]) -> None:
        signal = client_changed if name == CLIENT else record_changed
        announce(self.session, signal, name, ids=sorted(ids), fields=[])


def _without(entries: Sequence[Entry], skipped: Collection[Key]) -> list[Entry]:
    return [entry for entry in entries if (entry["table_name"], entry["record_id"]) not in skipped]
