"""Activities and tasks from files: planned ones, and those that were done long ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, insert_rows, update_rows, utc_now
from kartoteka.api.declare import Field, FieldType, ImportKey, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.api.directories import directory_choices
from kartoteka.api.texts import Message, Texts, clean_line
from kartoteka.api.values import Reader, block, line
from kartoteka.api.work import next_numbers
from kartoteka_crm_inquiries.activities import models
from kartoteka_crm_inquiries.activities.fields import BY_NAME, DIRECTIONS, IMPORTANCE, STATUSES
from kartoteka_crm_inquiries.activities.lists import PATH
from kartoteka_crm_inquiries.activities.models import Activity, inquiry_class
from kartoteka_crm_inquiries.activities.next_action import settle_next_action
from kartoteka_crm_inquiries.activities.rules import DONE, NORMAL, OPEN, PLANNED, move_moments, settle_moments
from kartoteka_crm_inquiries.activities.writing import whole_minutes
from kartoteka_crm_inquiries.importing import (
    CLIENT_COLUMNS,
    CLIENT_NAMES,
    Read,
    among,
    announce_written,
    differences,
    entries,
    moments,
    people,
    read_rows,
    taken_numbers,
)
from kartoteka_crm_inquiries.leads import usual_lead
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    ACTIVITY_KINDS,
    ACTIVITY_MASK,
    ACTIVITY_SERIES,
    CATEGORIES,
    EDIT_ACTIVITIES,
    OUTCOMES,
)

_ = Texts("crm_inquiries")

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("Number", "No", "Numeris", "Nr.", "Номер", "№"),
    "kind_id": ("Kind", "Rūšis", "Liik", "Вид"),
    "category_id": ("Category", "Kategorija", "Kategooria", "Категорія", "Категория"),
    "importance": ("Importance", "Priority", "Svarba", "Tähtsus", "Важливість", "Важность"),
    "status": ("Status", "Būsena", "Olek", "Стан", "Статус"),
    "starts_at": ("Start", "Date", "Pradžia", "Data", "Algus", "Kuupäev", "Початок", "Дата", "Начало"),
    "ends_at": ("End", "Pabaiga", "Lõpp", "Кінець", "Конец"),
    "due_at": ("Due", "Deadline", "Terminas", "Tähtaeg", "Термін", "Срок"),
    "estimate": ("Estimated, min", "Planuota, min", "Planeeritud, min", "План, хв", "План, мин"),
    "actual": ("Took, min", "Užtruko, min", "Kulus, min", "Тривало, хв", "Заняло, мин"),
    "place": ("Place", "Vieta", "Koht", "Місце", "Место"),
    "description": ("Description", "Aprašymas", "Kirjeldus", "Опис", "Описание"),
    "performer_id": ("Performer", "Vykdytojas", "Täitja", "Виконавець", "Исполнитель"),
    "direction": ("Direction", "Kryptis", "Suund", "Напрям", "Направление"),
    "outcome_id": ("Result", "Rezultatas", "Tulemus", "Результат"),
    "outcome": ("What came of it", "Kas nutarta", "Mis sellest sai", "Що вийшло", "Что вышло"),
    "next_step": ("Next step", "Kitas žingsnis", "Järgmine samm", "Наступний крок", "Следующий шаг"),
    "done_at": ("Done on", "Atlikta", "Tehtud", "Виконано", "Выполнено"),
}
COLUMNS = (
    *CLIENT_COLUMNS,
    Field(
        name="inquiry",
        title=_("Number of the inquiry"),
        type=FieldType.CODE,
        import_headers=("Inquiry", "Užklausa", "Päring", "Запит", "Запрос"),
    ),
    *(
        replace(BY_NAME[name]) if name == "name" else replace(BY_NAME[name], import_headers=_HEADERS[name])
        for name in ("number", "name", *list(_HEADERS)[1:])
    ),
)
_WAY = ("status", "done_at")
"""What a file says of new activities only: one that is there is finished by whoever does it."""
_REQUIRED = ("number", "name", "importance", "starts_at", "ends_at", "due_at", "performer_id")
_WHEN = {"starts_at", "ends_at", "due_at"}


@dataclass(frozen=True)
class _House:
    """What lines refer to: inquiries by number, titles of kinds by id, and who imports."""

    inquiries: Mapping[str, Any]
    kinds: Mapping[int, str]
    user_id: int | None


def match_activities(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the activities that have these numbers, as far as the user sees them, by line."""
    found = session.execute(select(Activity.number, Activity.id).where(Activity.number.in_({row.key for row in rows})))
    ids = {row.number: row.id for row in found}
    return {row.line: ids[row.key] for row in rows if row.key in ids}


