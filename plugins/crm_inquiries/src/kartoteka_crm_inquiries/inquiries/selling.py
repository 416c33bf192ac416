"""Orders are sales: what speaks against one stops it, and its client's contracts are shown before (CL-07, CL-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.api.clients import client_notices
from kartoteka.api.db import Session
from kartoteka.api.declare import ClientNotice
from kartoteka.api.errors import InvalidInput
from kartoteka.api.sales import Money, SaleObjection, sale_objections
from kartoteka_crm_inquiries.inquiries.rules import ORDER_SORT

PURPOSE = "crm_inquiries.order"


@dataclass(frozen=True)
class ToKnow:
    """What whoever makes an order for a client should know: notices, and what speaks against selling to it."""

    client_id: int
    notices: Sequence[ClientNotice] = ()
    objections: Sequence[SaleObjection] = ()

    @property
    def said(self) -> Sequence[ClientNotice | SaleObjection]:
        """All of it, in the order in which it is shown."""
        return [*self.notices, *self.objections]

    @property
    def is_read_first(self) -> bool:
        """Whether there is something to read before the order is made; what is refused says so by itself."""
        return bool(self.notices or self.objections) and not any(one.is_refusal for one in self.objections)


def to_know(session: Session, sort: str, client_id: int | None) -> ToKnow | None:
    """Return what is to be known of a client that the actor sees; None for what is no order, or without a client."""
    if sort != ORDER_SORT or client_id is None:
        return None
    return ToKnow(client_id, client_notices(session, client_id, PURPOSE), sale_objections(session, client_id))


def demand_sale(session: Session, sort: str, client_id: int, values: Mapping[str, Any]) -> None:
    """Raise InvalidInput, naming the client, for an order that a module refuses (CL-07, CL-08)."""
    if sort != ORDER_SORT:
        return
    value = values.get("value")
    amount = None if value is None else Money(value, values.get("currency") or "EUR")
    refusal = next((one for one in sale_objections(session, client_id, amount) if one.is_refusal), None)
    if refusal is not None:
        raise InvalidInput({"client_id": refusal.reason})
