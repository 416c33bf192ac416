"""Reads of sales processes and their stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, func, select

from kartoteka.api.db import Session
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import PROCESS, STAGE
from kartoteka_crm_inquiries.processes.models import Process, Stage

_ = Texts("crm_inquiries")


def summarise_processes(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Process.id, Process.name, Process.state).where(Process.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(PROCESS, row.id), title=row.name, subtitle="", url=process_url(row.id), state=row.state
        )
        for row in rows
    }


def process_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/processes/{id}"


def summarise_stages(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Stage.id, Stage.name, Stage.state).where(Stage.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(STAGE, row.id), title=row.name, subtitle="", url=stage_url(row.id), state=row.state
        )
        for row in rows
    }


def stage_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/stages/{id}"


# Made once: every registration asks it, and making a statement costs as much as its answer.
_FIRST = (
    select(Stage, Process)
    .join(Process, Process.id == Stage.process_id)
    .where(Process.sort == bindparam("sort"), Process.state == RecordState.ACTIVE)
    .where(Stage.state == RecordState.ACTIVE, Stage.outcome == "")
    .order_by(Process.position, Process.id, Stage.position, Stage.id)
    .limit(1)
)


def beginning_of(session: Session, sort: str) -> tuple[Stage, Process] | None:
    """Return the stage that inquiries of a sort begin at when nobody chooses, with its process; one statement."""
    found = session.execute(_FIRST, {"sort": sort}).one_or_none()
    return None if found is None else (found[0], found[1])


def first_stage(session: Session, sort: str) -> Stage:
    """Return the first stage of the process that inquiries of a sort go through when nobody chooses; one statement.

    Raises Refused when there is none; `ensure_processes` makes those that a company begins with.
    """
    found = beginning_of(session, sort)
    if found is None:
        raise Refused(_("There is no sales process for this yet. Ask who sets up sales processes."))
    return found[0]


def stages_of(session: Session, process_id: int, *, closed: bool = False) -> list[Stage]:
    """Return the stages of a process in their order, those that were ``closed`` too when asked; one statement."""
    statement = select(Stage).where(Stage.process_id == process_id).order_by(Stage.position, Stage.id)
    if not closed:
        statement = statement.where(Stage.state == RecordState.ACTIVE)
    return list(session.scalars(statement))


def processes_of(session: Session, sort: str | None = None, *, closed: bool = False) -> list[Process]:
    """Return the processes in their order, of one sort when asked; one statement."""
    statement = select(Process).order_by(Process.position, Process.id)
    if sort is not None:
        statement = statement.where(Process.sort == sort)
    if not closed:
        statement = statement.where(Process.state == RecordState.ACTIVE)
    return list(session.scalars(statement))


def count_stages(session: Session) -> Mapping[int, int]:
    """Return how many stages in use each process has; one statement."""
    rows = session.execute(
        select(Stage.process_id, func.count(Stage.id).label("number"))
        .where(Stage.state == RecordState.ACTIVE)
        .group_by(Stage.process_id)
    )
    return {row.process_id: row.number for row in rows}
