"""A module that sells: it knows what clients owe, and makes invoices of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Session
from kartoteka.api.declare import ClientBalance, DocumentContent, DocumentType, Module
from kartoteka.api.records import RecordRef
from kartoteka.api.sales import Money
from kartoteka.api.texts import Texts

_ = Texts("till")
OWED: dict[int, list[Money]] = {}
PRICE = {"amount": Money(Decimal(100), "EUR")}
TEMPLATE = Path(__file__).with_name("invoice.typ")


def build(session: Session, record: RecordRef) -> DocumentContent:
    return DocumentContent(title=_("Invoice"), client_id=record.id, amount=PRICE["amount"])


@hookimpl
def register_module() -> Module:
    return Module(name="till", title=_("Till"), description=_("Sells."), version="1.0", api=API_VERSION)


@hookimpl
def register_document_types() -> list[DocumentType]:
    shared = {"kinds": ("clients.client",), "permission": "clients.view", "template": TEMPLATE, "build": build}
    shared["sample"] = lambda: DocumentContent(title=_("Invoice"))
    return [
        DocumentType(name="invoice", title=_("Invoice"), is_sale=True, **shared),
        DocumentType(name="reminder", title=_("Reminder"), **shared),
    ]


@hookimpl
def client_balances(session: Session, client_ids: Sequence[int]) -> Sequence[ClientBalance]:
    return [ClientBalance(client_id, one) for client_id in client_ids for one in OWED.get(client_id, ())]


ENTRY_POINT: Any = SimpleNamespace(name="till", value="till", dist=None, load=lambda: sys.modules[__name__])
