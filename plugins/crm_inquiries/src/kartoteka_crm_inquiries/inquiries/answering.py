"""Until when a new inquiry is to be answered: working hours of the company, holidays of its country left out (X-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kartoteka.api.db import Session, find_or_none
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.calendar.working_time import WorkingTime
from kartoteka_crm_inquiries.processes.models import Process


@dataclass(frozen=True)
class Clock:
    """The clock of an answer: ``minutes`` of working time are left, below zero it is late by them.

    ``state`` is running, late, or how it ended: answered in time (kept) or too late (broken).
    """

    state: str
    minutes: int
    until: datetime

    @property
    def colour(self) -> str:
        """The named colour of the state; a word always stands beside it."""
        if self.state == "running":
            return "today" if self.minutes <= 60 else "planned"
        return "done" if self.state == "kept" else "overdue"


def answer_deadline(session: Session, process_id: int, received_at: datetime) -> datetime | None:
    """Return until when an inquiry of a process is to be answered; None when the process promises nothing."""
    process = find_or_none(session, Process, process_id)
    if process is None or not process.answer_hours:
        return None
    return working_time(session).after(received_at, process.answer_hours * 60)


def clock_of(inquiry: Any, now: datetime, working: WorkingTime) -> Clock | None:
    """Return the clock of an inquiry's answer; None when nothing was promised, or it was closed unanswered.

    It stands still outside the working time, as at night and on public holidays of the country.
    """
    until: datetime | None = inquiry.answer_by
    if until is None:
        return None
    answered: datetime | None = inquiry.answered_at
    if answered is not None:
        state = "kept" if answered <= until else "broken"
        return Clock(state, _between(answered, until, working), until)
    if inquiry.closed_at is not None:
        return None
    return Clock("running" if now <= until else "late", _between(now, until, working), until)


def _between(moment: datetime, until: datetime, working: WorkingTime) -> int:
    if moment <= until:
        return working.minutes(moment, until)
    return -working.minutes(until, moment)
