"""Reads of webhooks and of what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.engine import Row

from kartoteka.builtin.rest.models import FAILED, WAITING, Webhook, WebhookDelivery
from kartoteka.db.session import Session

PAGE = 50


@dataclass(frozen=True)
class Log:
    """A page of messages, the newest first; ``older`` continues, None at the end."""

    rows: Sequence[WebhookDelivery]
    older: int | None


def list_webhooks(session: Session) -> Sequence[Row[Any]]:
    """Return all webhooks with how many messages wait and how many were given up."""
    counts = (
        select(
            WebhookDelivery.webhook_id,
            func.sum(case((WebhookDelivery.state == WAITING, 1), else_=0)).label("waiting"),
            func.sum(case((WebhookDelivery.state == FAILED, 1), else_=0)).label("failed"),
        )
        .where(WebhookDelivery.state.in_((WAITING, FAILED)))
        .group_by(WebhookDelivery.webhook_id)
        .subquery()
    )
    return session.execute(
        select(
            Webhook,
            func.coalesce(counts.c.waiting, 0).label("waiting"),
            func.coalesce(counts.c.failed, 0).label("failed"),
        )
        .outerjoin(counts, counts.c.webhook_id == Webhook.id)
        .order_by(Webhook.id)
        .limit(200)
    ).all()


def log_of(session: Session, webhook_id: int, *, before: int | None = None) -> Log:
    """Return messages to a webhook, the newest first."""
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if before is not None:
        statement = statement.where(WebhookDelivery.id < before)
    rows = session.scalars(statement.order_by(WebhookDelivery.id.desc()).limit(PAGE + 1)).all()
    return Log(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
