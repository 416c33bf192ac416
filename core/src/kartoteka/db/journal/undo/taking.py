"""Takes entries of an operation back, the newest first, exactly as they came: each state in between was valid once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select

from kartoteka.db.chunks import CHUNK
from kartoteka.db.journal.models import CHANGED, CREATED, DELETED, JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.sets import delete_rows, insert_rows, update_rows
from kartoteka.db.journal.undo.plan import UndoConflict, UndoReason
from kartoteka.db.journal.undo.referring import References, Referrer
from kartoteka.db.journal.undo.since import conflict_of, find_changed
from kartoteka.db.journal.undo.tables import TouchedTable
from kartoteka.db.journal.undo.values import find_missing_targets, find_taken
from kartoteka.db.search import remove_search_texts
from kartoteka.db.session import Session

Entry: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, int]
_entries: Any = JournalEntry.__table__


class TakingBack:
    """One undo at work, or one that only looks (``writes`` is False) what would come in its way.

    ``skipped`` are records that stay as they are because of a conflict found in an earlier step.
    """

    def __init__(self, session: Session, operation_id: int, *, writes: bool, skipped: Iterable[Key] = ()) -> None:
        self.session = session
        self.connection = raw_connection(session)
        self.operation_id = operation_id
        self.writes = writes
        self.skipped: set[Key] = set(skipped)
        self.conflicts: list[UndoConflict] = []
        self.taken = 0
        self.gone: set[Key] = set()
        self.back: set[Key] = set()
        self.written: dict[Key, set[str]] = {}
        self._seen: set[Key] = set()
        self._tables: dict[str, TouchedTable] = {}
        self._references: References | None = None

    @property
    def references(self) -> References:
        """Who may refer to whom in this database."""
        if self._references is None:
            self._references = References(self.session)
        return self._references

    def take(self, entries: Sequence[Entry]) -> None:
        """Take these entries back; they come newest first and follow those of the call before."""
        self._note_seen(entries)
        for run in _runs(entries):
            self._take_run(run)

    def _take_run(self, run: Sequence[Entry]) -> None:
        """Take entries of one table and one action back, each of another record."""
        table = self._table(run[0]["table_name"])
        last = [entry for entry in self._ready(run) if key_of(entry) not in self._seen]
        self.keep_out(find_changed(table, last).values())
        self._seen.update(map(key_of, run))
        take = {CREATED: self._take_created, CHANGED: self._take_changed, DELETED: self._take_deleted}
        take[run[0]["action"]](table, [entry for entry in run if key_of(entry) not in self.skipped])

    def _take_created(self, table: TouchedTable, entries: list[Entry]) -> None:
        within = self._keep_referred(table, entries)
        ready = self._ready(entries)
        ids = [entry["record_id"] for entry in ready]
        self.gone.update(map(key_of, ready))
        if not self.writes or not ids:
            return
        for part in [[one] for one in ids] if within else [ids]:
            delete_rows(self.session, table.name, part, always=True)
        if table.model is None:
            remove_search_texts(self.session, ready[0]["kind"], ids)

    def _take_changed(self, table: TouchedTable, entries: list[Entry]) -> None:
        self._keep_erased(entries)
        values = {
            entry["record_id"]: table.read({name: pair[0] for name, pair in entry["changes"].items()})
            for entry in self._ready(entries)
        }
        ready = self._without_wrong_values(table, entries, values)
        for entry in ready:
            self.written.setdefault(key_of(entry), set()).update(values[entry["record_id"]])
        if self.writes and ready:
            wanted = {entry["record_id"]: values[entry["record_id"]] for entry in ready}
            update_rows(self.session, table.name, wanted, always=True)

    def _take_deleted(self, table: TouchedTable, entries: list[Entry]) -> None:
        self._keep_erased(entries)
        lacking = [entry for entry in self._ready(entries) if table.missing(entry["changes"])]
        self.keep_out(conflict_of(entry, UndoReason.NO_CODE) for entry in lacking)
        values = {entry["record_id"]: table.read(entry["changes"]) for entry in self._ready(entries)}
        ready = self._without_wrong_values(table, entries, values)
        self.back.update(map(key_of, ready))
        self.gone.difference_update(map(key_of, ready))
        if self.writes and ready:
            images = [{**values[entry["record_id"]], "id": entry["record_id"]} for entry in ready]
            insert_rows(self.session, table.name, images, always=True)

    def _without_wrong_values(
        self, table: TouchedTable, entries: list[Entry], values: Mapping[int, Mapping[str, Any]]
    ) -> list[Entry]:
        """Keep out what would point to nothing or repeat a unique value; return the rest, each counted as taken."""
        by_id = {entry["record_id"]: entry for entry in entries}
        for find in (find_missing_targets, find_taken):
            wanted = {key: one for key, one in values.items() if (table.name, key) not in self.skipped}
            found = find(self, table, wanted)
            self.keep_out(conflict_of(by_id[key], reason, columns=(name,)) for key, (reason, name) in found.items())
        ready = self._ready(entries)
        self.taken += len(ready)
        return ready

    def _keep_referred(self, table: TouchedTable, entries: list[Entry]) -> bool:
        """Keep out created records that something else refers to; tell whether the others refer to each other."""
        by_id = {entry["record_id"]: entry for entry in entries}
        kind = entries[0]["kind"] if entries else ""
        referrers = [one for one in self.references.referrers(table.name, kind, by_id) if not self._lets_go(one)]
        staying = set(by_id)
        while blocked := [one for one in referrers if one.target_id in staying and not _is_among(one, table, staying)]:
            for one in blocked:
                if one.target_id in staying:
                    staying.discard(one.target_id)
                    self.keep_out([self._referred(by_id[one.target_id], one)])
        self.taken += len(staying)
        return any(_is_among(one, table, staying) for one in referrers)

    def _lets_go(self, one: Referrer) -> bool:
        """Tell whether the undo has taken this reference away, or would have if it wrote."""
        key = (one.table, one.id or 0)
        return key in self.gone or one.column in self.written.get(key, ())

    def _referred(self, entry: Entry, one: Referrer) -> UndoConflict:
        rule = self.session.database.journal.of_table(one.table)
        other = {"other_kind": rule.kind if rule else None, "other_table": one.table, "other_id": one.id}
        return conflict_of(entry, UndoReason.REFERRED, columns=(one.column,), **other)

    def _keep_erased(self, entries: list[Entry]) -> None:
        self.keep_out(conflict_of(entry, UndoReason.ERASED) for entry in entries if entry["changes"] is None)

    def keep_out(self, conflicts: Iterable[UndoConflict]) -> None:
        """Leave these records as they are from here on."""
        for conflict in conflicts:
            self.skipped.add((conflict.table, conflict.record_id))
            self.conflicts.append(conflict)

    def _ready(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if key_of(entry) not in self.skipped]

    def _table(self, name: str) -> TouchedTable:
        if name not in self._tables:
            self._tables[name] = TouchedTable(self.connection, name, locks=self.writes)
        return self._tables[name]

    def _note_seen(self, entries: Sequence[Entry]) -> None:
        """Remember whose newer entries an earlier step has taken back already."""
        if not entries:
            return
        newer = (_entries.c.operation_id == self.operation_id, _entries.c.id > entries[0]["id"])
        columns = (_entries.c.table_name, _entries.c.record_id)
        wanted = {entry["record_id"] for entry in entries}
        statement = select(*columns).where(*newer, _entries.c.record_id.in_(wanted))
        self._seen.update((row[0], row[1]) for row in self.connection.execute(statement))


def key_of(entry: Entry) -> Key:
    """Return what the record of an entry is known by: its table and id."""
    return entry["table_name"], entry["record_id"]


def _is_among(one: Referrer, table: TouchedTable, ids: set[int]) -> bool:
    return one.table == table.name and one.id in ids


def _runs(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Yield neighbours that can be taken back at once: same table, same action, each of another record."""
    run: list[Entry] = []
    ids: set[int] = set()
    for entry in entries:
        alike = run and all(entry[name] == run[0][name] for name in ("table_name", "kind", "action"))
        if run and (not alike or entry["record_id"] in ids or len(run) == CHUNK):
            yield run
            run, ids = [], set()
        run.append(entry)
        ids.add(entry["record_id"])
    if run:
        yield run
