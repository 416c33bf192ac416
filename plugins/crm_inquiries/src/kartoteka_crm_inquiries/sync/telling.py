"""What a guest of a series knows of it, and what he has to be told: all of it, or single occurrences. Pure.

Kept as JSON in ``Attendee.told``: ``mark`` stands for rule, beginning, length and place, ``left_out`` are the moments
that do not take place, ``changed`` are marks of the occurrences that take place otherwise, by their moment. ``whole``
is the SEQUENCE of the last message about all of it, ``answers`` what he answered for single occurrences.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kartoteka.api.records import RecordState
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED
from kartoteka_crm_inquiries.series.copying import moments_of
from kartoteka_crm_inquiries.series.models import Series

_SUBSTANCE = ("lasts", "all_day", "place")


@dataclass(frozen=True)
class News:
    """What a guest does not know yet: ``whole`` a series, or which moments are ``gone`` and which ``changed``."""

    whole: bool = False
    gone: tuple[datetime, ...] = ()
    changed: tuple[datetime, ...] = ()


def state_of(series: Series, rows: Iterable[Activity]) -> dict[str, Any]:
    """Return what there is to know of a series; ``rows`` are the occurrences that differ from it."""
    left_out, changed = {_key(datetime.fromisoformat(one)) for one in series.left_out}, {}
    for row in rows:
        if row.occurrence_at is None:
            continue
        key = _key(row.occurrence_at)
        if row.state != RecordState.ACTIVE or row.status == CANCELLED:
            left_out.add(key)
        elif (mark := _mark_of_row(row)) != _usual(series, row.occurrence_at):
            changed[key] = mark
    return {"mark": _mark_of(series), "left_out": sorted(left_out), "changed": changed}


def news_of(told: Mapping[str, Any], now: Mapping[str, Any]) -> News:
    """Return what somebody who was told one state has to be told of another."""
    before, after = set(told.get("left_out", ())), set(now["left_out"])
    changed_before, changed = told.get("changed", {}), now["changed"]
    taken_back = (before - after) - changed.keys() or (changed_before.keys() - changed.keys()) - after
    if told.get("mark") != now["mark"] or taken_back:
        return News(whole=True)
    different = [key for key, mark in changed.items() if changed_before.get(key) != mark]
    return News(gone=_moments(after - before), changed=_moments(different))


def _moments(keys: Iterable[str]) -> tuple[datetime, ...]:
    return tuple(sorted(datetime.fromisoformat(key) for key in keys))


def _key(moment: datetime) -> str:
    return moment.isoformat()


def _mark_of(series: Series) -> str:
    said = [series.rule, series.starts_at.isoformat(), series.timezone, sorted(series.extra)]
    said += [series.values.get(name) for name in _SUBSTANCE]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _mark_of_row(row: Activity) -> str:
    return f"{row.starts_at.isoformat()} {row.ends_at.isoformat()} {row.all_day} {row.place}"


def _usual(series: Series, occurrence_at: datetime) -> str:
    usual = moments_of(series, occurrence_at)
    all_day, place = bool(series.values.get("all_day")), series.values.get("place", "")
    return f"{usual['starts_at'].isoformat()} {usual['ends_at'].isoformat()} {all_day} {place}"
