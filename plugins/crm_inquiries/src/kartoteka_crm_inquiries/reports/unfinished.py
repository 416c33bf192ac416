"""What was not finished at the end of a day (IN-14), as it was on that day: today's rows, and the journal backwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, among, utc_now, values_before
from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, OPEN
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY

Task = Mapping[str, Any]
_COLUMNS = (
    Activity.id,
    Activity.name,
    Activity.state,
    Activity.status,
    Activity.performer_id,
    Activity.client_id,
    Activity.inquiry_id,
    Activity.due_at,
    Activity.done_at,
    Activity.percent,
)


def unfinished_tasks(session: Session, end: datetime, performer_id: int | None) -> list[Task]:
    """Return what was not finished at a moment, the longest due first within each employee.

    Counted is what had been entered by then and was finished later or not at all, with the name, performer, due moment
    and percent it had then; what was called off by then is not, nor what was deleted since. A finished task counts by
    the moment at which it was done, whenever that was entered. Besides the values of the columns each has ``client``
    and ``inquiry``: the name and the number that those have by now.
    """
    former = end <= utc_now()
    rows = session.execute(select(*_COLUMNS).where(*_candidates(end, performer_id, former))).mappings().all()
    tasks: list[dict[str, Any]] = [dict(row) for row in rows]
    if former:
        _take_back(session, tasks, end)
    tasks = [one for one in tasks if _was_unfinished(one, end) and performer_id in (None, one["performer_id"])]
    _name_subjects(session, tasks)
    return sorted(tasks, key=lambda one: (one["performer_id"] or 0, one["due_at"], one["id"]))


def _candidates(end: datetime, performer_id: int | None, former: bool) -> list[ColumnElement[bool]]:
    """Return the conditions on what may have been unfinished: on a day that is past, also on what was changed since."""
    entered = Activity.created_at < end
    if not former:
        mine = () if performer_id is None else (Activity.performer_id == performer_id,)
        return [entered, Activity.state == RecordState.ACTIVE, Activity.status.in_(OPEN), *mine]
    there = Activity.state.in_((RecordState.ACTIVE, RecordState.ARCHIVED))
    return [entered, there, or_(Activity.status.in_((*OPEN, CANCELLED)), Activity.done_at >= end)]


def _take_back(session: Session, tasks: Sequence[dict[str, Any]], moment: datetime) -> None:
    """Give each task the values it had before what happened to it from the moment on."""
    before = values_before(session, ACTIVITY, [one["id"] for one in tasks], moment)
    for one in tasks:
        one.update({name: value for name, value in before.get(one["id"], {}).items() if name in one})


def _was_unfinished(task: Task, end: datetime) -> bool:
    if task["state"] != RecordState.ACTIVE or task["status"] == CANCELLED:
        return False
    return task["status"] != DONE or task["done_at"] >= end


def _name_subjects(session: Session, tasks: Sequence[dict[str, Any]]) -> None:
    """Name client and inquiry, as far as whoever asks may see them."""
    clients = _named(session, select(Client.id, Client.name.label("text")).where(among(Client.id)), tasks, "client_id")
    numbers = select(Inquiry.id, Inquiry.number.label("text"), Inquiry.client_id).where(among(Inquiry.id))
    inquiries = _named(session, numbers, tasks, "inquiry_id")
    for one in tasks:
        one["client"] = clients.get(one["client_id"], "")
        one["inquiry"] = inquiries.get(one["inquiry_id"], "")


def _named(session: Session, statement: Any, tasks: Sequence[Task], column: str) -> dict[int, str]:
    ids = sorted({one[column] for one in tasks if one[column] is not None})
    return {row.id: row.text for row in session.execute(statement, {"ids": ids})} if ids else {}
