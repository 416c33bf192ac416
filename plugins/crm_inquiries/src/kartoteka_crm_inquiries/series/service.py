"""Use cases of activities that repeat: begin, change or delete this, following or all, make what comes next (IN-33)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from kartoteka.api.clients import add_record, apply_changes
from kartoteka.api.db import Session, demand, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import activity_to_write, change_activity, plan_activity
from kartoteka_crm_inquiries.naming import ACTIVITY, EDIT_ACTIVITIES, SERIES
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.booking import book_occurrences
from kartoteka_crm_inquiries.series.copying import (
    change_occurrences,
    drop_occurrences,
    make_occurrences,
    moments_of,
    settle_inquiries,
    template_of,
    values_of,
)
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.moments import (
    ended_before,
    moments_between,
    moved,
    moved_start,
    rest_begins,
    rest_of,
    wall_difference,
    written,
)
from kartoteka_crm_inquiries.series.queries import is_free, rows_of
from kartoteka_crm_inquiries.sync.guests import copy_guests, move_guests

_ = Texts("crm_inquiries")

THIS, FOLLOWING, ALL = "this", "following", "all"
SCOPES: Final = (THIS, FOLLOWING, ALL)
_BOOKING: Final = {"starts_at", "ends_at", "resource_id"}
LOOK_BACK: Final = timedelta(days=31)
"""Of a series that began long ago, as one from another program may, so much of the past becomes activities."""


def begin_series(
    session: Session,
    values: Mapping[str, Any],
    rule: str,
    timezone: str,
    *,
    left_out: Iterable[datetime] = (),
    extra: Iterable[datetime] = (),
    uid: str | None = None,
) -> Series:
    """Plan an activity that repeats; ``values`` are those of `plan_activity`, ``rule`` is an RRULE.

    ``left_out`` are moments that the rule gives and nobody wants, ``extra`` those beside it. Occurrences are made for
    thirteen months ahead. Raises InvalidInput naming the field, Forbidden and Refused.
    """
    starts_at = values.get("starts_at")
    if not isinstance(starts_at, datetime):
        raise InvalidInput({"starts_at": _("Say when.")})
    rule = rules.check_rule(rule, starts_at, timezone)
    first = plan_activity(session, values)
    series = Series(
        client_id=first.client_id,
        owner_id=first.performer_id,
        rule=rule,
        starts_at=first.starts_at,
        timezone=timezone,
        left_out=[written(one) for one in left_out],
        extra=[written(one) for one in extra],
        values=template_of(first),
        made_until=first.starts_at,
        uid=uid or f"{uuid4()}@kartoteka",
    )
    add_record(session, series, SERIES)
    apply_changes(session, first, ACTIVITY, {"series_id": series.id, "occurrence_at": first.starts_at})
    settle_series(session, series, since=max(first.starts_at, utc_now() - LOOK_BACK))
    return series


def repeat_activity(session: Session, activity_id: int, rule: str, timezone: str) -> Series:
    """Let an activity that is there repeat from now on; raises Refused for one that repeats already."""
    activity = activity_to_write(session, activity_id)
    if activity.series_id is not None:
        raise Refused(_("This activity repeats already."))
    series = Series(
        client_id=activity.client_id,
        owner_id=activity.performer_id,
        rule=rules.check_rule(rule, activity.starts_at, timezone),
        starts_at=activity.starts_at,
        timezone=timezone,
        left_out=[],
        extra=[],
        values=template_of(activity),
        made_until=activity.starts_at,
        uid=activity.uid,
    )
    add_record(session, series, SERIES)
    apply_changes(session, activity, ACTIVITY, {"series_id": series.id, "occurrence_at": activity.starts_at})
    move_guests(session, activity.id, series.id)
    settle_series(session, series, since=max(activity.starts_at, utc_now() - LOOK_BACK))
    return series


def series_to_write(session: Session, id: int) -> Series:
    """Return a series that the actor may change; raises Forbidden, NotFound, and Refused for one that ended."""
    demand(session, EDIT_ACTIVITIES)
    series = find(session, Series, id)
    if series.state != RecordState.ACTIVE:
        raise Refused(_("This series has ended."))
    return series


def change_occurrence(
    session: Session,
    activity_id: int,
    values: Mapping[str, Any],
    scope: str = THIS,
    *,
    rule: str | None = None,
    version: int | None = None,
) -> Activity | Series:
    """Change one occurrence, it and those that follow, or all of its series that are still to be done.

    ``values`` are those of `change_activity`, ``rule`` another rule for the last two. Those that somebody has changed
    on their own keep what they have. Raises what `change_activity` raises.
    """
    activity = activity_to_write(session, activity_id)
    if scope == THIS or activity.series_id is None:
        return change_activity(session, activity_id, values, version)
    _demand_scope(scope)
    series = series_to_write(session, activity.series_id)
    if scope == FOLLOWING:
        series = split_series(session, series, activity)
    changed = change_activity(session, activity_id, values, version, with_series=True)
    apply_changes(session, changed, ACTIVITY, {"detached": False})
    since = changed.occurrence_at or changed.starts_at
    starts_at = moved_start(series, since, changed.starts_at)
    return change_series(session, series, template_of(changed), starts_at=starts_at, rule=rule, since=since)


def delete_occurrence(session: Session, activity_id: int, scope: str = THIS) -> None:
    """Delete one occurrence, it and those that follow, or all that are still to be done; what is done stays.

    Raises Refused when an open inquiry would be left without a next action.
    """
    activity = activity_to_write(session, activity_id)
    if activity.series_id is None:
        raise Refused(_("This activity does not repeat."))
    _demand_scope(scope)
    series = series_to_write(session, activity.series_id)
    moment = activity.occurrence_at or activity.starts_at
    if scope == THIS:
        leave_out(session, series, [moment])
        return
    if scope == ALL or moment <= series.starts_at:
        end_series(session, series)
        return
    _cut(session, series, moment)


def end_series(session: Session, series: Series) -> None:
    """Delete a series with all that is still to be done of it; what is done stays."""
    rows = [row for row in rows_of(session, series.id) if row.status in OPEN and row.state == RecordState.ACTIVE]
    apply_changes(session, series, SERIES, {"state": RecordState.DELETED})
    settle_inquiries(session, drop_occurrences(session, rows))


def leave_out(session: Session, series: Series, moments: Sequence[datetime]) -> None:
    """Leave moments of the rule out, with the activities that stand there (EXDATE, RFC 5545, 3.8.5.1)."""
    gone = set(moments)
    kept = sorted({*series.left_out, *(written(one) for one in gone)})
    apply_changes(session, series, SERIES, {"left_out": kept})
    rows = [row for row in rows_of(session, series.id) if row.occurrence_at in gone and row.status in OPEN]
    settle_inquiries(session, drop_occurrences(session, [row for row in rows if row.state == RecordState.ACTIVE]))


def split_series(session: Session, series: Series, activity: Activity) -> Series:
    """End a series before an occurrence and begin another with it; return the one that the occurrence is in."""
    moment = activity.occurrence_at or activity.starts_at
    if moment <= series.starts_at:
        return series
    beside = [one for one in series.extra if datetime.fromisoformat(one) >= moment]
    rest = Series(
        client_id=series.client_id,
        owner_id=series.owner_id,
        rule=rest_of(series, moment),
        starts_at=rest_begins(series, moment),
        timezone=series.timezone,
        left_out=[one for one in series.left_out if datetime.fromisoformat(one) >= moment],
        extra=beside,
        values=dict(series.values),
        made_until=series.made_until,
        uid=f"{uuid4()}@kartoteka",
    )
    add_record(session, rest, SERIES)
    following = [row for row in rows_of(session, series.id) if (row.occurrence_at or row.starts_at) >= moment]
    change_occurrences(session, {row.id: {"series_id": rest.id} for row in following})
    copy_guests(session, series.id, rest.id)
    apply_changes(session, series, SERIES, ended_before(series, moment))
    return rest


def change_series(
    session: Session,
    series: Series,
    values: Mapping[str, Any],
    *,
    starts_at: datetime | None = None,
    rule: str | None = None,
    since: datetime | None = None,
) -> Series:
    """Change what occurrences begin with, their moment and their rule; those to come follow.

    ``values`` are those of `template_of`. What is done, and what was changed on its own, stays as it is.
    """
    starts_at = starts_at or series.starts_at
    rule = rules.check_rule(rule or series.rule, starts_at, series.timezone)
    by = wall_difference(series, series.starts_at, starts_at)
    changes = {"values": {**series.values, **values}, "starts_at": starts_at, "rule": rule}
    changes["owner_id"] = changes["values"].get("performer_id", series.owner_id)
    if by:
        for name in ("left_out", "extra"):
            moments = [datetime.fromisoformat(one) for one in getattr(series, name)]
            changes[name] = [written(moved(series, one, by)) for one in moments]
        rows = [row for row in rows_of(session, series.id) if row.occurrence_at is not None]
        change_occurrences(session, {row.id: {"occurrence_at": moved(series, row.occurrence_at, by)} for row in rows})
    apply_changes(session, series, SERIES, changes)
    today = utc_now().astimezone(rules.zone_of(series.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    settle_series(session, series, since=(min(since or today, today) - abs(by)).astimezone(UTC))
    return series


def settle_series(session: Session, series: Series, *, since: datetime, can_refuse: bool = True) -> None:
    """Let the occurrences from a moment on be what the series says: make, move, change and take away rows.

    Raises Refused where they would book what is booked already, unless nobody is there to be refused.
    """
    until = rules.horizon(utc_now())
    if not series.values:  # its client was erased, and nothing is left to repeat
        apply_changes(session, series, SERIES, {"made_until": max(until, series.made_until)})
        return
    wanted = moments_between(series, until=until, since=since)
    rows = [row for row in rows_of(session, series.id) if (row.occurrence_at or row.starts_at) >= since]
    taken = {row.occurrence_at for row in rows if not is_free(row)}
    inquiries = [series.values.get("inquiry_id"), *(row.inquiry_id for row in rows)]
    pairs, missing, surplus = _paired([row for row in rows if is_free(row)], [m for m in wanted if m not in taken])
    values = values_of(series)
    changes = {
        row.id: _differences(row, {**values, "occurrence_at": at, **moments_of(series, at)}) for row, at in pairs
    }
    change_occurrences(session, changes)
    made = make_occurrences(session, series, missing)
    drop_occurrences(session, surplus)
    rebooked = {one for one, differing in changes.items() if _BOOKING & differing.keys()}
    book_occurrences(session, series, {*made, *rebooked}, can_refuse=can_refuse)
    apply_changes(session, series, SERIES, {"made_until": max(until, series.made_until)})
    settle_inquiries(session, inquiries)


def set_extra(session: Session, series: Series, moments: Iterable[datetime]) -> None:
    """Say which moments a series has beside its rule (RDATE, RFC 5545, 3.8.5.2); occurrences follow."""
    before = set(series.extra)
    apply_changes(session, series, SERIES, {"extra": sorted({written(one) for one in moments})})
    if before != set(series.extra):
        differing = [datetime.fromisoformat(one) for one in before ^ set(series.extra)]
        settle_series(session, series, since=max(min(differing), utc_now() - LOOK_BACK))


def _paired(
    rows: Sequence[Activity], moments: Sequence[datetime]
) -> tuple[list[tuple[Activity, datetime]], list[datetime], list[Activity]]:
    """Return which row becomes which moment: the same one first, then in order; what is missing, and what too much."""
    by_moment = {row.occurrence_at: row for row in rows}
    pairs = [(by_moment.pop(moment), moment) for moment in moments if moment in by_moment]
    done = {moment for _row, moment in pairs}
    rest = [moment for moment in moments if moment not in done]
    left = sorted(by_moment.values(), key=lambda row: row.occurrence_at or row.starts_at)
    pairs += zip(left, rest, strict=False)
    return pairs, rest[len(left) :], left[len(rest) :]


def _differences(row: Activity, values: Mapping[str, Any]) -> dict[str, Any]:
    current = {name: getattr(row, name, None) for name in values}
    current |= {
        "person_kind": row.person.kind if row.person else None,
        "person_id": row.person.id if row.person else None,
    }
    kept = {"status", "creator_id", "series_id"}
    differing = {name: value for name, value in values.items() if name not in kept and current[name] != value}
    if {"starts_at", "ends_at", "place"} & differing.keys():
        differing["sequence"] = row.sequence + 1
    return differing


def _cut(session: Session, series: Series, moment: datetime) -> None:
    apply_changes(session, series, SERIES, ended_before(series, moment))
    rows = [row for row in rows_of(session, series.id) if (row.occurrence_at or row.starts_at) >= moment]
    gone = [row for row in rows if row.status in OPEN and row.state == RecordState.ACTIVE]
    settle_inquiries(session, drop_occurrences(session, gone))


def _demand_scope(scope: str) -> None:
    if scope not in SCOPES:
        raise InvalidInput({"scope": _("Choose one of the values offered.")})
