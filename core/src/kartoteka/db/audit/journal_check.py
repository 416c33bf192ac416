"""Checks the journal against the links of the chain that cover it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Select, Text, and_, or_, orm, select, type_coerce

from kartoteka.db.audit.models import AuditEntry
from kartoteka.db.audit.reports import ChainFinding, value_problem
from kartoteka.db.audit.work import WORK, digest_of_entries
from kartoteka.db.journal.models import JournalEntry, Operation
from kartoteka.db.journal.operations import raw_connection
from kartoteka.vocabulary.message import text as _

_PIECE = 2_000
_links: Any = AuditEntry.__table__
_journal: Any = JournalEntry.__table__
_operations: Any = Operation.__table__
Rows = Iterator[Mapping[str, Any]]


def check_journal(session: orm.Session, since_entry: int) -> JournalCheck:
    """Return the check of all entries that were written after ``since_entry``."""
    return JournalCheck(session, since_entry)


class JournalCheck:
    """Reads entries and links side by side, in the order of their operations, a piece at a time."""

    def __init__(self, session: orm.Session, since_entry: int) -> None:
        self.connection = raw_connection(session)
        self.since_entry = since_entry
        self.count = 0

    def findings(self) -> Iterator[ChainFinding]:
        """Yield what is wrong, operation by operation."""
        entries, links = _grouped(self._entries()), _grouped(self._links())
        entry, link = next(entries, None), next(links, None)
        while entry or link:
            if link is None or (entry is not None and entry[0] < link[0]):
                yield from self._check(entry[1], [])  # type: ignore[index]
                entry = next(entries, None)
            elif entry is None or link[0] < entry[0]:
                yield from self._check(iter(()), list(link[1]))
                link = next(links, None)
            else:
                yield from self._check(entry[1], list(link[1]))
                entry, link = next(entries, None), next(links, None)

    def _check(self, entries: Rows, links: list[Mapping[str, Any]]) -> Iterator[ChainFinding]:
        yield from _check_owner(links)
        for link in links:
            yield from self._check_link(entries, link)
        for extra in entries:
            self.count += 1
            yield ChainFinding("core_journal", extra["id"], _("it was added without the program"))

    def _check_link(self, entries: Rows, link: Mapping[str, Any]) -> Iterator[ChainFinding]:
        """Check as many of the operation's entries as the link covers."""
        wanted = link["facts"]["entries"]
        part = list(islice(entries, wanted))
        self.count += len(part)
        digest, count = digest_of_entries(part)
        if count < wanted:
            missing = _("%(missing)s entries of operation %(id)s were deleted", missing=wanted - count, id=_op(link))
            yield ChainFinding("core_operation", _op(link), missing)
        elif digest != link["facts"]["digest"]:
            first, last = part[0]["id"], part[-1]["id"]
            changed = _("rows %(first)s to %(last)s of it are not what was written", first=first, last=last)
            yield ChainFinding("core_journal", first, changed)
        for entry in part:
            if problem := value_problem(entry["text"], entry["salt"], entry["digest"]):
                yield ChainFinding("core_journal", entry["id"], problem)

    def _entries(self) -> Rows:
        text = type_coerce(_journal.c.changes, Text).label("text")
        columns = [column for column in _journal.c if column.name != "changes"]
        newer = select(*columns, text).where(_journal.c.id > self.since_entry)
        return _pieces(self._read, newer, _journal)

    def _links(self) -> Rows:
        who = _operations.c.user_id.label("owner")
        joined = select(_links, who).join(_operations, _operations.c.id == _links.c.operation_id, isouter=True)
        return _pieces(self._read, joined.where(_links.c.event == WORK), _links)

    def _read(self, statement: Select[Any]) -> list[Any]:
        return list(self.connection.execute(statement).mappings())


def _pieces(read: Callable[[Select[Any]], list[Any]], statement: Select[Any], table: Any) -> Rows:
    operation, number = table.c.operation_id, table.c.id
    ordered = statement.order_by(operation, number).limit(_PIECE)
    rows = read(ordered)
    while rows:
        yield from rows
        last = rows[-1]
        same = and_(operation == last["operation_id"], number > last["id"])
        rows = read(ordered.where(or_(operation > last["operation_id"], same)))


def _grouped(rows: Rows) -> Iterator[tuple[int, Rows]]:
    return groupby(rows, key=lambda row: row["operation_id"])  # type: ignore[no-any-return]


def _op(link: Mapping[str, Any]) -> int:
    return int(link["operation_id"])


def _check_owner(links: list[Mapping[str, Any]]) -> Iterator[ChainFinding]:
    if links and links[0]["owner"] != links[0]["user_id"]:
        yield ChainFinding("core_operation", _op(links[0]), _("it says that somebody else did it"))
