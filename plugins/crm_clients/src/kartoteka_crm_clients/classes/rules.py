"""Rules of classes and of periods: pure functions."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

MONTHS = 12
LEAST_MONTHS = 3
"""With turnover in fewer months nothing is said about how regular it is (CL-46)."""

USUAL_LIMITS: Mapping[str, int] = {"a": 80, "b": 95, "x": 10, "y": 25}
"""Per cent: A up to 80 % of the turnover, B up to 95 %, C the rest; X varies by 10 % at most, Y by 25 % (CL-46)."""

_FORMS = (
    re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?"),
    re.compile(r"(?:(?P<day>\d{1,2})[-./])?(?P<month>\d{1,2})[-./](?P<year>\d{4})"),
)


def full_months(today: date, months: int = MONTHS) -> tuple[date, date]:
    """Return the first and the last day of the last full months before a day."""
    last = today.replace(day=1) - timedelta(days=1)
    index = last.year * 12 + last.month - 1 - (months - 1)
    return date(index // 12, index % 12 + 1, 1), last


def month_end(year: int, month: int) -> date:
    """Return the last day of a month; raises ValueError."""
    return date(year, month, calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 32)


def read_month(typed: str) -> date | None:
    """Read a month or a day: 2026-03, 03.2026, 2026-03-31; a month is its last day. None for what is neither."""
    for form in _FORMS:
        found = form.fullmatch(typed.strip())
        if found is None:
            continue
        year, month, day = int(found["year"]), int(found["month"]), found["day"]
        try:
            read = date(year, month, int(day)) if day else month_end(year, month)
        except (ValueError, IndexError):
            return None
        return read if 1990 <= read.year <= 2100 else None
    return None


def read_amount(typed: str) -> Decimal | None:
    """Read an amount with a comma or a point, with or without spaces; None for what is none."""
    plain = re.sub(r"[\s€']", "", typed).replace("−", "-")
    if "," in plain and "." in plain:
        plain = plain.replace("," if plain.rfind(".") > plain.rfind(",") else ".", "")
    try:
        amount = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return round(amount, 2) if amount.is_finite() and abs(amount) < 10**12 else None


def shares(limits: Mapping[str, Any]) -> dict[str, float]:
    """Return limits in per cent as shares of 1."""
    return {name: int(limits.get(name, usual)) / 100 for name, usual in USUAL_LIMITS.items()}


def read_sum(typed: str) -> tuple[Decimal | None, Decimal | None, int] | None:
    """Read "1000", "1000-5000" or "-5000", each with "/90": at least, from and to, at most, within so many days.

    Returns the least and the most, either of which may be missing, and the number of days: a year unless it is given.
    """
    amounts, _sign, days = typed.replace(" ", "").partition("/")
    if days and not (days.isascii() and days.isdigit() and len(days) < 5 and 0 < int(days) <= 3650):
        return None
    parts = amounts.replace("–", "-").split("-")
    if len(parts) > 2 or not any(parts):
        return None
    read = [read_amount(part) if part else None for part in parts]
    if any(part and amount is None for part, amount in zip(parts, read, strict=True)):
        return None
    least, most = (read[0], None) if len(read) == 1 else (read[0], read[1])
    if least is not None and most is not None and least > most:
        return None
    return least, most, int(days or 365)


def read_dormancy(typed: str) -> tuple[int, int | None] | None:
    """Read "90" or "90/30": no purchase for 90 days, or turnover down by at least 30 % against the 90 days before."""
    days, _sign, percent = typed.replace(" ", "").partition("/")
    if not (days.isascii() and days.isdigit() and 0 < int(days[:6]) <= 3650 and len(days) < 6):
        return None
    if not percent:
        return int(days), None
    if not (percent.isascii() and percent.isdigit() and len(percent) < 4 and 1 <= int(percent) <= 100):
        return None
    return int(days), int(percent)
