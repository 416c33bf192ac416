"""The reminder of birthdays: tells managers of their clients who are natural persons (CL-48, CL-49)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kartoteka.builtin.access.queries import users_who_read
from kartoteka.builtin.dashboard.queries import Birthday, client_birthdays
from kartoteka.builtin.notifications.queries import days_ahead
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, NotificationType, RunningJob, Schedule
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.i18n import today

TYPE = "dashboard.birthday"
CLIENT = "clients.client"
AHEAD = (1, 2, 3, 7, 14)


def remind(session: Session, job: RunningJob) -> None:
    """Tell managers of birthdays today, and of those to come as many days ahead as each of them chose."""
    day = today()
    found = client_birthdays(session, Period.days_from(day, max(AHEAD) + 1), managed=True)
    managers = {one.manager_id for one in found if one.manager_id}
    wanted = days_ahead(session, TYPE, users_who_read(session, CLIENT, "birth_date", managers))
    told = sum(
        notify(session, [user_id], TYPE, words(one, day), RecordRef(CLIENT, one.client_id or 0), dedup=dedup)
        for one, user_id, dedup in due(found, wanted, day)
    )
    job.finish(plural_text("%(count)s reminder", "%(count)s reminders", told))


def due(found: list[Birthday], wanted: dict[int, int], day: date) -> Iterator[tuple[Birthday, int, str]]:
    """Yield the birthdays that a manager is told of on a day: those of the day, and each one once ahead of it."""
    for one in found:
        days = wanted.get(one.manager_id or 0)
        if days is None or one.day > day + timedelta(days=days):
            continue
        moment = "day" if one.day == day else "ahead"
        yield one, one.manager_id or 0, f"{TYPE}:{one.client_id}:{one.day.isoformat()}:{moment}"


def words(one: Birthday, day: date) -> Message:
    """Return what the manager reads beside the client's name."""
    if one.day == day:
        return _("Birthday today: turns %(age)s", age=one.turns)
    return _("Birthday on %(day)s: turns %(age)s", day=one.day, age=one.turns)


NOTIFICATION_TYPES = [
    NotificationType(
        name="birthday",
        title=_("Birthdays of clients"),
        description=_("In the morning, when a client of yours who is a natural person has the birthday."),
        icon="cake",
        permission="clients.view",
        days_ahead=AHEAD,
    )
]
JOBS = [Job(name="birthdays", title=_("Remind of birthdays"), run=remind)]
SCHEDULES = [Schedule(job="dashboard.birthdays", cron="0 8 * * *", title=_("Every morning at 8"))]
