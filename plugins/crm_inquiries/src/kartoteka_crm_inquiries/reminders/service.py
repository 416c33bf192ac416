"""Reminding: each user of each thing once, at its moment or as soon after it as a worker is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session, as_system, utc_now
from kartoteka.api.records import RecordRef
from kartoteka.api.users import active_users, readers_of, user_zones
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.choices import choose
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, SUPERVISE
from kartoteka_crm_inquiries.reminders import queries, rules
from kartoteka_crm_inquiries.reminders.models import Reminded

REMINDER, URGENT, STILL = "crm_inquiries.reminder", "crm_inquiries.urgent_reminder", "crm_inquiries.still"
CRITICAL = 4
_KEPT = timedelta(days=90)


def remind_of_activities(session: Session, sort: str, after: int = 0) -> tuple[int, int]:
    """Remind performers of some activities whose moment has come; return how many, and the id to go on after.

    The id is 0 when all were looked at. What is read is the activity itself, so that a reminder moves with it, goes
    when it is done, called off or put away, and comes to whom it was handed over. What a worker that was down missed
    is told late, once, and says so.
    """
    now = utc_now()
    found = queries.near_activities(session, now, sort, after)
    zones = user_zones(session, [one.performer_id for one in found])
    names = queries.kind_names(session, [one.kind_id for one in found])
    told = sum(_remind(session, sort, one, zones, names, now) for one in found)
    return told, found[-1].id if len(found) == queries.AT_ONCE else 0


def _remind(
    session: Session, sort: str, one: Row[Any], zones: dict[int, Any], names: dict[int, str], now: datetime
) -> int:
    at = one.starts_at if sort == rules.START else one.due_at
    if one.performer_id not in zones or not _counts(sort, one):
        return 0
    # A whole day ends at midnight: its deadline is the day before that.
    base = at - timedelta(seconds=1) if sort == rules.DUE and one.all_day else at
    due = rules.reminder_moment(base, one.remind, zones[one.performer_id], all_day=one.all_day)
    if due > now or not _note(session, sort, one.id, one.performer_id, at, one.remind):
        return 0
    is_late = now - due > rules.LATE and one.created_at <= due and not one.told
    what = f"{names.get(one.kind_id, '')} {one.number}".strip()
    words = rules.words_for(sort, what, at, due, now, is_late=is_late)
    sort_of_news = URGENT if one.importance >= CRITICAL else REMINDER
    dedup = f"{sort_of_news}:{sort}:{one.id}:{at:%Y%m%dT%H%M%S}:{one.remind}"
    ref = RecordRef(ACTIVITY, one.id)
    return notify(session, [one.performer_id], sort_of_news, words, _leads_to(session, one, ref), dedup=dedup)


def _counts(sort: str, one: Row[Any]) -> bool:
    return sort == rules.START or rules.has_deadline(one.starts_at, one.ends_at, one.due_at)


def _leads_to(session: Session, one: Row[Any], ref: RecordRef) -> RecordRef:
    """Return what a reminder opens: the client's card in one click, else the task itself (IN-31)."""
    if one.client_id is None:
        return ref
    client = RecordRef(CLIENT_KIND, one.client_id)
    return client if one.performer_id in readers_of(session, client, [one.performer_id]) else ref


def remind_of_inquiries(session: Session, after: int = 0) -> tuple[int, int]:
    """Remind whoever is responsible of some open inquiries that stand still; return how many and the id to go on after.

    Nobody responsible, or nobody who still works here: those who supervise and see the inquiry are told. Each is told
    once until something is done. The id is 0 when all were looked at (IN-51).
    """
    now, days = utc_now(), queries.still_days(session)
    here = [user_id for user_id, _name in active_users(session)]
    found = queries.still_inquiries(session, now, days, here, after)
    for one in found:
        sort = rules.ORPHAN if one.orphaned else rules.STILL
        ref = RecordRef(INQUIRY, one.id)
        users = [one.manager_id]
        if one.manager_id not in here:
            users = sorted(readers_of(session, ref, here, permission=SUPERVISE))
        fresh = [user for user in users if _note(session, sort, one.id, user, one.moved_at, 0)]
        words = rules.still_words(sort, one.number, max((now - one.moved_at).days, 0))
        dedup = f"{STILL}:{sort}:{one.id}:{one.moved_at:%Y%m%dT%H%M%S}"
        notify(session, fresh, STILL, words, ref, dedup=dedup)
    return len(found), found[-1].id if len(found) == queries.AT_ONCE else 0


def set_still_days(session: Session, days: int) -> None:
    """Choose after how many days without movement somebody is reminded of an inquiry; raises Forbidden."""
    choose(session, queries.STILL_DAYS, {"days": days})


def forget_reminded(session: Session) -> None:
    """Forget what users were reminded of long ago and can't be reminded of again: it is done, or gone."""
    old = Reminded.told_at < utc_now() - _KEPT
    activity = exists(select(Activity.id).where(Activity.id == Reminded.record_id, Activity.status.in_(queries.OPEN)))
    inquiry = exists(select(Inquiry.id).where(Inquiry.id == Reminded.record_id, Inquiry.outcome == ""))
    of_activities = Reminded.sort.in_((rules.START, rules.DUE))
    with as_system(session, reason="old reminders"):
        for part in (of_activities & ~activity, ~of_activities & ~inquiry):
            session.execute(delete(Reminded).where(old, part), execution_options={"synchronize_session": False})


def _note(session: Session, sort: str, record_id: int, user_id: int, moment: datetime, lead: int) -> bool:
    """Note that a user is being reminded; False when he was before, or is at this instant by another worker."""
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"sort": sort, "record_id": record_id, "user_id": user_id, "moment": moment, "lead": lead}
    with as_system(session, reason="a reminder is given"):
        made = make(Reminded).values(**values, told_at=utc_now()).on_conflict_do_nothing().returning(Reminded.id)
        return session.scalar(made) is not None
