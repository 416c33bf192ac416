"""When somebody is reminded, and in which words; pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from kartoteka.api.texts import Message, Texts

_ = Texts("crm_inquiries")

START, DUE, STILL, ORPHAN = "start", "due", "still", "orphan"
DAY = 24 * 60
LONGEST_LEAD = timedelta(weeks=4)
CATCH_UP = timedelta(days=7)
"""How long ago something may have begun for a reminder of it to be made up for."""
LATE = timedelta(minutes=5)
MORNING = time(9)
"""When a day begins for what takes whole days: reminders count from here."""
STEPS = tuple(timedelta(minutes=one) for one in (15, 60, 240, DAY, 3 * DAY, 7 * DAY, 28 * DAY))
"""Lead times by which candidates are read, so that what lies far ahead is not."""
USUAL_STILL_DAYS = 3


def reminder_moment(at: datetime, lead: int, zone: tzinfo, *, all_day: bool = False) -> datetime:
    """Return when somebody is reminded, ``lead`` minutes before ``at`` (both UTC).

    Whole days are days of the user's calendar: a day before nine is nine, also when the clocks change in between. What
    takes whole days begins at nine.
    """
    local = at.astimezone(zone)
    if all_day:
        local = datetime.combine(local.date(), MORNING, zone)
    days, minutes = (lead // DAY, 0) if lead % DAY == 0 else (0, lead)
    wall = datetime.combine(local.date() - timedelta(days=days), local.time(), zone).replace(fold=local.fold)
    return wall.astimezone(UTC) - timedelta(minutes=minutes)


def has_deadline(starts_at: datetime, ends_at: datetime, due_at: datetime) -> bool:
    """Tell whether there is a moment to be done by that the reminder of the start does not stand for."""
    return due_at > starts_at and (due_at != ends_at or ends_at - starts_at > timedelta(days=1))


def words_for(sort: str, what: str, at: datetime, due: datetime, now: datetime, *, is_late: bool) -> Message:
    """Return what the user reads; ``due`` is when he should have read it. Names of people stay in the record."""
    if sort == START:
        if not is_late:
            return _("%(what)s: starts at %(at)s.", what=what, at=at)
        if at > now:
            return _(
                "%(what)s: starts at %(at)s. This reminder is late, it was due at %(due)s.", what=what, at=at, due=due
            )
        return _(
            "%(what)s: was to start at %(at)s. This reminder is late, it was due at %(due)s.", what=what, at=at, due=due
        )
    if not is_late:
        return _("%(what)s: must be done by %(at)s.", what=what, at=at)
    return _(
        "%(what)s: must be done by %(at)s. This reminder is late, it was due at %(due)s.", what=what, at=at, due=due
    )


def still_words(sort: str, number: str, days: int) -> Message:
    """Return what the person responsible for an inquiry reads when nothing happens."""
    if sort == ORPHAN:
        return _("%(number)s is open and has no planned next action.", number=number)
    return _.plural(
        "%(number)s: nothing was done for %(count)s day.", "%(number)s: nothing was done for %(count)s days.", days
    ).with_values(number=number)
