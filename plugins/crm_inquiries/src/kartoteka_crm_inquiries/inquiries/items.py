"""Lines of inquiries from a catalogue: goods and services that other modules offer; any other text stays possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.sales import CatalogueItem, Money, catalogue_items
from kartoteka.api.texts import fold
from kartoteka_crm_inquiries.inquiries.models import InquiryLine

TEXT_LENGTH, UNIT_LENGTH = 500, 20


@dataclass(frozen=True)
class Offered:
    """An item as a form offers it: what is written into the line, and what tells it from others."""

    text: str
    code: str
    unit: str
    price: Money | None


def offered_items(session: Session, typed: str) -> list[Offered]:
    """Return the items that may be meant by what was typed; those of one name are told apart by their codes."""
    items = catalogue_items(session, [typed]).get(typed, [])
    names = [fold(one.name) for one in items]
    return [
        Offered(one.name if names.count(fold(one.name)) == 1 else _full_name(one), one.code, one.unit, one.price)
        for one in items
    ]


def name_items(session: Session, lines: Sequence[dict[str, Any]], stored: Iterable[InquiryLine] = ()) -> None:
    """Give each line whose text is the name or the code of one item this item, and its unit where none was typed.

    What stood there before keeps its item, though nobody offers it any more. A line may say its ``item`` itself.
    """
    kept = {row.text: row.item for row in stored if row.item is not None}
    for line in lines:
        line["item"] = line.get("item") or kept.get(line["text"])
    without = [line for line in lines if line["item"] is None]
    found = catalogue_items(session, [line["text"] for line in without]) if without else {}
    for line in without:
        meant = _meant(line["text"], found.get(line["text"], ()))
        if meant is not None:
            unit = line["unit"] or meant.unit[:UNIT_LENGTH]
            line.update(text=meant.name[:TEXT_LENGTH], unit=unit, item=meant.ref)


def _meant(text: str, items: Sequence[CatalogueItem]) -> CatalogueItem | None:
    """Return the item of this full name, code or name; None where several have it."""
    typed = fold(text)
    for names in (_full_name, lambda one: one.code, lambda one: one.name):
        found = {one.ref: one for one in items if fold(names(one)) == typed}
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def _full_name(item: CatalogueItem) -> str:
    return f"{item.name} ({item.code})" if item.code else item.name
