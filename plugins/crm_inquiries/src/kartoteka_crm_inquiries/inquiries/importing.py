"""Inquiries, orders and tenders from files, closed ones with how they ended, open ones with their next action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, insert_rows, update_rows, utc_now
from kartoteka.api.declare import Field, FieldType, ImportKey, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.api.directories import directory_choices
from kartoteka.api.signals import record_created
from kartoteka.api.texts import Texts, fold
from kartoteka.api.values import Reader, block, line
from kartoteka.api.work import announce, next_numbers
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.importing import (
    CLIENT_COLUMNS,
    CLIENT_NAMES,
    Read,
    among,
    announce_written,
    days,
    differences,
    entries,
    moments,
    people,
    read_rows,
    taken_numbers,
)
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME, GOODS_CHOICES, OUTCOME_CHOICES, SORT_CHOICES
from kartoteka_crm_inquiries.inquiries.listing import PATH
from kartoteka_crm_inquiries.inquiries.models import DESCRIPTION_LENGTH, NUMBER_LENGTH, SUBJECT_LENGTH, Inquiry
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.inquiries.reading import currency, link, money
from kartoteka_crm_inquiries.inquiries.reminding import remind_of_deadline
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT, SERIES, closing_problems
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.leads import usual_lead
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    ACTIVITY_MASK,
    ACTIVITY_SERIES,
    ASSIGN,
    EDIT,
    INQUIRY,
    REASONS,
    SOURCES,
)
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.service import ensure_processes

_ = Texts("crm_inquiries")

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("Number", "No", "Numeris", "Nr.", "Number", "Номер", "№"),
    "sort": ("Sort", "Type", "Rūšis", "Tipas", "Liik", "Вид", "Тип"),
    "manager_id": ("Performer", "Manager", "Vadybininkas", "Atsakingas", "Haldur", "Менеджер", "Відповідальний"),
    "stage_id": ("Stage", "Etapas", "Etapp", "Етап", "Этап"),
    "source_id": ("Source", "Šaltinis", "Allikas", "Джерело", "Источник"),
    "deadline": ("Deadline", "Terminas", "Tähtaeg", "Термін", "Срок"),
    "expected_on": ("Decision expected", "Sprendimas", "Otsus", "Рішення", "Решение"),
    "next_at": ("Next action", "Kitas veiksmas", "Järgmine tegevus", "Наступна дія", "Следующее действие"),
    "closed_at": ("Closed", "Uždaryta", "Suletud", "Закрито", "Закрыто"),
    "outcome": ("Outcome", "Rezultatas", "Tulemus", "Результат"),
    "reason_id": ("Reason", "Priežastis", "Põhjus", "Причина"),
    "goods": ("Goods or services", "Prekės ar paslaugos", "Kaup või teenus", "Товари чи послуги", "Товары или услуги"),
}
_TAKEN = (
    *("number", "sort", "subject", "client_number", "description", "goods", "received_at", "manager_id", "stage_id"),
    *("value", "currency", "source_id", "published_on", "link", "deadline", "expected_on", "next_at", "outcome"),
    *("closed_at", "reason_id", "reason_text"),
)
COLUMNS = (
    *CLIENT_COLUMNS,
    *(
        replace(one, import_headers=_HEADERS.get(name, one.import_headers))
        for name, one in ((name, BY_NAME[name]) for name in _TAKEN)
    ),
    Field(
        name="next_name",
        title=_("What is done next"),
        type=FieldType.LINE,
        import_headers=("Next step", "Kitas žingsnis", "Järgmine samm", "Наступний крок", "Следующий шаг"),
    ),
)
_WAY = ("sort", "stage_id", "outcome", "closed_at", "reason_id", "reason_text", "next_at", "next_name")
"""What a file says of new records only: one that is there moves on by what people do."""
_REQUIRED = ("number", "subject", "received_at", "currency", "manager_id")


@dataclass
class _House:
    """What all lines refer to: stages by the sort of their process, who imports, what is done next where none says."""

    stages: Mapping[str, list[Stage]]
    user_id: int | None
    gives_work: bool
    step: NextStep


def match_inquiries(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the inquiries that have these numbers, as far as the user sees them, by line."""
    found = session.execute(select(Inquiry.number, Inquiry.id).where(Inquiry.number.in_({row.key for row in rows})))
    ids = {row.number: row.id for row in found}
    return {row.line: ids[row.key] for row in rows if row.key in ids}


