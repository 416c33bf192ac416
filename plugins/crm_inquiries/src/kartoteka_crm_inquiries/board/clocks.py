"""The clock of an answer in words: on lists as a mark, on the inquiry's page as a box (X-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, find_or_none, utc_now
from kartoteka.api.declare import BadgeValue
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.answering import Clock, clock_of
from kartoteka_crm_inquiries.inquiries.models import Inquiry

_ = Texts("crm_inquiries")


def words_of(clock: Clock) -> Message:
    """Say how the clock stands, in hours and minutes of working time."""
    hours, minutes = divmod(abs(clock.minutes), 60)
    length = {"hours": hours, "minutes": f"{minutes:02}"}
    return {
        "running": _("Answer within %(hours)s:%(minutes)s", **length),
        "late": _("Answer late by %(hours)s:%(minutes)s", **length),
        "kept": _("Answered in time"),
        "broken": _("Answered late by %(hours)s:%(minutes)s", **length),
    }[clock.state]


def load_marks(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return the clocks that run or are late, for a page of a list; one statement, three when there is any."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.answer_by, Inquiry.answered_at, Inquiry.closed_at).where(
            Inquiry.id.in_(ids),
            Inquiry.answer_by.is_not(None),
            Inquiry.answered_at.is_(None),
            Inquiry.closed_at.is_(None),
        )
    ).all()
    if not rows:
        return {}
    now, working = utc_now(), working_time(session)
    clocks = {row.id: clock_of(row, now, working) for row in rows}
    return {
        inquiry_id: BadgeValue(words_of(clock), clock.colour, "alarm")
        for inquiry_id, clock in clocks.items()
        if clock is not None
    }


def load_clock(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the clock of an inquiry; None when no answer was promised."""
    inquiry = find_or_none(session, Inquiry, record.id)
    if inquiry is None or inquiry.answer_by is None:
        return None
    clock = clock_of(inquiry, utc_now(), working_time(session))
    return {"clock": clock, "words": words_of(clock), "inquiry": inquiry} if clock is not None else None
