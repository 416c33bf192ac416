"""Rules of repetition in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kartoteka.api.declare import Choice
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.series import rules

_ = Texts("crm_inquiries")

FREQUENCIES = (
    Choice(rules.DAILY, _("Daily")),
    Choice(rules.WEEKLY, _("Weekly")),
    Choice(rules.MONTHLY, _("Monthly")),
    Choice(rules.YEARLY, _("Yearly")),
)
WEEKDAYS = (
    Choice("MO", _("Monday")),
    Choice("TU", _("Tuesday")),
    Choice("WE", _("Wednesday")),
    Choice("TH", _("Thursday")),
    Choice("FR", _("Friday")),
    Choice("SA", _("Saturday")),
    Choice("SU", _("Sunday")),
)
MONTHLY = (
    Choice(rules.BY_DAY, _("On the same day of the month")),
    Choice(rules.BY_WEEKDAY, _("On the same weekday of the month")),
)
ENDS = (
    Choice(rules.NEVER, _("Never")),
    Choice(rules.UNTIL, _("On a day")),
    Choice(rules.COUNT, _("After a number of times")),
)
_TITLES = {choice.value: choice.title for choice in WEEKDAYS}


def in_words(rule: str, starts_at: datetime, timezone: str) -> list[Any]:
    """Return a rule as short sentences, one behind the other; the rule itself where there are no words for it."""
    repetition = rules.read_rule(rule, timezone)
    if repetition is None:
        return [_("By a rule of another program: %(rule)s", rule=rule)]
    local = starts_at.astimezone(ZoneInfo(timezone))
    said = [_how_often(repetition)]
    if repetition.frequency == rules.WEEKLY:
        said += [_TITLES[day] for day in repetition.weekdays]
    if repetition.frequency == rules.MONTHLY and repetition.monthly == rules.BY_WEEKDAY:
        weekday = _TITLES[rules.WEEKDAYS[local.weekday()]]
        nth = (local.day - 1) // 7 + 1
        said.append(
            _("%(weekday)s number %(number)s of the month", weekday=weekday, number=nth)
            if nth < 5
            else _("The last %(weekday)s of the month", weekday=weekday)
        )
    elif repetition.frequency == rules.MONTHLY:
        said.append(_("On day %(day)s", day=local.day))
    return [*said, *_until(repetition)]


def rule_in_words(rule: str) -> str:
    """Return a rule on one line where nothing else of its series is known, as in the change log."""
    repetition = rules.read_rule(rule, "UTC")
    if repetition is None:
        return str(_("By a rule of another program: %(rule)s", rule=rule))
    weekdays = [_TITLES[day] for day in repetition.weekdays] if repetition.frequency == rules.WEEKLY else []
    return ", ".join(map(str, [_how_often(repetition), *weekdays, *_until(repetition)]))


def _until(repetition: rules.Repetition) -> list[Any]:
    said: list[Any] = []
    if repetition.count is not None:
        said.append(_.plural("%(count)s time", "%(count)s times", repetition.count))
    if repetition.until is not None:
        said.append(_("Until %(day)s", day=current_formats().date(repetition.until)))
    return said


def _how_often(repetition: rules.Repetition) -> Any:
    number = repetition.interval
    if repetition.frequency == rules.DAILY:
        return _("Every day") if number == 1 else _.plural("Every %(count)s day", "Every %(count)s days", number)
    if repetition.frequency == rules.WEEKLY:
        return _("Every week") if number == 1 else _.plural("Every %(count)s week", "Every %(count)s weeks", number)
    if repetition.frequency == rules.MONTHLY:
        return _("Every month") if number == 1 else _.plural("Every %(count)s month", "Every %(count)s months", number)
    return _("Every year") if number == 1 else _.plural("Every %(count)s year", "Every %(count)s years", number)
