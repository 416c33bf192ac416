"""Reads of the audit chain for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

from sqlalchemy import Select, or_, select

from kartoteka.builtin.audit.titles import GROUPS
from kartoteka.db.audit import AuditEntry
from kartoteka.db.audit.work import WORK
from kartoteka.db.paging import Count, Page, SortKey, count_up_to, paginate
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.period import day_begins

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the chain is asked for; without a ``group`` everything but plain work."""

    group: str | None = None
    user_id: int | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC

    def as_filters(self) -> dict[str, Any]:
        """Return the same as cursors are bound to it."""
        return {"group": self.group, "user": self.user_id, "since": str(self.since), "until": str(self.until)}


def list_entries(session: Session, wanted: Wanted, cursor: str | None, *, secret: str) -> tuple[Page, Count]:
    """Return a page of entries, the newest first, and how many there are."""
    statement = _matching(wanted)
    with as_system(session, reason="audit page"):
        page = paginate(
            session,
            statement,
            list_name="audit",
            keys=[SortKey("id", AuditEntry.id)],
            descending=True,
            filters=wanted.as_filters(),
            cursor=cursor,
            size=PAGE,
            secret=secret,
        )
        return page, count_up_to(session, statement)


def _matching(wanted: Wanted) -> Select[Any]:
    named = (AuditEntry.about_kind, AuditEntry.about_id, AuditEntry.operation_id, AuditEntry.facts, AuditEntry.personal)
    statement = select(AuditEntry.id, AuditEntry.at, AuditEntry.user_id, AuditEntry.event, *named)
    if wanted.group in GROUPS:
        prefixes = GROUPS[wanted.group][1]
        statement = statement.where(or_(*(AuditEntry.event.startswith(one, autoescape=True) for one in prefixes)))
    else:
        statement = statement.where(AuditEntry.event != WORK)
    if wanted.user_id is not None:
        of_user = (AuditEntry.about_kind == "users.user") & (AuditEntry.about_id == wanted.user_id)
        statement = statement.where(or_(AuditEntry.user_id == wanted.user_id, of_user))
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= day_begins(wanted.since, wanted.zone))
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < day_begins(wanted.until + timedelta(days=1), wanted.zone))
    return statement


def told_about(session: Session, kind: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return what the log says about records, as plain values: when, who and what."""
    with as_system(session, reason="what the log says about a client"):
        rows = session.execute(
            select(AuditEntry.at, AuditEntry.event, AuditEntry.personal)
            .where(AuditEntry.about_kind == kind, AuditEntry.about_id.in_(list(ids)))
            .order_by(AuditEntry.id)
        ).all()
    return [
        {"at": row.at.isoformat(), "event": row.event, **(dict(row.personal) if row.personal else {})} for row in rows
    ]
