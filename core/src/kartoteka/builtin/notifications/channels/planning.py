"""Puts notifications on their way by the channels that users chose, and asks for the job that sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from kartoteka.builtin.jobs.service import insert_job
from kartoteka.builtin.notifications.channels.models import Delivery, DeliveryState, Reminder
from kartoteka.builtin.notifications.queries import wishes_in
from kartoteka.builtin.settings.queries import TIMEZONE, stored_settings
from kartoteka.builtin.users.queries import User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.timezones import known_timezones
from kartoteka.web.i18n import FALLBACK_ZONE

JOB = "notifications.deliver"
_PLANNED = "notifications_planned"


def plan_deliveries(session: Session, type: NotificationType, told: Mapping[int, int]) -> None:
    """Put notifications, by user, on their way: after his quiet hours, unless the type is urgent."""
    active = active_set(session)
    known = {one.key for one in extension_of(session).registry.channels if one.module in active}
    if not told or not known:
        return
    now, rows = utc_now(), []
    with as_system(session, reason="how users want to be told"):
        columns = (User.id, User.preferences, User.timezone)
        users = session.execute(select(*columns).where(User.id.in_(sorted(told)))).all()
        usual = stored_settings(session).get(TIMEZONE)
    for user in users:
        wishes = wishes_in(user.preferences or {})
        due = now if type.urgent else wishes.quiet.next_moment(now, zone_named(user.timezone or usual))
        for channel in sorted(wishes.ways(type) & known):
            rows.append({"notification_id": told[user.id], "user_id": user.id, "channel": channel, "due_at": due})
    if rows:
        usually = {"state": DeliveryState.WAITING, "attempts": 0, "error": ""}
        with as_system(session, reason="notifications by channels"):
            session.execute(insert(Delivery.__table__), [{**usually, **row} for row in rows])
        for due in sorted({row["due_at"] for row in rows}):
            plan_job(session, due)


def plan_job(session: Session, moment: datetime) -> None:
    """Ask for the job that sends, as the system, at this moment or at once; one for each minute is enough."""
    is_later = moment > utc_now()
    key = moment.strftime("%Y-%m-%d %H:%M:%S") if is_later else "now"
    planned: set[str] = session.info.setdefault(_PLANNED, set())
    if key in planned:
        return
    planned.add(key)
    values = {
        "name": JOB,
        "title": _("Send notifications"),
        "user_id": None,
        "payload": {},
        "due_at": moment,
        # A job that is being done may have looked already: only those for later are shared.
        "unique_key": f"{JOB}:{key}" if is_later else None,
        "dedup": None,
        "url": None,
    }
    insert_job(session, values)


def plan_next(session: Session) -> None:
    """Ask for the job at the next moment at which something is due."""
    with as_system(session, reason="what is due next"):
        waiting = select(func.min(Delivery.due_at)).where(
            Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))
        )
        reminding = select(func.min(Reminder.due_at)).where(Reminder.told_at.is_(None))
        moments = [session.scalar(waiting), session.scalar(reminding)]
    if found := [one for one in moments if one is not None]:
        plan_job(session, min(found))


def zone_named(name: str | None) -> ZoneInfo:
    """Return a time zone by name, the usual one for nonsense."""
    return ZoneInfo(name if name in known_timezones() else FALLBACK_ZONE)


def user_zones(session: Session, ids: Iterable[int]) -> dict[int, ZoneInfo]:
    """Return the time zone that each of these users lives by: his own, else the company's; two statements."""
    with as_system(session, reason="time zones of users"):
        rows = session.execute(select(User.id, User.timezone).where(User.id.in_(sorted(set(ids))))).all()
        usual = stored_settings(session).get(TIMEZONE)
    return {row.id: zone_named(row.timezone or usual) for row in rows}
