"""Until when a new inquiry is to be answered: working hours of the company's country, holidays left out (X-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kartoteka.api.company import company_place
from kartoteka.api.db import Session, find_or_none
from kartoteka_crm_inquiries.calendar.working_time import USUAL_HOURS, Hours, working_minutes, working_stretches
from kartoteka_crm_inquiries.processes.models import Process

FARTHEST = timedelta(days=366)


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


def add_working_minutes(since: datetime, minutes: int, country: str, zone: str, hours: Hours = USUAL_HOURS) -> datetime:
    """Return the moment when so many minutes of working time have passed; nights and holidays do not count."""
    left = timedelta(minutes=max(minutes, 0))
    first: date = (since - timedelta(days=1)).date()
    for opens, closes in working_stretches(first, first + FARTHEST, country, zone, hours):
        begins = max(opens, since)
        if closes <= begins:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return since + FARTHEST


def answer_deadline(session: Session, process_id: int, received_at: datetime) -> datetime | None:
    """Return until when an inquiry of a process is to be answered; None when the process promises nothing."""
    process = find_or_none(session, Process, process_id)
    if process is None or not process.answer_hours:
        return None
    country, zone = company_place(session)
    return add_working_minutes(received_at, process.answer_hours * 60, country, zone)


def clock_of(inquiry: Any, now: datetime, country: str, zone: str) -> Clock | None:
    """Return the clock of an inquiry's answer; None when nothing was promised, or it was closed unanswered.

    It stands still at night, at weekends and on public holidays of the country.
    """
    until: datetime | None = inquiry.answer_by
    if until is None:
        return None
    answered: datetime | None = inquiry.answered_at
    if answered is not None:
        state = "kept" if answered <= until else "broken"
        return Clock(state, _between(answered, until, country, zone), until)
    if inquiry.closed_at is not None:
        return None
    return Clock("running" if now <= until else "late", _between(now, until, country, zone), until)


def _between(moment: datetime, until: datetime, country: str, zone: str) -> int:
    if moment <= until:
        return working_minutes(moment, until, country, zone)
    return -working_minutes(until, moment, country, zone)
