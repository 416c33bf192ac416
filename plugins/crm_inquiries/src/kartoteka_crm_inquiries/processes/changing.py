"""Use cases of whoever sets up processes: add, change, put into order, close. Services never commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, exists, func, select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import Model, Session, as_system, demand, find, settle
from kartoteka.api.declare import Colour
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.values import Reader, Wrong, entry_of, line, number_of, read_values
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, MANAGE_PROCESSES, PROCESS, STAGE
from kartoteka_crm_inquiries.processes.models import NAME_LENGTH, Process, Stage
from kartoteka_crm_inquiries.processes.queries import stages_of
from kartoteka_crm_inquiries.processes.rules import OUTCOMES, REQUIRABLE, SORTS

_ = Texts("crm_inquiries")

MOST_STAGES = 30


def add_process(session: Session, values: Mapping[str, Any]) -> Process:
    """Add a process with a first stage and stages for won and lost; raises Forbidden and InvalidInput."""
    demand(session, MANAGE_PROCESSES)
    checked = read_values(values, _process_readers())
    _demand_name(checked)
    process = Process(position=_last(session, Process) + 1, **checked)
    session.add(process)
    session.flush()
    for position, (name, outcome, probability) in enumerate(
        ((_.context("inquiry", "New"), "", 10), (_("Won"), "won", 100), (_("Lost"), "lost", 0))
    ):
        stage = Stage(process_id=process.id, name=str(name), position=position, outcome=outcome, required=[])
        stage.probability = probability
        session.add(stage)
    session.flush()
    return process


def change_process(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Process:
    """Rename a process, or say within how many working hours its inquiries are answered; raises EditConflict too."""
    demand(session, MANAGE_PROCESSES)
    process = find(session, Process, id)
    checked = read_values({name: value for name, value in values.items() if name != "sort"}, _process_readers())
    _demand_name(checked)
    apply_changes(session, process, PROCESS, settle(session, process, PROCESS, checked, version))
    return process


def close_process(session: Session, id: int) -> Process:
    """Take a process out of use; raises Refused while open inquiries go through it, or when it is the last of its sort.

    Whoever registers an inquiry needs a process for it.
    """
    demand(session, MANAGE_PROCESSES)
    process = find(session, Process, id)
    _refuse_while_open(session, Stage.process_id == id)
    others = select(Process.id).where(
        Process.sort == process.sort, Process.state == RecordState.ACTIVE, Process.id != process.id
    )
    if session.scalar(others.limit(1)) is None:
        raise Refused(_("This is the only process of its kind. Create another one first."))
    apply_changes(session, process, PROCESS, {"state": RecordState.ARCHIVED})
    return process


def add_stage(session: Session, process_id: int, values: Mapping[str, Any]) -> Stage:
    """Add a stage before those that close inquiries, or behind them when it closes too."""
    demand(session, MANAGE_PROCESSES)
    process = find(session, Process, process_id)
    checked = read_values(values, _stage_readers(session, None))
    _demand_name(checked)
    known = stages_of(session, process.id, closed=True)
    if len(known) >= MOST_STAGES:
        raise Refused(_("A process has at most %(most)s stages.", most=MOST_STAGES))
    checked.setdefault("required", [])
    stage = Stage(process_id=process.id, position=len(known), **checked)
    session.add(stage)
    session.flush()
    if not stage.outcome:
        open_ones = [one.id for one in known if not one.outcome]
        _number(session, [*open_ones, stage.id, *(one.id for one in known if one.outcome)], [*known, stage])
    return stage


def change_stage(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Stage:
    """Change a stage; what it closes stays as it is while inquiries are there. Raises EditConflict too."""
    demand(session, MANAGE_PROCESSES)
    stage = find(session, Stage, id)
    checked = read_values(values, _stage_readers(session, stage))
    _demand_name(checked)
    if checked.get("outcome", stage.outcome) != stage.outcome and _is_used(session, stage.id):
        raise InvalidInput({"outcome": _("Inquiries have been at this stage. Add another one and close this.")})
    apply_changes(session, stage, STAGE, settle(session, stage, STAGE, checked, version))
    return stage


def put_in_order(session: Session, process_id: int, ids: Sequence[int]) -> None:
    """Put the stages of a process into this order; those that are not named stay behind, in theirs."""
    demand(session, MANAGE_PROCESSES)
    find(session, Process, process_id)
    known = stages_of(session, process_id, closed=True)
    here = {one.id for one in known}
    wanted = [one for one in dict.fromkeys(ids) if one in here]
    _number(session, [*wanted, *(one.id for one in known if one.id not in wanted)], known)


def shift_stage(session: Session, id: int, by: int) -> Stage:
    """Move a stage one place up or down among those in use."""
    demand(session, MANAGE_PROCESSES)
    stage = find(session, Stage, id)
    ids = [one.id for one in stages_of(session, stage.process_id)]
    place = ids.index(stage.id) if stage.id in ids else 0
    other = min(max(place + by, 0), len(ids) - 1)
    ids.insert(other, ids.pop(place))
    put_in_order(session, stage.process_id, ids)
    return stage


def close_stage(session: Session, id: int) -> bool:
    """Take a stage out of use; return whether it is kept because inquiries have been there, else it is gone.

    Raises Refused while open inquiries are at it, and for the last stage of a process that closes nothing.
    """
    demand(session, MANAGE_PROCESSES)
    stage = find(session, Stage, id)
    _refuse_while_open(session, Stage.id == id)
    others = [one for one in stages_of(session, stage.process_id) if one.id != stage.id and not one.outcome]
    if not stage.outcome and not others:
        raise Refused(_("A process needs at least one stage."))
    if _is_used(session, stage.id):
        apply_changes(session, stage, STAGE, {"state": RecordState.ARCHIVED})
        return True
    session.delete(stage)
    session.flush()
    return False


def reopen_stage(session: Session, id: int) -> Stage:
    """Take a stage into use again."""
    demand(session, MANAGE_PROCESSES)
    stage = find(session, Stage, id)
    apply_changes(session, stage, STAGE, {"state": RecordState.ACTIVE})
    return stage


def _demand_name(checked: Mapping[str, Any]) -> None:
    if "name" in checked and not checked["name"]:
        raise InvalidInput({"name": _("Fill this in.")})


def _last(session: Session, model: type[Any]) -> int:
    return int(session.scalar(select(func.max(model.position))) or 0)


def _number(session: Session, ids: Sequence[int], stages: Sequence[Stage]) -> None:
    by_id = {stage.id: stage for stage in stages}
    for position, stage_id in enumerate(ids):
        apply_changes(session, by_id[stage_id], STAGE, {"position": position})


def _inquiries() -> tuple[Any, Any]:
    """Return the tables of inquiries and of their steps: the room above, which this one does not know."""
    tables = Model.metadata.tables
    return tables["crm_inquiries_inquiry"].c, tables["crm_inquiries_stage_step"].c


def _is_used(session: Session, stage_id: int) -> bool:
    inquiry, step = _inquiries()
    columns: tuple[Column[Any], ...] = (inquiry.stage_id, step.stage_id)
    with as_system(session, reason="whether a stage is in use"):
        return any(session.scalar(select(exists().where(column == stage_id))) for column in columns)


def _refuse_while_open(session: Session, stages: Any) -> None:
    inquiry, _step = _inquiries()
    with as_system(session, reason="whether a stage has open inquiries"):
        number = session.scalar(
            select(func.count())
            .select_from(inquiry.id.table)
            .where(inquiry.closed_at.is_(None), inquiry.state == RecordState.ACTIVE)
            .where(inquiry.stage_id.in_(select(Stage.id).where(stages)))
        )
    if number:
        raise Refused(
            _.plural(
                "%(count)s open inquiry is here. Move it to another stage first.",
                "%(count)s open inquiries are here. Move them to another stage first.",
                number,
            )
        )


def _process_readers() -> dict[str, Reader]:
    return {
        "name": line(NAME_LENGTH),
        "sort": _one_of(SORTS),
        "answer_hours": _number_between(1, 1000),
    }


def _stage_readers(session: Session, stored: Stage | None) -> dict[str, Reader]:
    return {
        "name": line(NAME_LENGTH),
        "colour": _one_of(("", *Colour)),
        "outcome": _one_of(OUTCOMES),
        "probability": lambda given: _number_between(0, 100)(given) or 0,
        "rot_days": _number_between(1, 3650),
        "required": _names,
        "next_kind_id": entry_of(session, ACTIVITY_KINDS, stored.next_kind_id if stored is not None else None),
        "next_in_days": lambda given: _number_between(0, 365)(given) or 0,
        "performer_id": _user_of(session, stored.performer_id if stored is not None else None),
    }


def _one_of(values: Sequence[str]) -> Reader:
    def read(given: Any) -> str:
        wanted = str(given or "")
        if wanted not in values:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def _number_between(least: int, most: int) -> Callable[[Any], int | None]:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        try:
            number = int(str(given))
        except ValueError:
            raise Wrong(_("Write a whole number here.")) from None
        if not least <= number <= most:
            raise Wrong(_("Write a number from %(least)s to %(most)s.", least=least, most=most))
        return number

    return read


def _names(given: Any) -> list[str]:
    wanted = list(given) if isinstance(given, (list, tuple, set)) else [one for one in [given] if one]
    if any(one not in REQUIRABLE for one in wanted):
        raise Wrong(_("Choose one of the values offered."))
    return [name for name in REQUIRABLE if name in wanted]


def _user_of(session: Session, kept: int | None) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted != kept and wanted not in dict(active_users(session)):
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read
