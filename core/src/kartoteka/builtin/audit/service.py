"""Checking the audit chain."""

from __future__ import annotations

from kartoteka.db.audit import ChainReport, audit, check_chain
from kartoteka.db.session import Session, as_system


def check(session: Session, *, with_journal: bool = True, expect: str = "") -> ChainReport:
    """Check the chain and, unless told otherwise, the journal that it covers."""
    with as_system(session, reason="audit check"):
        return check_chain(session, with_journal=with_journal, expect=expect)


def note_check(session: Session, report: ChainReport) -> None:
    """Write down that the chain was checked and what came of it."""
    audit(session, "audit.checked", facts={"entries": report.entries, "findings": len(report.findings)})
