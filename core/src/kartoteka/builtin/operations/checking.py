"""Whether the actor may take back these changes: the rights that count now, and the records he sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.operations.rules import CLIENT, OWN_WAYS, SEE_ALL, UNDO_ANY
from kartoteka.db.announce import announce
from kartoteka.db.chunks import chunks
from kartoteka.db.journal import JournalEntry
from kartoteka.db.journal.undo import OperationFacts
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.dispatch import active_set
from kartoteka.extension.signals import client_changed, record_changed
from kartoteka.vocabulary.errors import Forbidden, NotFound, Refused
from kartoteka.vocabulary.message import text as _

NOT_YOURS = _("Some of these records are not yours to see any more, so nothing was undone.")


def may_see(session: Session, facts: OperationFacts) -> bool:
    """Tell whether the actor may look at an operation: an own one, or any with the right to."""
    actor = actor_of(session)
    return actor.can(SEE_ALL) or actor.can(UNDO_ANY) or (actor.user_id is not None and actor.user_id == facts.user_id)


def demand_undo(session: Session, facts: OperationFacts) -> None:
    """Raise NotFound, Forbidden or Refused when the actor may not undo an operation, whatever its records are."""
    actor = actor_of(session)
    if not may_see(session, facts):
        raise NotFound
    if actor.user_id != facts.user_id and not actor.can(UNDO_ANY):
        raise Forbidden(_("Only whoever did this can undo it, or an administrator."), permission=UNDO_ANY)
    names = kinds_of(session, [facts.id])[facts.id]
    if any(name.partition(".")[0] in OWN_WAYS for name in names):
        raise Refused(_("Users and rights are changed back on their own pages."))
    known = [kind for name in names if (kind := active_kind(session, name)) is not None]
    for kind in known:
        needed = kind.change_permission or UNDO_ANY
        if not actor.can(needed):
            raise Forbidden(permission=needed)
    if not known and not actor.can(UNDO_ANY):
        raise Refused(_("The module that this belongs to is switched off. An administrator can undo it."))


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
    found: set[int] = set()
    for part in chunks(ids):
        found.update(session.scalars(select(kind.model.id).where(kind.model.id.in_(part))))
    return found


class RowCheck:
    """Lets only those records be put back that the actor sees before it or after it, with fields that he may write.

    After it counts too: whoever hands a client over does not see it any more and may still take that back.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.can = actor_of(session).can
        self.unseen: dict[str, set[int]] = defaultdict(set)
        self.tables: dict[str, str] = {}
        self.columns: dict[str, frozenset[str]] = {}

    def before(self, entries: Sequence[Any]) -> None:
        """Look at entries that are about to be taken back; raises Forbidden for a field that he may not write."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for entry in entries:
            kind = active_kind(self.session, entry["kind"])
            if kind is not None:
                wanted[kind.kind].add(entry["record_id"])
                self.tables[kind.kind] = entry["table_name"]
                self._demand_fields(kind, entry)
            elif entry["client_id"] is not None:
                wanted[CLIENT].add(entry["client_id"])
        for name, ids in wanted.items():
            kind = active_kind(self.session, name)
            if kind is not None:
                self.unseen[name] |= ids - seen_ids(self.session, kind, ids)
                self._announce(name, ids)

    def after(self, skipped: Collection[tuple[str, int]]) -> None:
        """Look again at what was not seen before; raises Refused for what is not seen now either."""
        self.session.flush()
        for name, ids in self.unseen.items():
            kind = active_kind(self.session, name)
            left_alone = {number for table, number in skipped if table == self.tables.get(name)}
            asked = ids - left_alone
            if kind is not None and asked - seen_ids(self.session, kind, asked):
                raise Refused(NOT_YOURS)
        self.unseen.clear()

    def _demand_fields(self, kind: RecordKind, entry: Any) -> None:
        if entry["action"] != "changed" or not entry["changes"]:
            return
        for field in kind.fields:
            if field.write_permission and field.attribute in entry["changes"] and not self.can(field.write_permission):
                raise Forbidden(permission=field.write_permission)

    def _announce(self, name: str, ids: set[int]) -> None:
        signal = client_changed if name == CLIENT else record_changed
        announce(self.session, signal, name, ids=sorted(ids), fields=[])
