"""Which moments a series gives, moved and divided. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.models import Series


def moments_between(series: Series, *, until: datetime, since: datetime) -> list[datetime]:
    """Return the moments that a series gives: those of its rule and beside it, without those left out."""
    left_out, extra = ([datetime.fromisoformat(one) for one in given] for given in (series.left_out, series.extra))
    return rules.occurrences(
        series.rule, series.starts_at, series.timezone, until=until, since=since, left_out=left_out, extra=extra
    )


def ended_before(series: Series, moment: datetime) -> dict[str, Any]:
    """Return what changes of a series that gives nothing from a moment on."""
    extra = [one for one in series.extra if datetime.fromisoformat(one) < moment]
    return {"rule": rules.end_before(series.rule, moment), "extra": extra}


def rest_begins(series: Series, moment: datetime) -> datetime:
    """Return the first moment of the rule from one on: what is beside the rule must not become its beginning."""
    if written(moment) not in series.extra:
        return moment
    given = rules.occurrences(
        series.rule, series.starts_at, series.timezone, since=moment, until=rules.horizon(utc_now())
    )
    return given[0] if given else moment


def rest_of(series: Series, moment: datetime) -> str:
    """Return the rule from a moment on: of a number of times those that are left."""
    parts = rules.parts_of(series.rule)
    if "COUNT" in parts:
        before = rules.occurrences(series.rule, series.starts_at, series.timezone, until=moment - timedelta(seconds=1))
        parts["COUNT"] = str(max(1, int(parts["COUNT"]) - len(before)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def moved_start(series: Series, occurrence: datetime, starts_at: datetime) -> datetime:
    """Return where the series begins when one of its occurrences moves: by as much on the wall's clock."""
    return moved(series, series.starts_at, wall_difference(series, occurrence, starts_at))


def wall_difference(series: Series, before: datetime, after: datetime) -> timedelta:
    """Return by how much a moment moves on the wall's clock of the series."""
    zone = rules.zone_of(series.timezone)
    return after.astimezone(zone).replace(tzinfo=None) - before.astimezone(zone).replace(tzinfo=None)


def moved(series: Series, moment: datetime, by: timedelta) -> datetime:
    """Return a moment moved on the wall's clock of the series."""
    return (moment.astimezone(rules.zone_of(series.timezone)) + by).astimezone(UTC)


def written(moment: datetime) -> str:
    """Return a moment as the series keeps it."""
    return moment.astimezone(UTC).isoformat()
