"""Use cases of the calendar: who is busy when, when all are free, moving by hand, working hours. Nothing commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.db import Session, demand, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import minutes_between
from kartoteka_crm_inquiries.activities.service import activity_to_write, change_activity
from kartoteka_crm_inquiries.calendar import queries
from kartoteka_crm_inquiries.calendar.models import WorkingHours
from kartoteka_crm_inquiries.calendar.rules import Stretch, common_gaps, merged
from kartoteka_crm_inquiries.calendar.working_time import DAY_MINUTES, Hours, WorkingTime
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

MOST_PEOPLE = 50
MOST_SEARCHED = timedelta(days=62)
ROUND = timedelta(minutes=15)
MOST_FOUND = 30


@dataclass(frozen=True)
class FreeTime:
    """A time at which everybody asked for is free."""

    starts_at: datetime
    ends_at: datetime


def free_busy(session: Session, user_ids: Sequence[int], since: datetime, until: datetime) -> dict[int, list[Stretch]]:
    """Return when users are busy between two moments: stretches in order that do not touch, by user id.

    Whatever somebody has that is not called off counts, whole days too; what takes no time does not. Nothing is said
    of what they do, so whoever may see activities may ask about anybody. Raises Forbidden.
    """
    demand(session, VIEW_ACTIVITIES)
    found: dict[int, list[Stretch]] = {one: [] for one in user_ids}
    for who, starts, ends, all_day in queries.busy_times(session, list(found), since, until):
        if all_day and ends <= starts:
            ends = starts + timedelta(days=1)
        found[who].append((max(starts, since), min(ends, until)))
    return {who: merged(stretches) for who, stretches in found.items()}


def find_common_time(
    session: Session,
    user_ids: Sequence[int],
    *,
    minutes: int,
    since: datetime,
    until: datetime,
    country: str,
    zone: ZoneInfo | str,
) -> list[FreeTime]:
    """Return times at which all these users work and none is busy, the earliest first, at most thirty of them.

    Each begins at a quarter of an hour, and one stretch gives as many as fit into it one after another, but at most
    four a day. Raises InvalidInput.
    """
    _check_search(user_ids, minutes, since, until)
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    since = max(since, utc_now())
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    hours = queries.hours_of(session, user_ids)
    working = {one: list(WorkingTime(country, zone, hours[one]).stretches(first, last)) for one in user_ids}
    free = common_gaps(working, free_busy(session, user_ids, since, until), minutes)
    clipped = [(max(starts, since), min(ends, until)) for starts, ends in free]
    return _cut(clipped, timedelta(minutes=minutes), zone)


def _check_search(user_ids: Sequence[int], minutes: int, since: datetime, until: datetime) -> None:
    if not user_ids:
        raise InvalidInput({"user": _("Choose at least one person.")})
    if len(user_ids) > MOST_PEOPLE:
        raise InvalidInput({"user": _("Choose at most %(count)s people.", count=MOST_PEOPLE)})
    if not 5 <= minutes <= DAY_MINUTES:
        raise InvalidInput({"minutes": _("Say how long it takes: from 5 minutes to a day.")})
    if not since < until <= since + MOST_SEARCHED:
        raise InvalidInput({"until": _("Look for a time within two months.")})


def _cut(free: Sequence[Stretch], length: timedelta, zone: ZoneInfo) -> list[FreeTime]:
    found: list[FreeTime] = []
    of_day: dict[object, int] = {}
    for starts, ends in free:
        at = _round_up(starts)
        while at + length <= ends and len(found) < MOST_FOUND:
            day = at.astimezone(zone).date()
            of_day[day] = of_day.get(day, 0) + 1
            if of_day[day] > 4:
                break
            found.append(FreeTime(at, at + length))
            at = _round_up(at + length)
    return found


def _round_up(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + ROUND


def move_activity(
    session: Session,
    id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    *,
    performer_id: int | None = None,
    version: int | None = None,
) -> Activity:
    """Move an open activity to another time, and to somebody else when ``performer_id`` is given.

    Without an end it keeps its length; an estimate that was its length stays so. Raises NotFound, Forbidden,
    EditConflict, InvalidInput, and Refused for what is finished or would book a resource twice.
    """
    activity = activity_to_write(session, id)
    if activity.status not in ("planned", "started"):
        raise Refused(_("This is finished already."))
    ends = ends_at or starts_at + (activity.ends_at - activity.starts_at)
    values: dict[str, object] = {"starts_at": starts_at, "ends_at": ends}
    if performer_id is not None:
        values["performer_id"] = performer_id
    if activity.estimate is not None and activity.estimate == minutes_between(activity.starts_at, activity.ends_at):
        values["estimate"] = minutes_between(starts_at, ends)
    return change_activity(session, id, values, version)


def save_hours(session: Session, user_id: int | None, hours: Hours | None) -> None:
    """Keep the working hours of a user, or those of the company under None; ``hours`` None takes them away again.

    One's own hours everybody who plans may change, those of others and the company's only who sets up processes.
    Raises Forbidden and InvalidInput.
    """
    actor = demand(session, VIEW_ACTIVITIES)
    if user_id is None or user_id != actor.user_id:
        demand(session, MANAGE_PROCESSES)
        if user_id is not None and user_id not in dict(active_users(session)):
            raise InvalidInput({"user_id": _("Choose somebody who works here.")})
    whose = WorkingHours.user_id.is_(None) if user_id is None else WorkingHours.user_id == user_id
    kept = session.scalars(select(WorkingHours).where(whose)).first()
    if hours is None:
        if kept is not None:
            session.delete(kept)
        return
    days = [[list(stretch) for stretch in day] for day in hours.days]
    if kept is None:
        session.add(WorkingHours(user_id=user_id, days=days))
    elif kept.days != days:
        kept.days = days
    session.flush()


def read_hours(values: Mapping[str, str]) -> Hours:
    """Return hours from ``day0`` (Monday) to ``day6``, each like "08:00-12:00, 13:00-17:00" or empty.

    Raises InvalidInput naming every day that cannot be read.
    """
    errors, days = {}, []
    for number in range(7):
        try:
            days.append(_read_day(values.get(f"day{number}", "")))
        except ValueError:
            errors[f"day{number}"] = _("Write hours as 08:00-12:00, 13:00-17:00, or leave the day empty.")
            days.append(())
    if errors:
        raise InvalidInput(errors)
    return Hours(tuple(days))


def write_day(stretches: Sequence[tuple[int, int]]) -> str:
    """Return the hours of a day as `read_hours` takes them."""
    return ", ".join(f"{_clock(since)}-{_clock(until)}" for since, until in stretches)


def _read_day(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for part in text.replace("–", "-").replace(";", ",").split(","):
        if not part.strip():
            continue
        since, until = (_minute(one) for one in part.split("-"))
        if since >= until or (found and since < found[-1][1]) or len(found) >= 4:
            raise ValueError(part)
        found.append((since, until))
    return tuple(found)


def _minute(clock: str) -> int:
    hour, _colon, minute = clock.strip().replace(".", ":").partition(":")
    found = int(hour) * 60 + int(minute or 0)
    if not (hour.isascii() and 0 <= found <= DAY_MINUTES and 0 <= int(minute or 0) < 60 and int(hour) >= 0):
        raise ValueError(clock)
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
