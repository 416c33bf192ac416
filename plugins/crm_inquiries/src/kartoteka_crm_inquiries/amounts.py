"""Sums of money below lists, apart for each currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from kartoteka.api.db import Session
from kartoteka.api.web import format_number


def sums_of(model: Any) -> Callable[[Session, Select[Any]], Sequence[str]]:
    """Return what adds up the ``value`` of all records that are found, one sum a currency; one statement."""

    def added(session: Session, found: Select[Any]) -> Sequence[str]:
        rows = session.execute(
            select(model.currency, func.sum(model.value))
            .where(model.id.in_(found), model.value.is_not(None))
            .group_by(model.currency)
            .order_by(model.currency)
        ).all()
        return [f"{format_number(total, 2)} {currency}" for currency, total in rows]

    return added