def write_inquiries(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Register inquiries of clients that the user sees and change those that are there; returns what became of each."""
    if not run.dry:
        ensure_processes(session)
    reads, readers, house = read_rows(session, rows, run), _readers(session), _house(session)
    for one in reads:
        one.take(readers)
        if one.is_new:
            _complete(one, house)
    taken_numbers(session, Inquiry, reads)
    changes = _changes(session, reads)
    ids: dict[int, int] = {}
    if not run.dry:
        ids = _register(session, [one for one in reads if one.is_new and not one.errors], house)
        update_rows(session, Inquiry, changes)
        announce_written(session, INQUIRY, list(ids.values()), changes)
    return [one.outcome(ids, (each.row.line for each in reads if each.row.record_id in changes)) for one in reads]


def _readers(session: Session) -> dict[str, Reader]:
    at, evening = moments(session), moments(session, 17)
    return {
        "number": line(NUMBER_LENGTH),
        "sort": among(SORT_CHOICES),
        "subject": line(SUBJECT_LENGTH, required=True),
        "client_number": line(NUMBER_LENGTH),
        "description": block(DESCRIPTION_LENGTH),
        "goods": among(GOODS_CHOICES),
        "received_at": at,
        "manager_id": people(session),
        "value": money,
        "currency": currency,
        "source_id": entries(directory_choices(SOURCES)(session)),
        "published_on": days,
        "link": link,
        "deadline": evening,
        "expected_on": days,
        "next_at": moments(session, 10),
        "next_name": line(NAME_LENGTH),
        "outcome": among((*OUTCOME_CHOICES[1:], replace(OUTCOME_CHOICES[0], value="open"))),
        "closed_at": at,
        "reason_id": entries(directory_choices(REASONS)(session)),
        "reason_text": line(SUBJECT_LENGTH),
    }


def _house(session: Session) -> _House:
    found = session.execute(
        select(Stage, Process.sort)
        .join(Process, Process.id == Stage.process_id)
        .where(Stage.state == "active", Process.state == "active")
        .order_by(Process.position, Process.id, Stage.position, Stage.id)
    )
    stages: dict[str, list[Stage]] = defaultdict(list)
    for stage, sort in found:
        stages[sort].append(stage)
    actor = actor_of(session)
    return _House(stages, actor.user_id, actor.can(ASSIGN), usual_step(session))


def _complete(one: Read, house: _House) -> None:
    """Fill in what a new inquiry has besides: client, performer, stage, how it ended or what is done next."""
    values, errors = one.values, one.errors
    if one.client is None:
        errors.setdefault("client_name", _("There is no such client, several have this name, or you may not see it."))
        return
    if "subject" not in values:
        errors.setdefault("subject", _("Fill this in."))
    values["client_id"] = one.client.id
    values["sort"] = values.get("sort") or INQUIRY_SORT
    values["received_at"] = values.get("received_at") or utc_now()
    usual = one.client.manager_id if house.gives_work else None
    values["manager_id"] = values.get("manager_id") or usual or house.user_id
    outcome = "" if values.get("outcome") in (None, "", "open") else values["outcome"]
    stage = _stage(one, house, outcome)
    values["outcome"] = outcome or (stage.outcome if stage is not None else "")
    _end(one, values["outcome"])
    if not values["outcome"]:
        values["next_at"] = values.get("next_at") or house.step.starts_at
    if stage is not None:
        values |= {"stage_id": stage.id, "process_id": stage.process_id}
        values["stage_since"] = values["moved_at"] = values["closed_at"] or values["received_at"]


def _end(one: Read, outcome: str) -> None:
    values = one.values
    if outcome:
        values["closed_at"] = max(values.get("closed_at") or values["received_at"], values["received_at"])
        values["next_at"] = None
        one.errors.update(closing_problems(outcome, values.get("reason_id"), values.get("reason_text") or ""))
    else:
        values |= {"closed_at": None, "reason_id": None, "reason_text": ""}


def _stage(one: Read, house: _House, outcome: str) -> Stage | None:
    """Return the stage that a line names, the first that closes like it, or the first of the first process."""
    known = house.stages.get(one.values["sort"], [])
    typed = fold(one.row.cells.get("stage_id", "").strip())
    if typed:
        named = [stage for stage in known if fold(stage.name) == typed]
        fitting = [stage for stage in named if not outcome or stage.outcome == outcome] or named
        if not fitting and known:
            one.errors["stage_id"] = _("There is no such stage.")
        if fitting and fitting[0].outcome == (outcome or fitting[0].outcome):
            return fitting[0]
    first = known[0].process_id if known else 0
    return next((stage for stage in known if stage.outcome == outcome and stage.process_id == first), None)


def _changes(session: Session, reads: Sequence[Read]) -> dict[int, dict[str, Any]]:
    known = {one.row.record_id: one for one in reads if one.row.record_id is not None and not one.errors}
    found = session.scalars(select(Inquiry).where(Inquiry.id.in_(known)))
    changes = {}
    for stored in found:
        one = known[stored.id]
        if one.client is not None and one.client.id != stored.client_id:
            named = next(name for name in CLIENT_NAMES if one.row.cells.get(name))
            one.errors[named] = _("An inquiry stays with its client.")
            continue
        facts = {name: value for name, value in one.values.items() if name not in _WAY}
        changed = differences(stored, facts, _REQUIRED)
        if changed:
            changes[stored.id] = changed
    return changes


def _register(session: Session, new: Sequence[Read], house: _House) -> dict[int, int]:
    """Store new inquiries with their stage and next action; returns their ids by line."""
    _draw_numbers(session, new)
    rows = [{name: value for name, value in one.values.items() if name != "next_name"} for one in new]
    made = insert_rows(session, Inquiry, rows)
    steps = ("client_id", "stage_id")
    insert_rows(
        session,
        StageStep,
        [
            {
                "inquiry_id": id_,
                **{name: row[name] for name in steps},
                "since": row["stage_since"],
                "user_id": house.user_id,
            }
            for id_, row in zip(made, rows, strict=True)
        ],
    )
    still = [(id_, one.values) for id_, one in zip(made, new, strict=True) if not one.values["outcome"]]
    _plan_next(session, still, house)
    due = [id_ for id_, values in still if values.get("deadline")]
    for inquiry in session.scalars(select(Inquiry).where(Inquiry.id.in_(due))) if due else ():
        remind_of_deadline(session, inquiry)
    return {one.row.line: id_ for one, id_ in zip(new, made, strict=True)}


def _draw_numbers(session: Session, new: Sequence[Read]) -> None:
    lacking: dict[tuple[str, datetime], list[Read]] = defaultdict(list)
    for one in new:
        if not one.values.get("number"):
            first_of_year = one.values["received_at"].replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
            lacking[one.values["sort"], first_of_year].append(one)
    for (sort, year), reads in lacking.items():
        series, mask = SERIES[sort]
        for one, number in zip(
            reads, next_numbers(session, series, len(reads), mask=mask, on=year.date()), strict=True
        ):
            one.values["number"] = number


def _plan_next(session: Session, still: Sequence[tuple[int, Mapping[str, Any]]], house: _House) -> None:
    """Plan the next action of open inquiries: a call, unless the file names it."""
    if not still:
        return
    numbers = next_numbers(session, ACTIVITY_SERIES, len(still), mask=ACTIVITY_MASK, on=utc_now().date())
    leads = {one: usual_lead(session, one) for one in {values["manager_id"] for _id, values in still}}
    rows = [
        {
            "number": number,
            "client_id": values["client_id"],
            "inquiry_id": id_,
            "kind_id": None if values.get("next_name") else house.step.kind_id,
            "name": values.get("next_name") or values["subject"],
            **dict.fromkeys(("starts_at", "ends_at", "due_at"), values["next_at"]),
            "remind": leads[values["manager_id"]],
            "performer_id": values["manager_id"],
            "creator_id": house.user_id,
            "uid": f"{uuid4()}@kartoteka",
        }
        for (id_, values), number in zip(still, numbers, strict=True)
    ]
    announce(session, record_created, ACTIVITY, ids=insert_rows(session, Activity, rows))


INQUIRY_TARGET = ImportTarget(
    name="inquiries",
    title=_("Inquiries, orders and tenders"),
    permission=EDIT,
    kind=INQUIRY,
    columns=COLUMNS,
    keys=(ImportKey("number", _("Number"), ("number",)),),
    match=match_inquiries,
    write=write_inquiries,
    list_path=PATH,
)
