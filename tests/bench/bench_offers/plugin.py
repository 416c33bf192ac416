"""Offers to clients, three lines each, and a panel with the last twenty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Model, Session, client_id
from kartoteka.api.declare import CARD_MAIN, Module, OwnedByClient, Panel, Permission, RecordKind
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint

_ = Texts("bench_offers")
KIND = "bench_offers.offer"
LINE_KIND = "bench_offers.line"
VIEW = "bench_offers.view"


class Offer(Model):
    """An offer."""

    __tablename__ = "bench_offers_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = client_id(index=False)
    number: Mapped[str] = mapped_column(String(30))
    manager: Mapped[str] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(String(20))
    offered_on: Mapped[date]
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    __table_args__ = (Index("ix_bench_offers_offer_of_client", "client_id", "offered_on"),)


class Line(Model):
    """A line of an offer."""

    __tablename__ = "bench_offers_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("bench_offers_offer.id"), index=True)
    client_id: Mapped[int] = client_id(index=False)
    product_name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    unit_price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))


def summarise(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return numbers of offers."""
    rows = session.execute(select(Offer.id, Offer.number).where(Offer.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(KIND, row.id), row.number) for row in rows}


def summarise_lines(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return products of lines."""
    rows = session.execute(select(Line.id, Line.product_name).where(Line.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(LINE_KIND, row.id), row.product_name) for row in rows}


_LATEST = (
    select(Offer.id, Offer.number, Offer.offered_on, Offer.status, Offer.total)
    .where(Offer.client_id == bindparam("client"))
    .order_by(Offer.offered_on.desc())
    .limit(20)
    .subquery()
)
LATEST = (
    select(_LATEST, Line.product_name, Line.quantity, Line.unit_price, Line.amount)
    .join(Line, Line.offer_id == _LATEST.c.id)
    .order_by(_LATEST.c.offered_on.desc(), _LATEST.c.id, Line.id)
)


def load_panel(session: Session, record: RecordRef) -> Mapping[str, Any]:
    """Return the last twenty offers of a client with their lines, in one statement."""
    offers: dict[int, dict[str, Any]] = {}
    for row in session.execute(LATEST, {"client": record.id}):
        offers.setdefault(row.id, {"head": row, "lines": []})["lines"].append(row)
    return {"offers": list(offers.values())}


@hookimpl
def register_module() -> Module:
    return Module(
        name="bench_offers", title=_("Offers"), description=_("For measuring."), version="1.0", api=API_VERSION
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Offer, Line]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(name=VIEW, title=_("See offers"), description=_("See the offers made to clients."))]


def _kind(kind: str, model: type[Model], summarise: Any) -> RecordKind:
    return RecordKind(
        kind=kind,
        title=_("Offer"),
        plural_title=_("Offers"),
        icon="file",
        model=model,
        permission=VIEW,
        scope=OwnedByClient("client_id"),
        fields=(),
        summarise=summarise,
        url="/bench_offers/{}".format,
        client_column="client_id",
        tracked=False,
    )


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [_kind(KIND, Offer, summarise), _kind(LINE_KIND, Line, summarise_lines)]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [ModuleBlueprint("bench_offers", __name__, template_folder="templates")]


@hookimpl
def register_panels() -> list[Panel]:
    return [
        Panel(
            name="latest",
            slot=CARD_MAIN,
            title=_("Offers"),
            permission=VIEW,
            template="bench_offers/latest.html",
            load=load_panel,
            kinds=("clients.client",),
        )
    ]
