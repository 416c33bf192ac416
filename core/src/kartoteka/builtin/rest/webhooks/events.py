"""What webhooks are told: found in the audit chain, whose entries come in the order of the commits.

So nothing is lost when a process dies between a commit and its announcement, and imports, merges and undo count as well
as forms. A message names the records and never holds their values: who wants those reads them with a key's rights.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.rest.models import Webhook, WebhookDelivery
from kartoteka.builtin.rest.values import plain
from kartoteka.db.audit import AuditEntry, AuditHead
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.models import CHANGED, DELETED, JournalEntry
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.record import RecordState

WORK = "operation.written"
LINKS = 100
IDS = 100
"""Records named in one message."""


@dataclass(frozen=True)
class News:
    """What one transaction did to records of one kind."""

    kind: str
    action: str
    at: datetime
    ids: tuple[int, ...]


def gather_events(session: Session) -> int:
    """Make deliveries of what happened since each webhook looked last, and return how many; the actor is the system."""
    webhooks = session.scalars(select(Webhook).where(Webhook.enabled).order_by(Webhook.id).with_for_update()).all()
    if not webhooks:
        return 0
    head = session.scalar(select(AuditHead.last_id)) or 0
    wanted = {kind for webhook in webhooks for kind in webhook.kinds}
    links = session.execute(
        select(AuditEntry.id, AuditEntry.operation_id, AuditEntry.facts, AuditEntry.at)
        .where(AuditEntry.event == WORK, AuditEntry.id > min(one.seen_entry for one in webhooks), AuditEntry.id <= head)
        .order_by(AuditEntry.id)
        .limit(LINKS)
    ).all()
    made = 0
    for link in links:
        news = list(_news_of(session, link, wanted))
        for webhook in webhooks:
            if webhook.seen_entry < link.id:
                made += _deliver(session, webhook, news)
    seen = links[-1].id if len(links) == LINKS else head
    for webhook in webhooks:
        webhook.seen_entry = max(webhook.seen_entry, seen)
    session.flush()
    return made


def latest_entry(session: Session) -> int:
    """Return the end of the audit chain: a new webhook is told of what comes after it."""
    return session.scalar(select(AuditHead.last_id)) or 0


def add_delivery(session: Session, webhook_id: int, event: str, data: Mapping[str, Any], at: datetime) -> None:
    """Put a message to a webhook in line."""
    payload = {"type": event, "timestamp": plain(at), "data": dict(data)}
    message_id = f"msg_{secrets.token_hex(16)}"
    session.add(WebhookDelivery(webhook_id=webhook_id, message_id=message_id, event=event, payload=payload))


def _deliver(session: Session, webhook: Webhook, news: Sequence[News]) -> int:
    paths = _paths(session)
    mine = [one for one in news if one.kind in webhook.kinds and one.kind in paths]
    for one in mine:
        data = {"kind": one.kind, "resource": paths[one.kind], "ids": list(one.ids)}
        add_delivery(session, webhook.id, f"{one.kind}.{one.action}", data, one.at)
    return len(mine)


def _paths(session: Session) -> dict[str, str]:
    """Return the address of each kind that is offered by a module that is on."""
    active = active_set(session)
    return {one.kind: one.path for one in extension_of(session).registry.api_resources if one.module in active}


def _news_of(session: Session, link: Any, wanted: set[str]) -> Iterator[News]:
    groups: dict[tuple[str, str], list[int]] = {}
    for entry in _entries_of(session, link):
        if entry.kind in wanted:
            groups.setdefault((entry.kind, _action(entry)), []).append(entry.record_id)
    for (kind, action), ids in groups.items():
        once = tuple(dict.fromkeys(ids))
        for start in range(0, len(once), IDS):
            yield News(kind, action, link.at or utc_now(), once[start : start + IDS])


def _entries_of(session: Session, link: Any) -> Sequence[Any]:
    """Return the journal entries that a link of the chain stands for: an operation may have several links."""
    earlier = select(AuditEntry.facts).where(
        AuditEntry.operation_id == link.operation_id, AuditEntry.event == WORK, AuditEntry.id < link.id
    )
    before = sum(facts["entries"] for facts in session.scalars(earlier) if facts)
    return session.execute(
        select(JournalEntry.kind, JournalEntry.record_id, JournalEntry.action, JournalEntry.changes)
        .where(JournalEntry.operation_id == link.operation_id)
        .order_by(JournalEntry.id)
        .offset(before)
        .limit(link.facts["entries"])
    ).all()


def _action(entry: Any) -> str:
    """Return what happened as other programs see it: what goes into the bin is deleted, what comes back is created."""
    change = (entry.changes or {}).get("state") if entry.action == CHANGED else None
    if change and change[-1] in (RecordState.DELETED, RecordState.MERGED):
        return DELETED
    if change and change[0] in (RecordState.DELETED, RecordState.MERGED):
        return "created"
    return str(entry.action)
