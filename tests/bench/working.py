"""The work of a company: the generated activities as rows of crm_inquiries, and 2,000 open inquiries among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.db.session import Session
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.processes.queries import first_stage, stages_of
from kartoteka_crm_inquiries.processes.service import ensure_processes

WORK_BY_MONTH = {
    "sqlite": "select substr(done_at, 1, 7), {counted}",
    "postgresql": "select to_char(done_at at time zone 'UTC', 'YYYY-MM'), {counted}",
}
COUNTED = (
    "performer_id, count(*), coalesce(sum(actual), 0) from crm_inquiries_activity "
    "where state = 'active' and status = 'done' and done_at is not null group by 1, 2 order by 1, 2"
)
INQUIRIES, ACTIVITIES = "crm_inquiries_inquiry", "crm_inquiries_activity"
OPEN_INQUIRIES = 2_000
LASTS = timedelta(minutes=30)
_KINDS = {"call": "call", "email": "mail", "meeting": "meeting", "inquiry": "offer", "task": "internal"}
_STATUSES = {"open": "planned", "done": "done", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Known:
    """What rows of work refer to, by id; ``stages`` are those of the first process."""

    managers: Mapping[str, int]
    kinds: Mapping[str, int]
    stages: list[Stage]


def prepare(session: Session, managers: Mapping[str, int]) -> Known:
    """Make the directory of kinds and the sales processes that a company begins with."""
    add_start_entries(session, [ACTIVITY_KINDS])
    ensure_processes(session)
    entries = select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == ACTIVITY_KINDS)
    kinds = {row.code: row.id for row in session.execute(entries)}
    stages = stages_of(session, first_stage(session, "inquiry").process_id)
    session.expunge_all()
    return Known(managers, kinds, stages)


def inquiries(rows: Iterable[Mapping[str, str]], known: Known) -> Iterator[dict[str, Any]]:
    """Yield an open inquiry for each of the first open activities, and a closed one for each done of that kind."""
    still = [stage for stage in known.stages if not stage.outcome]
    ends = [stage for stage in known.stages if stage.outcome]
    opened = 0
    for row in rows:
        is_open = row["status"] == "open"
        if is_open and opened < OPEN_INQUIRIES:
            opened += 1
            yield _inquiry(row, known, still[opened % len(still)])
        elif row["status"] == "done" and row["kind"] == "inquiry":
            yield _inquiry(row, known, ends[int(row["id"]) % len(ends)])


def activities(rows: Iterable[Mapping[str, str]], known: Known, of_inquiries: set[int]) -> Iterator[dict[str, Any]]:
    """Yield all activities; those that an inquiry was made of are about it, under the same number."""
    for row in rows:
        id_ = int(row["id"])
        yield _activity(row, known, id_ if id_ in of_inquiries else None)


def work_by_month(engine: Any) -> Callable[[], int]:
    """Return what counts finished activities by month and employee by SQL alone."""
    statement = text(WORK_BY_MONTH[engine.dialect.name].format(counted=COUNTED))

    def count() -> int:
        with engine.connect() as connection:
            return len(connection.execute(statement).all())

    return count


def _inquiry(row: Mapping[str, str], known: Known, stage: Stage) -> dict[str, Any]:
    received = _moment(row)
    ended = _due(row) if stage.outcome else None
    return {
        "id": int(row["id"]),
        "client_id": int(row["company_id"]),
        "number": f"U{received.year}-{int(row['id']):06}",
        "subject": row["subject"],
        "description": row["body"],
        "received_at": received,
        "manager_id": known.managers[row["manager"]],
        "process_id": stage.process_id,
        "stage_id": stage.id,
        "stage_since": received,
        "value": Decimal(int(row["id"]) % 90 + 1) * 100,
        "next_at": None if ended else _due(row),
        "moved_at": ended or received,
        "closed_at": ended,
        "outcome": stage.outcome,
    }


def _activity(row: Mapping[str, str], known: Known, inquiry_id: int | None) -> dict[str, Any]:
    starts, manager = _moment(row), known.managers[row["manager"]]
    is_done = row["status"] == "done"
    return {
        "id": int(row["id"]),
        "client_id": int(row["company_id"]),
        "inquiry_id": inquiry_id,
        "number": f"V{starts.year}-{int(row['id']):06}",
        "kind_id": known.kinds[_KINDS[row["kind"]]],
        "name": row["subject"],
        "description": row["body"],
        "status": _STATUSES[row["status"]],
        "percent": 100 if is_done else 0,
        "starts_at": starts,
        "ends_at": starts + LASTS,
        "due_at": _due(row),
        "actual": 30 if is_done else None,
        "done_at": starts + LASTS if is_done else None,
        "done_by_id": manager if is_done else None,
        "performer_id": manager,
        "creator_id": manager,
        "uid": f"{row['id']}@bench",
    }


def _moment(row: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(row["created_at"]).replace(tzinfo=UTC)


def _due(row: Mapping[str, str]) -> datetime:
    return datetime.combine(datetime.fromisoformat(row["due_on"]), time(14), UTC)
