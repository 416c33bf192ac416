"""Tables of turnover and of the classes that follow from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from math import sqrt
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonDict, Model, Record, client_id
from kartoteka.api.declare import OwnedByClient, Public


class Turnover(Record, Model):
    """What a client bought until a day, in the company's own currency and without VAT: a month stands at its last day.

    For companies whose sales are kept elsewhere. Several rows of a day are added up.
    """

    __tablename__ = "crm_clients_turnover"

    client_id: Mapped[int] = client_id(index=False)
    day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    __table_args__ = (
        # With the amount: what clients bought is added up out of the index alone.
        Index("ix_crm_clients_turnover_by_client", "client_id", "day", "amount"),
        Index("ix_crm_clients_turnover_by_day", "day"),
    )


class ClassRun(Model):
    """One classification of all clients; the newest one counts.

    ``limits`` are those of that day, shares of 1. ``turnover`` is what all clients together brought in.
    """

    __tablename__ = "crm_clients_class_run"
    __row_scope__ = Public()

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    first: Mapped[date]
    last: Mapped[date]
    source: Mapped[str] = mapped_column(String(100))
    limits: Mapped[dict[str, Any]] = mapped_column(JsonDict)


class ClientClass(Model):
    """The classes of a client in one run, and what they follow from (CL-46, CL-47).

    ``share`` and ``cumulative`` are shares of the whole turnover, the second with all larger clients; ``place`` counts
    from the largest. ``months`` are those with turnover; ``spread`` is the variance of the monthly turnover divided by
    the square of its mean. ``xyz`` is empty for less than three months of turnover.
    """

    __tablename__ = "crm_clients_class"
    __row_scope__ = OwnedByClient()

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("crm_clients_class_run.id", ondelete="CASCADE"))
    client_id: Mapped[int] = client_id(index=False)
    abc: Mapped[str] = mapped_column(String(1))
    xyz: Mapped[str] = mapped_column(String(1))
    turnover: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    share: Mapped[float] = mapped_column(Float)
    cumulative: Mapped[float] = mapped_column(Float)
    place: Mapped[int]
    months: Mapped[int]
    spread: Mapped[float] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("client_id", "run_id"),
        Index("ix_crm_clients_class_by_class", "run_id", "abc", "xyz"),
    )

    @property
    def variation(self) -> float:
        """The coefficient of variation of the monthly turnover: 0.1 for 10 %."""
        return sqrt(max(self.spread, 0.0))


class Setting(Model):
    """A choice of the company about classes and completeness, by name; what has no row has its usual value."""

    __tablename__ = "crm_clients_setting"
    __row_scope__ = Public()

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JsonDict)
