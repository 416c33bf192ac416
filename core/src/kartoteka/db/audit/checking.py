"""Checks the audit chain and the journal it covers, and names what was tampered with."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import orm, select

from kartoteka.db.audit.chain import SEAL_BROKEN
from kartoteka.db.audit.hashing import link_hash, seal_of
from kartoteka.db.audit.journal_check import check_journal
from kartoteka.db.audit.models import HEAD_ID, START, AuditEntry, AuditHead
from kartoteka.db.audit.reports import ChainFinding, ChainReport, value_problem
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import text as _

MOST_FINDINGS = 50
_PIECE = 1_000
_entries: Any = AuditEntry.__table__
_heads: Any = AuditHead.__table__


def check_chain(session: orm.Session, *, with_journal: bool = True, expect: str = "") -> ChainReport:
    """Check every entry, the end of the chain, and the journal; the findings come in the order of the rows.

    ``expect`` is a hash noted down earlier: it must still be in the chain. What cannot be noticed: that the whole
    database was put back to an older state, unless such a hash is at hand; and changes by somebody who has both the
    database and the secret.
    """
    walk = _Walk(session, expect)
    findings = list(islice(walk.findings(), MOST_FINDINGS))
    entries = 0
    if with_journal and len(findings) < MOST_FINDINGS:
        journal = check_journal(session, walk.since_entry)
        findings += list(islice(journal.findings(), MOST_FINDINGS - len(findings)))
        entries = journal.count
    return ChainReport(tuple(findings), walk.count, entries, walk.last_hash)


@dataclass
class _End:
    """The end of the chain as its head says it is."""

    last_id: int = 0
    hash: str = START
    seal: str = ""
    since_entry: int = 0


class _Walk:
    """One walk along the chain."""

    def __init__(self, session: orm.Session, expect: str) -> None:
        self.session = session
        self.connection = raw_connection(session)
        self.expect = expect
        self.count = 0
        self.last_id = 0
        self.last_hash = START
        row = self.connection.execute(select(_heads).where(_heads.c.id == HEAD_ID)).mappings().one_or_none()
        self.head = _End(**{name: value for name, value in row.items() if name != "id"}) if row else _End()
        self.since_entry = self.head.since_entry

    def findings(self) -> Iterator[ChainFinding]:
        """Yield what is wrong with the entries, then what is wrong with the end."""
        seen = not self.expect
        for entry in self._entries():
            if entry["id"] <= self.head.last_id:
                yield from self._check(entry)
            else:
                yield ChainFinding("core_audit", entry["id"], _("it was added without the program"))
                continue
            seen = seen or entry["hash"] == self.expect
        yield from self._check_end()
        if not seen:
            yield ChainFinding("core_audit_head", HEAD_ID, _("the noted hash is not in the chain any more"))

    def _entries(self) -> Iterator[Mapping[str, Any]]:
        after = None
        while True:
            statement = select(_entries).order_by(_entries.c.id).limit(_PIECE)
            if after is not None:
                statement = statement.where(_entries.c.id > after)
            rows = self.connection.execute(statement).mappings().all()
            if not rows:
                return
            yield from rows
            after = rows[-1]["id"]

    def _check(self, entry: Mapping[str, Any]) -> Iterator[ChainFinding]:
        self.count += 1
        gap = entry["id"] != self.last_id + 1
        if gap:
            yield ChainFinding("core_audit", self.last_id + 1, _("it was deleted"))
        if not gap and link_hash(self.last_hash, entry) != entry["hash"]:
            yield ChainFinding("core_audit", entry["id"], _("it was changed, or it is not the one that was written"))
        elif problem := value_problem(entry["personal"], entry["salt"], entry["digest"]):
            yield ChainFinding("core_audit", entry["id"], problem)
        if entry["event"] == SEAL_BROKEN:
            yield ChainFinding(
                "core_audit", entry["id"], _("before it the end of the chain was changed, or the secret")
            )
        self.last_id, self.last_hash = entry["id"], entry["hash"]

    def _check_end(self) -> Iterator[ChainFinding]:
        head = self.head
        if self.last_id < head.last_id:
            yield ChainFinding("core_audit", self.last_id + 1, _("it was deleted"))
        elif self.last_hash != head.hash:
            yield ChainFinding("core_audit", self.last_id, _("its hash is not the one that the chain ends with"))
        if not isinstance(self.session, Session) or (head.last_id == 0 and head.seal == ""):
            return
        wanted = seal_of(self.session.database.secret, head.last_id, head.hash, head.since_entry)
        if not hmac.compare_digest(wanted, head.seal):
            yield ChainFinding(
                "core_audit_head", HEAD_ID, _("its seal does not fit: it was changed, or the secret is another one")
            )