def write_activities(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Plan or register activities and change those that are there; returns what became of each line."""
    reads, readers, house = read_rows(session, rows, run), _readers(session), _house(session, rows)
    for one in reads:
        one.take(readers)
        _find_inquiry(one, house)
        if one.is_new:
            _complete(one, house)
    taken_numbers(session, Activity, reads)
    changes = _changes(session, reads)
    ids: dict[int, int] = {}
    if not run.dry:
        ids = _register(session, [one for one in reads if one.is_new and not one.errors])
        update_rows(session, Activity, changes)
        _settle(session, [*ids.values(), *(id_ for id_, values in changes.items() if values.keys() & _WHEN)])
        announce_written(session, ACTIVITY, list(ids.values()), changes)
    return [one.outcome(ids, (each.row.line for each in reads if each.row.record_id in changes)) for one in reads]


def _readers(session: Session) -> dict[str, Reader]:
    at = moments(session, 10)
    return {
        "number": line(models.NUMBER_LENGTH),
        "name": line(models.NAME_LENGTH),
        "kind_id": entries(directory_choices(ACTIVITY_KINDS)(session)),
        "category_id": entries(directory_choices(CATEGORIES)(session)),
        "importance": among(IMPORTANCE, number=True),
        "status": among(STATUSES),
        "starts_at": at,
        "ends_at": at,
        "due_at": moments(session, 17),
        "estimate": whole_minutes,
        "actual": whole_minutes,
        "place": line(models.PLACE_LENGTH),
        "description": block(models.TEXT_LENGTH),
        "performer_id": people(session),
        "direction": among(DIRECTIONS),
        "outcome_id": entries(directory_choices(OUTCOMES)(session)),
        "outcome": block(models.TEXT_LENGTH),
        "next_step": line(models.NAME_LENGTH),
        "done_at": at,
    }


def _house(session: Session, rows: Sequence[ImportRow]) -> _House:
    numbers = {clean_line(row.cells.get("inquiry")) for row in rows} - {""}
    inquiry = inquiry_class()
    asked = select(inquiry.number, inquiry.id, inquiry.client_id).where(inquiry.number.in_(numbers))
    found = {row.number: row for row in session.execute(asked)} if numbers else {}
    kinds = {int(one.value): str(one.title) for one in directory_choices(ACTIVITY_KINDS)(session)}
    return _House(found, kinds, actor_of(session).user_id)


def _find_inquiry(one: Read, house: _House) -> None:
    number = clean_line(one.row.cells.get("inquiry"))
    if not number:
        return
    inquiry = house.inquiries.get(number)
    if inquiry is None:
        one.errors["inquiry"] = _("There is no such inquiry, or you may not see it.")
    elif one.client is not None and one.client.id != inquiry.client_id:
        one.errors["inquiry"] = _("This inquiry is another client's.")
    elif one.is_new:
        one.values |= {"inquiry_id": inquiry.id, "client_id": inquiry.client_id}


def _complete(one: Read, house: _House) -> None:
    """Fill in what a new activity has besides: whose it is, name, performer, moments, and how it ended."""
    values = one.values
    if one.client is not None:
        values["client_id"] = one.client.id
    values["name"] = values.get("name") or house.kinds.get(values.get("kind_id") or 0, "")
    if not values["name"]:
        one.errors.setdefault("name", _("Say what is to be done, or choose a kind."))
    values["performer_id"] = values.get("performer_id") or house.user_id
    values["creator_id"] = house.user_id
    values["importance"] = values.get("importance") or NORMAL
    values["status"] = values.get("status") or (DONE if values.get("done_at") else PLANNED)
    values |= settle_moments({**values, "starts_at": values.get("starts_at") or values.get("done_at")}, utc_now())
    if values["ends_at"] < values["starts_at"]:
        one.errors.setdefault("ends_at", _("This is before it starts."))
    values["uid"] = f"{uuid4()}@kartoteka"
    is_done = values["status"] == DONE
    values["done_at"] = (values.get("done_at") or values["ends_at"]) if is_done else None
    values["done_by_id"] = values["performer_id"] if is_done else None
    values["percent"] = 100 if is_done else 0


def _changes(session: Session, reads: Sequence[Read]) -> dict[int, dict[str, Any]]:
    known = {one.row.record_id: one for one in reads if one.row.record_id is not None and not one.errors}
    changes = {}
    for stored in session.scalars(select(Activity).where(Activity.id.in_(known))):
        one = known[stored.id]
        one.errors.update(_elsewhere(one, stored))
        facts = {name: value for name, value in one.values.items() if name not in _WAY}
        changed = differences(stored, facts, _REQUIRED)
        changed |= move_moments(stored, changed)
        if changed.get("ends_at", stored.ends_at) < changed.get("starts_at", stored.starts_at):
            one.errors["ends_at"] = _("This is before it starts.")
        if changed and not one.errors:
            changes[stored.id] = changed
    return changes


def _elsewhere(one: Read, stored: Activity) -> dict[str, Message]:
    if one.client is None or one.client.id == stored.client_id:
        return {}
    named = next(name for name in CLIENT_NAMES if one.row.cells.get(name))
    return {named: _("An activity stays with its client.")}


def _register(session: Session, new: Sequence[Read]) -> dict[int, int]:
    lacking = [one for one in new if not one.values.get("number")]
    if lacking:
        numbers = next_numbers(session, ACTIVITY_SERIES, len(lacking), mask=ACTIVITY_MASK, on=utc_now().date())
        for one, number in zip(lacking, numbers, strict=True):
            one.values["number"] = number
    leads = {each: usual_lead(session, each) for each in {one.values["performer_id"] for one in new}}
    for one in new:
        is_open = one.values["status"] in OPEN
        one.values["remind"] = leads[one.values["performer_id"]] if is_open else None
    made = insert_rows(session, Activity, [one.values for one in new])
    return {one.row.line: id_ for one, id_ in zip(new, made, strict=True)}


def _settle(session: Session, ids: Sequence[int]) -> None:
    """Keep the next action of each inquiry that these activities are about."""
    wanted = select(Activity.inquiry_id).where(Activity.id.in_(ids), Activity.inquiry_id.is_not(None)).distinct()
    for inquiry_id in sorted(session.scalars(wanted)) if ids else ():
        settle_next_action(session, inquiry_id)


ACTIVITY_TARGET = ImportTarget(
    name="activities",
    title=_("Activities"),
    permission=EDIT_ACTIVITIES,
    kind=ACTIVITY,
    columns=COLUMNS,
    keys=(ImportKey("number", _("Number"), ("number",)),),
    match=match_activities,
    write=write_activities,
    list_path=PATH,
)
