"""Reads of the funnel, of the forecast, and of the reasons why inquiries ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from kartoteka.api.db import Session, utc_now
from kartoteka.api.records import Period, RecordState
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.moments import DaysBetween, within
from kartoteka_crm_inquiries.processes.models import Stage


@dataclass(frozen=True)
class Sought:
    """Which inquiries a report is about: received in a period, of a manager, from a source."""

    period: Period | None = None
    manager_id: int | None = None
    source_id: int | None = None
    zone: tzinfo = UTC

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on inquiries."""
        found: list[ColumnElement[bool]] = [Inquiry.state == RecordState.ACTIVE]
        if self.period is not None:
            found += within(Inquiry.received_at, self.period, self.zone)
        if self.manager_id is not None:
            found.append(Inquiry.manager_id == self.manager_id)
        if self.source_id is not None:
            found.append(Inquiry.source_id == self.source_id)
        return found


def at_stages(session: Session, stage_ids: Sequence[int], sought: Sought) -> Sequence[Row[Any]]:
    """Return number and sum of the inquiries that are at each stage now, by stage and currency."""
    return session.execute(
        select(
            Inquiry.stage_id,
            Inquiry.currency,
            func.count(Inquiry.id).label("number"),
            func.sum(Inquiry.value).label("total"),
        )
        .where(Inquiry.stage_id.in_(stage_ids), *sought.conditions())
        .group_by(Inquiry.stage_id, Inquiry.currency)
        .order_by(Inquiry.stage_id, Inquiry.currency)
    ).all()


def farthest_places(session: Session, stage_ids: Sequence[int], sought: Sought) -> Mapping[int, int]:
    """Return how many inquiries got as far as each place of a stage and no further; what is lost counts nowhere."""
    farthest = (
        _steps(select(StageStep.inquiry_id, func.max(Stage.position).label("place")), sought)
        .where(StageStep.stage_id.in_(stage_ids))
        .group_by(StageStep.inquiry_id)
        .subquery()
    )
    rows = session.execute(
        select(farthest.c.place, func.count(farthest.c.inquiry_id).label("number")).group_by(farthest.c.place)
    )
    return {row.place: row.number for row in rows}


def mean_days(session: Session, stage_ids: Sequence[int], sought: Sought) -> Mapping[int, float]:
    """Return how many days inquiries stay at each stage on average; those that are there now up to this moment."""
    stayed = DaysBetween(func.coalesce(StageStep.until, utc_now()), StageStep.since)
    rows = session.execute(
        _steps(select(StageStep.stage_id, func.avg(stayed).label("days")), sought)
        .where(StageStep.stage_id.in_(stage_ids))
        .group_by(StageStep.stage_id)
    )
    return {row.stage_id: float(row.days or 0) for row in rows}


def _steps(statement: Select[Any], sought: Sought) -> Select[Any]:
    return (
        statement.select_from(StageStep)
        .join(Stage, Stage.id == StageStep.stage_id)
        .where(StageStep.inquiry_id.in_(select(Inquiry.id).where(*sought.conditions())))
    )


def open_values(session: Session, process_id: int | None, manager_id: int | None) -> Iterable[Row[Any]]:
    """Return the open inquiries that have a value by day expected, manager, currency and probability, added up."""
    statement = (
        select(
            Inquiry.expected_on,
            Inquiry.manager_id,
            Inquiry.currency,
            Stage.probability,
            func.count(Inquiry.id).label("number"),
            func.sum(Inquiry.value).label("total"),
        )
        .join(Stage, Stage.id == Inquiry.stage_id)
        .where(Inquiry.closed_at.is_(None), Inquiry.state == RecordState.ACTIVE, Inquiry.value.is_not(None))
        .group_by(Inquiry.expected_on, Inquiry.manager_id, Inquiry.currency, Stage.probability)
    )
    if process_id is not None:
        statement = statement.where(Inquiry.process_id == process_id)
    if manager_id is not None:
        statement = statement.where(Inquiry.manager_id == manager_id)
    return session.execute(statement)


def ended(session: Session, outcome: str, period: Period | None, manager_id: int | None, zone: tzinfo) -> Sequence[Any]:
    """Return number and sum of the inquiries that ended so in a period, by reason and currency."""
    conditions: list[ColumnElement[bool]] = [Inquiry.outcome == outcome, Inquiry.state == RecordState.ACTIVE]
    if period is not None:
        conditions += within(Inquiry.closed_at, period, zone)
    if manager_id is not None:
        conditions.append(Inquiry.manager_id == manager_id)
    return session.execute(
        select(
            Inquiry.reason_id,
            Inquiry.currency,
            func.count(Inquiry.id).label("number"),
            func.sum(Inquiry.value).label("total"),
        )
        .where(*conditions)
        .group_by(Inquiry.reason_id, Inquiry.currency)
        .order_by(func.count(Inquiry.id).desc(), Inquiry.reason_id, Inquiry.currency)
    ).all()
