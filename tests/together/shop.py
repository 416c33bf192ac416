"""A module that sells: it offers goods and services for the lines of inquiries and orders."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Session
from kartoteka.api.declare import CatalogueItem, Module
from kartoteka.api.records import RecordRef
from kartoteka.api.sales import Money
from kartoteka.api.texts import Texts, fold

SHOP = "shop"
_ = Texts(SHOP)
ITEMS: list[CatalogueItem] = []
ASKED: list[Sequence[str]] = []


def item(id: int, name: str, code: str = "", unit: str = "", price: str = "") -> CatalogueItem:
    ref = RecordRef("clients.client", id)
    return CatalogueItem(
        ref=ref, name=name, code=code, unit=unit, price=Money(Decimal(price), "EUR") if price else None
    )


@hookimpl
def register_module() -> Module:
    return Module(name=SHOP, title=_("Shop"), description=_("Sells."), version="1.0", api=API_VERSION)


@hookimpl
def catalogue_items(session: Session, words: Sequence[str]) -> Mapping[str, Sequence[CatalogueItem]]:
    ASKED.append(words)
    if "fail" in words:
        raise RuntimeError("The shop is shut.")
    return {
        word: found[:20]
        for word in words
        if (found := [one for one in ITEMS if fold(word) in fold(f"{one.code} {one.name} ({one.code})")])
    }


ENTRY_POINT: Any = SimpleNamespace(name=SHOP, value=SHOP, dist=None, load=lambda: sys.modules[__name__])
