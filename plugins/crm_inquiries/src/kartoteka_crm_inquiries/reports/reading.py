"""What the reports of work have in common: their limits, what names stand for, and the lists behind figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement

from kartoteka.api.db import Session
from kartoteka.api.directories import known_entries
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.users import user_names
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.activities.lists import PATH
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import DONE
from kartoteka_crm_inquiries.funnel.queries import within

_ = Texts("crm_inquiries")

NOBODY, NOT_SET = _("Nobody"), _("Not set")
ACTIVE = Activity.state == RecordState.ACTIVE


def days_of(column: Any, params: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the condition that a moment lies in the period that was chosen, on the reader's clock."""
    period = params.get("period")
    return within(column, period, current_formats().zone) if period is not None else []


def end_of(day: date) -> datetime:
    """Return the moment when a day ends on the reader's clock."""
    return datetime.combine(day + timedelta(days=1), time(), current_formats().zone)


def wanted_work(params: Mapping[str, Any], *, moment: Any = Activity.done_at) -> list[ColumnElement[bool]]:
    """Return the conditions of the activities that a `WorkForm` asks for, by the day of ``moment``."""
    found = [ACTIVE, *days_of(moment, params)]
    if params.get("performer_id"):
        found.append(Activity.performer_id == params["performer_id"])
    if params.get("kind_id"):
        found.append(Activity.kind_id == params["kind_id"])
    return found


def finished_work(params: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the activities that were finished in the period."""
    return [Activity.status == DONE, Activity.done_at.is_not(None), *wanted_work(params)]


class Names:
    """What ids of people and of entries of directories stand for; each directory is read once."""

    def __init__(self, session: Session, people: Sequence[int | None]) -> None:
        self._session = session
        self._people = user_names(session, sorted({one for one in people if one is not None}))
        self._entries: dict[str, dict[str, Translatable]] = {}

    def person(self, id: int | None) -> Translatable:
        """Return the name of a user."""
        return self._people.get(id, NOBODY) if id is not None else NOBODY

    def entry(self, directory: str, id: int | None) -> Translatable:
        """Return the title of an entry of a directory."""
        if directory not in self._entries:
            known = known_entries(directory)(self._session)
            self._entries[directory] = {one.value: one.title for one in known}
        return self._entries[directory].get(str(id), NOT_SET)


def period_limits(params: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Return the filter of a list that a period stands for."""
    period = params.get("period")
    if period is None:
        return {}
    return {f"{column}.from": period.first.isoformat(), f"{column}.to": period.last.isoformat()}


def activities_behind(params: Mapping[str, Any], common: Mapping[str, Any], **more: Any) -> str:
    """Return the address of the list of the finished activities that a figure counts."""
    limits = {"status": DONE, **period_limits(params, "done_at"), **more}
    for name in ("performer_id", "kind_id", "outcome_id"):
        value = common.get(name, params.get(name))
        if value:
            limits[name] = value
        elif name in common:
            limits[f"{name}.is"] = "empty"
    if common.get("since") and common.get("until"):
        limits |= {"done_at.from": common["since"], "done_at.to": common["until"]}
    return f"{PATH}?{urlencode(limits, doseq=True)}"
