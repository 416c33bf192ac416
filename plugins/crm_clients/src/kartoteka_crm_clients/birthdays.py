"""Birthdays of contacts: the widget of the front page, and the reminder to managers (CORE-08, CL-48, CL-49)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import Job, NotificationType, RunningJob, Schedule, Widget
from kartoteka.api.forms import ChoiceField, Form
from kartoteka.api.records import Period, RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.web import today
from kartoteka.api.work import days_ahead, notify
from kartoteka_crm_clients.fields import BIRTHDAYS, CONTACT
from kartoteka_crm_clients.queries import Birthday, birthdays_in

_ = Texts("crm_clients")

TYPE = "crm_clients.birthday"
AHEAD = (1, 2, 3, 7, 14)
SHOWN_AHEAD = (0, 1, 3, 7, 14, 30)
USUAL = 7
LINES = 10


def _days() -> list[tuple[int, Message]]:
    ahead = [_.plural("Today and the next day", "Today and the next %(count)s days", days) for days in SHOWN_AHEAD]
    return list(zip(SHOWN_AHEAD, [_("Today only"), *ahead[1:]], strict=True))


class BirthdayOptions(Form):
    """How far ahead the widget looks."""

    days = ChoiceField(_("Show"), choices=_days, coerce=int, empty=None)


def load_birthdays(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the birthdays of contacts of clients that the user sees, today and in the next days; one statement."""
    chosen = options.get("days")
    days = chosen if chosen in SHOWN_AHEAD else USUAL
    found = _of_contacts(session, Period.days_from(today(), days + 1))
    return {"birthdays": found[:LINES], "more": max(0, len(found) - LINES), "days": days, "today": today()}


def remind(session: Session, job: RunningJob) -> None:
    """Tell managers of birthdays today, and of those to come as many days ahead as each of them chose."""
    day = today()
    found = [one for one in _of_contacts(session, Period.days_from(day, max(AHEAD) + 1)) if one.manager_id]
    wanted = days_ahead(session, TYPE, {one.manager_id for one in found if one.manager_id})
    told = sum(
        notify(session, [user_id], TYPE, words(one, day), RecordRef(CONTACT, one.contact_id or 0), dedup=dedup)
        for one, user_id, dedup in due(found, wanted, day)
    )
    job.finish(_.plural("%(count)s reminder", "%(count)s reminders", told))


def due(found: list[Birthday], wanted: Mapping[int, int], day: date) -> Iterator[tuple[Birthday, int, str]]:
    """Yield the birthdays that a manager is told of on a day: those of the day, and each one once ahead of it.

    ``wanted`` holds how many days ahead each manager wants to know; those who don't want to know at all are missing.
    The texts name the person and the day, so that a second run on the same day tells nobody anything twice.
    """
    for one in found:
        manager = one.manager_id or 0
        if manager not in wanted or one.day > day + timedelta(days=wanted[manager]):
            continue
        moment = "day" if one.day == day else "ahead"
        yield one, manager, f"{TYPE}:{one.contact_id}:{one.day.isoformat()}:{moment}"


def words(one: Birthday, day: date) -> Message:
    """Return what the manager reads beside the contact's name."""
    if one.day == day:
        return _("Birthday today: turns %(age)s. Client: %(client)s", age=one.turns, client=one.client_name)
    return _(
        "Birthday on %(day)s: turns %(age)s. Client: %(client)s", day=one.day, age=one.turns, client=one.client_name
    )


def _of_contacts(session: Session, period: Period) -> list[Birthday]:
    # Natural persons among the clients are the business of the core, also where this module is off.
    return [one for one in birthdays_in(session, period) if one.contact_id is not None]


WIDGETS = [
    Widget(
        name="birthdays",
        title=_("Birthdays of contacts"),
        description=_("Contact persons who have their birthday today or soon."),
        icon="cake",
        permission=BIRTHDAYS,
        template="crm_clients/birthdays_widget.html",
        load=load_birthdays,
        form=BirthdayOptions,
        weight=50,
    )
]
NOTIFICATION_TYPES = [
    NotificationType(
        name="birthday",
        title=_("Birthdays of contacts"),
        description=_("In the morning, when a contact person of one of your clients has the birthday."),
        icon="cake",
        permission=BIRTHDAYS,
        days_ahead=AHEAD,
    )
]
JOBS = [Job(name="birthdays", title=_("Remind of birthdays of contacts"), run=remind)]
SCHEDULES = [Schedule(job="crm_clients.birthdays", cron="0 8 * * *", title=_("Every morning at 8"))]
