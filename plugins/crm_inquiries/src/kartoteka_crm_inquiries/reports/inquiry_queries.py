"""Reads of the reports of inquiries: their register, where they come from, how long they wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.funnel.queries import Sought
from kartoteka_crm_inquiries.inquiries.models import Inquiry, sales_of
from kartoteka_crm_inquiries.moments import within
from kartoteka_crm_inquiries.needs.models import Appeal
from kartoteka_crm_inquiries.processes.models import Stage


def registered(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return the inquiries with the names of their client and stage, in the order in which they came."""
    return session.execute(
        select(Inquiry, Client.name.label("client"), Stage.name.label("stage"))
        .select_from(Inquiry)
        .join(Client, Client.id == Inquiry.client_id)
        .join(Stage, Stage.id == Inquiry.stage_id)
        .where(*sought.conditions())
        .order_by(Inquiry.received_at, Inquiry.id)
    ).all()


def plans_of(session: Session, sought: Sought) -> Mapping[int, Sequence[Row[Any]]]:
    """Return what is planned for each of the inquiries, by inquiry, the nearest first; one statement."""
    rows = session.execute(
        select(Activity.inquiry_id, Activity.name, Activity.due_at, Activity.performer_id, Inquiry.client_id)
        .select_from(Activity)
        .join(Inquiry, Inquiry.id == Activity.inquiry_id)
        .where(Activity.status.in_(OPEN), Activity.state == RecordState.ACTIVE, *sought.conditions())
        .order_by(Activity.due_at, Activity.id)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.inquiry_id].append(row)
    return found


def inquiries_by_source(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return number and value of the inquiries by source, sort and currency."""
    keys = (Inquiry.source_id, Inquiry.sort, Inquiry.currency)
    return session.execute(
        select(*keys, func.count(Inquiry.id).label("number"), func.sum(Inquiry.value).label("total"))
        .where(*sought.conditions())
        .group_by(*keys)
    ).all()


def appeals_by_source(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return the number of appeals of the period by source."""
    counted = select(Appeal.source_id, func.count(Appeal.id).label("number")).where(Appeal.state == RecordState.ACTIVE)
    if sought.period is not None:
        counted = counted.where(*within(Appeal.received_at, sought.period, sought.zone))
    return session.execute(counted.group_by(Appeal.source_id)).all()


def moments_of_service(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return by whom the inquiries are served, and when they came, were answered, executed and closed."""
    return session.execute(
        select(
            Inquiry.manager_id,
            Inquiry.sort,
            Inquiry.received_at,
            Inquiry.answered_at,
            Inquiry.executed_at,
            Inquiry.closed_at,
        ).where(*sought.conditions())
    ).all()


def sales(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return when each sale was made, by whom, and what it is worth; the oldest first."""
    return session.execute(
        select(Inquiry.received_at, Inquiry.manager_id, Inquiry.currency, Inquiry.value)
        .where(*sales_of(Inquiry), *sought.conditions())
        .order_by(Inquiry.received_at, Inquiry.id)
    ).all()


def sales_by_client(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return number and value of sales by client and currency, the largest first; without a value they come last."""
    keys = (Client.id, Client.name, Client.number, Inquiry.currency)
    total = func.coalesce(func.sum(Inquiry.value), 0)
    return session.execute(
        select(*keys, func.count(Inquiry.id).label("orders"), total.label("total"))
        .select_from(Inquiry)
        .join(Client, Client.id == Inquiry.client_id)
        .where(*sales_of(Inquiry), *sought.conditions())
        .group_by(*keys)
        .order_by(total.desc(), Client.name, Client.id, Inquiry.currency)
    ).all()


def outcomes_by_manager(session: Session, sought: Sought) -> Sequence[Row[Any]]:
    """Return by manager how many inquiries and tenders came, became an order, and were lost."""
    order = aliased(Inquiry)
    made = select(order.parent_id).where(order.parent_id.is_not(None), *sales_of(order))
    is_ordered = Inquiry.id.in_(made)
    return session.execute(
        select(
            Inquiry.manager_id,
            func.count(Inquiry.id).label("number"),
            func.count(case((is_ordered, Inquiry.id))).label("ordered"),
            func.count(case((and_(~is_ordered, Inquiry.outcome == "lost"), Inquiry.id))).label("lost"),
        )
        .where(Inquiry.sort != "order", *sought.conditions())
        .group_by(Inquiry.manager_id)
    ).all()
