"""Reads of what somebody has to be reminded of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select

from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.choices import chosen
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.reminders import rules
from kartoteka_crm_inquiries.reminders.models import Reminded

STILL_DAYS = "still_days"
OPEN = ("planned", "started")
AT_ONCE = 200
SLACK = timedelta(hours=3)
"""Whole days before are days of the calendar, an hour longer or shorter when the clocks change; all-day ones begin at
nine."""
_DAY_SLACK = timedelta(hours=12)


def near_activities(session: Session, now: datetime, sort: str, after: int = 0) -> list[Row[Any]]:
    """Return open activities whose reminder may be due and was not given, by id; one statement.

    They are read by lead time, so that what is planned far ahead costs nothing; `rules.reminder_moment` decides.
    """
    base = Activity.starts_at if sort == rules.START else Activity.due_at
    given = and_(
        Reminded.sort == sort,
        Reminded.record_id == Activity.id,
        Reminded.moment == base,
        Reminded.lead == Activity.remind,
    )
    columns = (Activity.id, Activity.number, Activity.kind_id, Activity.client_id, Activity.performer_id)
    moments = (Activity.starts_at, Activity.ends_at, Activity.due_at, Activity.all_day, Activity.remind)
    statement = select(
        *columns, *moments, Activity.importance, Activity.created_at, exists().where(given).label("told")
    )
    wanted = statement.where(
        Activity.id > after,
        Activity.state == "active",
        Activity.status.in_(OPEN),
        Activity.performer_id.is_not(None),
        base > now - rules.CATCH_UP,
        base <= now + rules.LONGEST_LEAD + SLACK,
        _is_near(base, now),
        ~exists().where(given, Reminded.user_id == Activity.performer_id),
        Activity.created_at < base,
    )
    if sort == rules.DUE:
        wanted = wanted.where(Activity.due_at > Activity.starts_at)
    return list(session.execute(wanted.order_by(Activity.id).limit(AT_ONCE)))


def _is_near(base: Any, now: datetime) -> ColumnElement[bool]:
    steps, parts = (timedelta(minutes=-1), *rules.STEPS), []
    for below, step in zip(steps, rules.STEPS, strict=False):
        lead = Activity.remind.between(_minutes(below) + 1, _minutes(step))
        slack = SLACK if _minutes(step) >= rules.DAY else timedelta(0)
        parts.append(
            and_(lead, or_(base <= now + step + slack, and_(Activity.all_day, base <= now + step + _DAY_SLACK)))
        )
    return or_(*parts)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def still_inquiries(session: Session, now: datetime, days: int, here: Sequence[int], after: int = 0) -> list[Row[Any]]:
    """Return open inquiries that nobody moved for so many days, or that have no planned action, by id.

    Left out are those of which their manager was told, or anybody where he is none of those who work ``here``.
    """
    is_nobodys = or_(Inquiry.manager_id.is_(None), Inquiry.manager_id.not_in(here))
    planned = exists().where(Activity.inquiry_id == Inquiry.id, Activity.status.in_(OPEN), Activity.state == "active")
    is_still = Inquiry.moved_at <= now - timedelta(days=days)

    def told(sort: str) -> ColumnElement[bool]:
        given = and_(Reminded.sort == sort, Reminded.record_id == Inquiry.id, Reminded.moment == Inquiry.moved_at)
        return exists().where(
            given, Reminded.user_id.in_(here), or_(is_nobodys, Reminded.user_id == Inquiry.manager_id)
        )

    orphaned = and_(~planned, ~told(rules.ORPHAN))
    columns = (Inquiry.id, Inquiry.client_id, Inquiry.number, Inquiry.manager_id, Inquiry.moved_at)
    wanted = select(*columns, orphaned.label("orphaned")).where(
        Inquiry.id > after,
        Inquiry.state == "active",
        Inquiry.outcome == "",
        or_(orphaned, and_(is_still, planned, ~told(rules.STILL))),
    )
    return list(session.execute(wanted.order_by(Inquiry.id).limit(AT_ONCE)))


def kind_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return what kinds of activities are called."""
    known = sorted({one for one in ids if one is not None})
    if not known:
        return {}
    rows = session.execute(select(DirectoryEntry.id, DirectoryEntry.name).where(DirectoryEntry.id.in_(known)))
    return {row.id: row.name for row in rows}


def still_days(session: Session) -> int:
    """Return after how many days without movement somebody is reminded of an inquiry."""
    days = chosen(session, STILL_DAYS).get("days")
    return days if type(days) is int and 0 < days < 1000 else rules.USUAL_STILL_DAYS
