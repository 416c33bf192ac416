"""Reads of stages: of one client on an axis, in lists, on a day, over time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import Period, RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts, Translatable, fold
from kartoteka.api.users import user_names
from kartoteka_crm_clients.stages.fields import STAGE, STAGES
from kartoteka_crm_clients.stages.models import Stage
from kartoteka_crm_clients.stages.rules import Span, axis

_ = Texts("crm_clients")

MOST = 200
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
_ENTRY = aliased(DirectoryEntry)


@dataclass(frozen=True)
class Drawn:
    """A stage of a client as pages show it."""

    id: int
    title: Translatable
    colour: str
    span: Span
    user: str


def stages_of(session: Session, client_id: int, today: date) -> list[Drawn]:
    """Return the stages of a client, oldest first; two statements."""
    rows = session.execute(
        select(Stage, _ENTRY)
        .select_from(Stage)
        .join(_ENTRY, _ENTRY.id == Stage.stage_id)
        .where(Stage.client_id == client_id)
        .order_by(Stage.since.desc(), Stage.id.desc())
        .limit(MOST)
    ).all()[::-1]
    names = user_names(session, sorted({row.user_id for row, _entry in rows if row.user_id}))
    spans = axis([(row.since, row.until) for row, _entry in rows], today)
    return [
        Drawn(row.id, _title(entry), entry.colour or "none", span, names.get(row.user_id or 0, ""))
        for (row, entry), span in zip(rows, spans, strict=True)
    ]


def _title(entry: Any) -> EntryTitle:
    return EntryTitle(entry.name, dict(entry.titles))


def current_titles(session: Session, ids: Sequence[int]) -> Mapping[int, Translatable]:
    """Return the present stage of clients, for a page of a list; one statement."""
    rows = session.execute(
        select(Stage.client_id, _ENTRY.name, _ENTRY.titles)
        .select_from(Stage)
        .join(_ENTRY, _ENTRY.id == Stage.stage_id)
        .where(Stage.client_id.in_(ids), Stage.until.is_(None))
    )
    return {row.client_id: _title(row) for row in rows}


def is_at_stage(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients that are at one of these stages now."""
    wanted = [int(one) for one in _texts(value) if one.isascii() and one.isdigit() and len(one) < 10]
    return exists().where(Stage.client_id == record_id, Stage.until.is_(None), Stage.stage_id.in_(wanted))


def was_at_stage(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients at a stage on a day, typed as "client 2026-01-31" (CL-18)."""
    typed = " ".join(_texts(value))
    found = _DAY.search(typed)
    if found is None:
        return false()
    try:
        day = date.fromisoformat(found.group())
    except ValueError:
        return false()
    word = fold(_DAY.sub(" ", typed)).strip()
    held = and_(Stage.client_id == record_id, *_held_on(day))
    if not word:
        return select(Stage.id).where(held).exists()
    named = select(DirectoryEntry.id).where(
        DirectoryEntry.directory == STAGES, DirectoryEntry.name_sort.startswith(word, autoescape=True)
    )
    return select(Stage.id).where(held, Stage.stage_id.in_(named)).exists()


def _held_on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Stage.since <= day, or_(Stage.until.is_(None), Stage.until > day)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple, set, frozenset)) else [str(value)]


def counts_on(session: Session, days: Sequence[date]) -> Sequence[Row[Any]]:
    """Return for each day how many clients were at each stage, by day and in the order of stages; one statement."""
    if not days:
        return []
    return session.execute(union_all(*(_count_on(day) for day in days)).order_by("day", "place", "stage_id")).all()


def _count_on(day: date) -> Select[Any]:
    counted = func.count(func.distinct(Stage.client_id)).label("clients")
    return (
        select(literal(day, Date).label("day"), _ENTRY.position.label("place"), _ENTRY.id.label("stage_id"), counted)
        .select_from(Stage)
        .join(Client, Client.id == Stage.client_id)
        .join(_ENTRY, _ENTRY.id == Stage.stage_id)
        .where(*_held_on(day), Client.state == RecordState.ACTIVE)
        .group_by(_ENTRY.position, _ENTRY.id)
    )


def titles(session: Session) -> Mapping[int, EntryTitle]:
    """Return what all stages are called, closed ones too; one statement."""
    rows = session.execute(select(_ENTRY.id, _ENTRY.name, _ENTRY.titles).where(_ENTRY.directory == STAGES))
    return {row.id: _title(row) for row in rows}


def whole_time(session: Session, now: date) -> Period:
    """Return the time from the first change of a stage that the actor sees to a day; that day alone when none is."""
    first = session.scalar(
        select(func.min(Stage.since)).join(Client, Client.id == Stage.client_id).where(Stage.since <= now)
    )
    return Period(first or now, now)


def changes_in(session: Session, period: Period | None) -> Iterator[Row[Any]]:
    """Yield the changes of stages in a period of days, of all time without one, the newest first."""
    statement = (
        select(Stage.since, Stage.client_id, Stage.user_id, Client.name, _ENTRY.name.label("entry"), _ENTRY.titles)
        .select_from(Stage)
        .join(Client, Client.id == Stage.client_id)
        .join(_ENTRY, _ENTRY.id == Stage.stage_id)
        .where(*_within(period))
        .order_by(Stage.since.desc(), Stage.id.desc())
    )
    yield from session.execute(statement).yield_per(500)


def _within(period: Period | None) -> list[ColumnElement[bool]]:
    return [] if period is None else [Stage.since >= period.first, Stage.since <= period.last]


def summarise_stages(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each stage is called; one statement."""
    rows = session.execute(
        select(Stage.id, _ENTRY.name, _ENTRY.titles)
        .select_from(Stage)
        .join(_ENTRY, _ENTRY.id == Stage.stage_id)
        .where(Stage.id.in_(ids))
    )
    return {
        row.id: RecordSummary(RecordRef(STAGE, row.id), title=str(_title(row)), url=stage_url(row.id)) for row in rows
    }


def stage_url(id: int) -> str:
    """Return the address of a stage."""
    return f"/crm_clients/stages/{id}"
