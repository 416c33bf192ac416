"""Use cases of processes and their stages. Services never commit."""

from __future__ import annotations

from contextlib import nullcontext

from sqlalchemy import select

from kartoteka.api.company import stored_settings
from kartoteka.api.db import Session, take_turn
from kartoteka.api.texts import Message, speaking
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.starting import START_PROCESSES, StartStage


def ensure_processes(session: Session) -> None:
    """Make the processes that a company begins with, of each sort that has none, called in its language.

    One statement when all are there. Two who begin at the same instant make them once.
    """
    if not _missing(session):
        return
    take_turn(session, "crm_inquiries.processes")
    missing = _missing(session)
    if not missing:
        return
    language = stored_settings(session).get("language", "")
    with speaking(language) if language else nullcontext():
        for sort, name, stages in missing:
            process = Process(name=str(name), sort=sort)
            session.add(process)
            session.flush()
            session.add_all(_stage(process.id, place, stage) for place, stage in enumerate(stages))
    session.flush()


def _missing(session: Session) -> list[tuple[str, Message, tuple[StartStage, ...]]]:
    known = set(session.scalars(select(Process.sort).distinct()))
    return [one for one in START_PROCESSES if one[0] not in known]


def _stage(process_id: int, position: int, stage: StartStage) -> Stage:
    return Stage(
        process_id=process_id,
        name=str(stage.name),
        position=position,
        colour=stage.colour,
        outcome=stage.outcome,
        probability=stage.probability,
        rot_days=stage.rot_days,
        required=list(stage.required),
        next_in_days=stage.next_in_days,
    )
