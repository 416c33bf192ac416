"""Reads of the board: what lies in each column, how much it comes to, and its first cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, actor_of
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.board.rules import MINE, MOST_CARDS, NOBODY
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.processes.models import Process, Stage


@dataclass(frozen=True)
class Chosen:
    """What the board is limited to: inquiries of a manager (an id, mine or nobody) and from a source."""

    manager: str = ""
    source_id: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same as values of an address."""
        found = {"manager": self.manager, "source": str(self.source_id or "")}
        return {name: value for name, value in found.items() if value}


@dataclass
class Column:
    """A stage on the board: how many open inquiries are there, what they come to by currency, and the first cards."""

    stage: Stage
    number: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    cards: Sequence[Row[Any]] = ()

    @property
    def left(self) -> int:
        """How many cards are not shown yet."""
        return self.number - len(self.cards)


def processes_with_stages(session: Session) -> list[tuple[Process, list[Stage]]]:
    """Return the processes in use with their stages in use, in their order; one statement."""
    rows = session.execute(
        select(Process, Stage)
        .join(Stage, Stage.process_id == Process.id)
        .where(Process.state == RecordState.ACTIVE, Stage.state == RecordState.ACTIVE)
        .order_by(Process.position, Process.id, Stage.position, Stage.id)
    )
    found: dict[int, tuple[Process, list[Stage]]] = {}
    for process, stage in rows:
        found.setdefault(process.id, (process, []))[1].append(stage)
    return list(found.values())


def columns_of(session: Session, stages: Sequence[Stage], chosen: Chosen) -> list[Column]:
    """Return the columns of the board in the order of the stages; two statements."""
    columns = {stage.id: Column(stage) for stage in stages}
    for row in totals_of(session, list(columns), chosen):
        column = columns[row.stage_id]
        column.number += row.number
        if row.total is not None:
            column.sums[row.currency] = row.total
    cards: Mapping[int, list[Row[Any]]] = cards_of(session, list(columns), chosen)
    for column in columns.values():
        column.cards = cards.get(column.stage.id, [])
    return list(columns.values())


def totals_of(session: Session, stage_ids: Sequence[int], chosen: Chosen) -> Sequence[Row[Any]]:
    """Return number and sum of the open inquiries by stage and currency."""
    return session.execute(
        select(
            Inquiry.stage_id,
            Inquiry.currency,
            func.count(Inquiry.id).label("number"),
            func.sum(Inquiry.value).label("total"),
        )
        .where(*_open(session, stage_ids, chosen))
        .group_by(Inquiry.stage_id, Inquiry.currency)
        .order_by(Inquiry.stage_id, Inquiry.currency)
    ).all()


def cards_of(
    session: Session, stage_ids: Sequence[int], chosen: Chosen, *, skip: int = 0, most: int = MOST_CARDS
) -> Mapping[int, list[Row[Any]]]:
    """Return cards by stage, the most urgent first, each with the name of its client."""
    place = func.row_number().over(partition_by=Inquiry.stage_id, order_by=(Inquiry.next_at, Inquiry.id))
    ranked = select(Inquiry.id, place.label("place")).where(*_open(session, stage_ids, chosen)).subquery()
    rows = session.execute(
        select(
            Inquiry.id,
            Inquiry.stage_id,
            Inquiry.subject,
            Inquiry.value,
            Inquiry.currency,
            Inquiry.manager_id,
            Inquiry.next_at,
            Inquiry.moved_at,
            Client.name.label("client"),
        )
        .join(ranked, ranked.c.id == Inquiry.id)
        .join(Client, Client.id == Inquiry.client_id)
        .where(ranked.c.place > skip, ranked.c.place <= skip + most)
        .order_by(Inquiry.stage_id, ranked.c.place)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.stage_id].append(row)
    return found


def _open(session: Session, stage_ids: Sequence[int], chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Inquiry.stage_id.in_(stage_ids),
        Inquiry.state == RecordState.ACTIVE,
        Inquiry.closed_at.is_(None),
    ]
    if chosen.manager == NOBODY:
        conditions.append(Inquiry.manager_id.is_(None))
    elif chosen.manager:
        wanted = actor_of(session).user_id if chosen.manager == MINE else int(chosen.manager)
        conditions.append(Inquiry.manager_id == wanted)
    if chosen.source_id is not None:
        conditions.append(Inquiry.source_id == chosen.source_id)
    return conditions
