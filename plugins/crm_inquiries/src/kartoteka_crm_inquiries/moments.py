"""Moments in statements: how long ago, how long between two, in a period of days on a clock. For both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Float, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from kartoteka.api.records import Period, day_begins


class DaysBetween(FunctionElement[float]):
    """How many days lie between two moments, the later one first."""

    type = Float()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _between_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(one, **options) for one in element.clauses)
    return f"(julianday({later}) - julianday({earlier}))"


@compiles(DaysBetween, "postgresql")
def _between_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    later, earlier = (compiler.process(one, **options) for one in element.clauses)
    return f"(extract(epoch FROM ({later} - {earlier})) / 86400)"


class _Now(FunctionElement[datetime]):
    """The moment by the clock of the database, to the millisecond: SQLite's CURRENT_TIMESTAMP knows only seconds."""

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(_Now, "sqlite")
def _now_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "'now'"


@compiles(_Now, "postgresql")
def _now_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "now()"


class _WholeDays(FunctionElement[int]):
    """Days rounded down; none below zero."""

    type = Integer()
    inherit_cache = True


@compiles(_WholeDays, "sqlite")
def _whole_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"max(0, CAST({compiler.process(element.clauses, **options)} AS INTEGER))"


@compiles(_WholeDays, "postgresql")
def _whole_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"greatest(0, floor({compiler.process(element.clauses, **options)})::int)"


def days_since(moment: Any) -> ColumnElement[int]:
    """Return how many whole days have passed since a moment, by the clock of the database."""
    return _WholeDays(DaysBetween(_Now(), moment))


def within(moment: Any, period: Period, zone: tzinfo) -> list[ColumnElement[bool]]:
    """Return the condition that a moment lies in a period of days on the clock of a zone."""
    return [moment >= day_begins(period.first, zone), moment < day_begins(period.last + timedelta(days=1), zone)]
